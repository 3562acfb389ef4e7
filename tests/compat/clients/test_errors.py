"""What a call leaves of the exceptions around it."""

from tests.kit.ports import free_port
from tests.kit.programs import both


def test_exceptions_of_the_suite_and_those_of_listeners_are_whole(demo):
    """Also while an answer and its error are made to let go of each other (docs/contract/http-client.md §3)."""
    printed = both("clients/errors.py", demo.url)
    assert printed.count("['handled_by', 'pay']") == 36
    assert printed.count("heard /status/404 404") == 8


def test_exceptions_of_fasthttpuser_have_the_fields_that_its_user_agent_gives_them(demo):
    printed = "\n".join(both("clients/error_fields.py", demo.url, str(free_port())))
    assert printed.count("response ('FastResponse', 404, 14,") == printed.count("404 Not Found\n") == 8
    assert printed.count("RetriesExceeded") == 12
