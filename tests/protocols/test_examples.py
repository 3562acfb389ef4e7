"""Each example of `locustfiles/protocols` runs against its server, and every row of it has requests."""

import pytest

from tests.kit.places import EXAMPLES as FOLDER
from tests.protocols.examples import EXAMPLES, Example, faults
from tests.protocols.servers import Missing

#: In every `make test`; the others when there is time.
FIRST = ("grpc_greeter.py", "grpc_user.py", "websocket_echo.py", "websocket_user.py", "sse_user.py")


@pytest.mark.parametrize(
    "example",
    [pytest.param(each, marks=[] if each.file in FIRST else pytest.mark.nightly) for each in EXAMPLES],
    ids=lambda example: example.file.removesuffix(".py"),
)
def test_an_example_runs(example: Example) -> None:
    try:
        done = example.run()
    except Missing as why:
        pytest.skip(f"{why}: `make protocols` installs it")
    assert faults(example, done) == []


def test_every_example_is_run() -> None:
    assert {path.name for path in (FOLDER / "protocols").glob("*.py")} == {example.file for example in EXAMPLES}
