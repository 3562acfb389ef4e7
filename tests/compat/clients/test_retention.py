"""An answer lives as long as somebody holds it: no way of a call leaves it to the cyclic collector, which on the native
roads has so little to do that it runs late."""

import pytest

from tests.kit.programs import both, printed_json

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("client", ["HttpUser", "FastHttpUser"])
def test_no_way_of_a_call_leaves_its_answer_to_the_cyclic_collector(demo, client):
    left = printed_json("retention.py", demo.url, client)
    assert left.pop("ways") > 30
    assert left == {}


def test_what_a_suite_reads_of_a_response_after_its_block_is_there(demo):
    printed = both("after_the_block.py", demo.url)
    assert "raised 200 /bytes/1000 ResponseError('wrong')" in "\n".join(printed)
