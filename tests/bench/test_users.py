"""The users of the measurements."""

import ast

from tests.kit.places import ROOT


def test_a_user_of_the_measurements_asks_for_one_thing_only() -> None:
    """A class has the tasks of its bases beside its own, whatever their names: half of the requests would be others."""
    tasks: dict[str, int] = {}
    for node in ast.parse((ROOT / "bench" / "users.py").read_text()).body:
        if isinstance(node, ast.ClassDef):
            own = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.decorator_list]
            inherited = (tasks.get(base.id, 0) for base in node.bases if isinstance(base, ast.Name))
            tasks[node.name] = len(own) + sum(inherited)
    assert {name for name, count in tasks.items() if count != 1} == {"Trusting"}
