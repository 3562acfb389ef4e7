"""`json=` and `response.json()` of both clients: byte for byte and object for object as of Python's `json`."""

import pytest

from tests.kit.programs import both, ours


@pytest.mark.parametrize("first", range(0, 20_000, 5_000))
def test_random_values_come_out_as_of_pythons_json(first):
    """docs/contract/http-client.md §1 and §4; nothing of `json` is run for usual values."""
    assert ours("clients/json_values.py", "5000", str(first)) == ["5000 values"]


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(10_000, 510_000, 20_000))
def test_a_million_random_values_come_out_as_of_pythons_json(first):
    assert ours("clients/json_values.py", "40000", str(first)) == ["40000 values"]


def test_whatever_is_replaced_of_json_and_the_clients_is_called_as_under_locust():
    both("clients/json_replaced.py")
