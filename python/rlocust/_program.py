"""`rlocust run FILE`: a locustfile runs as under `rlocust -f FILE`, a program that drives Locust as under Python.

Which it is has to be known before it is imported: its text is looked at, and nothing is executed. A locustfile defines
classes of users, task sets or shapes, or tests of pytest style, and leaves the run to the command. A program does more
when it is executed: it has a part for `__main__`, makes an `Environment`, a runner or a user, runs a single user, or
hands such a class to a function other than one that looks at it or registers a listener; a file that defines none of
them is a program, too. A text may mislead: a program that had users and ran none says so at its end.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator

#: Who calls one of these drives the run itself.
DRIVERS = {"Environment", "create_environment", "create_local_runner", "run_single_user"}
#: Who is called with a class of users to look at it or to change it, and runs nothing.
LOOKS = frozenset(
    "add_listener dir getattr hasattr id isinstance issubclass len print repr setattr sorted str type vars".split()
)
_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
#: How bases of the classes of a locustfile are called, wherever they come from, what decorates tasks, and which
#: attributes only such classes have.
BASES = ("User", "TaskSet", "LoadTestShape")
MARKS = {"task", "tag"}
ATTRIBUTES = {"tasks", "wait_time"}
#: What test functions of pytest style are given.
FIXTURES = {"session", "fastsession"}


def run(arguments: list[str]) -> None:
    """Run what the first argument names; for a program the others are its own, for a locustfile they are options."""
    if not arguments:
        _refuse("name the program or locustfile to run, as in `rlocust run locustfile.py`")
    file = arguments[0]
    if not os.path.exists(file):
        _refuse(f"no such file: `{file}`")
    if is_locustfile(file):
        sys.argv = [sys.argv[0], "-f", *arguments]
        from locust.main import main as run_locustfile

        run_locustfile()
    sys.argv = list(arguments)
    # The first entry is the folder of `rlocust` itself, except where Python was asked to add none.
    sys.path[0 : 0 if sys.flags.safe_path else 1] = [os.path.dirname(os.path.abspath(file))]
    try:
        _run_as_main(os.path.abspath(file))
    except Exception as error:
        _print_own_traceback(error)
        sys.exit(1)
    _say_if_nothing_ran(file)


def _refuse(text: str) -> None:
    print(f"rlocust run: error: {text}", file=sys.stderr)
    sys.exit(2)


def is_locustfile(file: str) -> bool:
    """Whether a file defines users and does not drive them itself."""
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return False  # run as a program it shows what is wrong with it
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef) and _is_of_locustfile(node)}
    has_users = bool(classes) or any(_is_test(node) for node in tree.body)
    # Classes of an unknown kind, and nothing that would happen if this were a program.
    has_users |= any(isinstance(node, ast.ClassDef) for node in tree.body) and not any(map(_acts, tree.body))
    return has_users and not _drives(tree, classes)


def has_tests(file: str) -> bool:
    """Whether a locustfile has test functions of pytest style."""
    with open(file, "rb") as source:
        return any(map(_is_test, ast.parse(source.read()).body))


def _say_if_nothing_ran(file: str) -> None:
    """Of a program that has ended, made no run, and has users that a locustfile could run."""
    users, env = sys.modules.get("locust.user.users"), sys.modules.get("locust.env")
    if users is None or env is None or env.Environment._were_made:
        return
    values = {name: value for name, value in vars(sys.modules["__main__"]).items() if isinstance(value, type)}
    names = {name for name, value in values.items() if issubclass(value, users.User) and not vars(value)["abstract"]}
    with open(file, "rb") as source:
        tree = ast.parse(source.read())
    calls = [part for part in ast.walk(tree) if isinstance(part, ast.Call)]
    if not names or any(_names(call.func, names) for call in calls):
        return
    text = f"`{file}` has users and has run none\nhint: rlocust -f {file}"
    if not calls and not any(map(_acts, tree.body)):
        _refuse(text)
    print(f"rlocust run: {text}", file=sys.stderr)


def _acts(node: ast.stmt) -> bool:
    passive = (
        ast.ClassDef,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.Import,
        ast.ImportFrom,
        ast.Assign,
        ast.AnnAssign,
    )
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not is_docstring and not isinstance(node, passive)


def _is_of_locustfile(node: ast.ClassDef) -> bool:
    """Known by the name of a base (`HttpUser`, `ShopUser`), or by its tasks: a base may be called anything."""
    if any(_last_name(base).endswith(BASES) for base in node.bases):
        return True
    assigned = (target for part in node.body if isinstance(part, ast.Assign) for target in part.targets)
    if any(_last_name(target) in ATTRIBUTES for target in assigned):
        return True
    marks = (mark for member in node.body if isinstance(member, ast.FunctionDef) for mark in member.decorator_list)
    return any(_last_name(mark) in MARKS for mark in marks)


def _is_test(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test"):
        return False
    return any(argument.arg in FIXTURES for argument in node.args.args)


def _drives(tree: ast.Module, classes: set[str]) -> bool:
    """Whether what is executed has a part for `__main__`, makes a run, or does something with the classes:
    `Shop(environment).run()`, `run(Shop)`. A run may be made in a function or class of the file that is called."""
    definitions = [node for node in tree.body if isinstance(node, _DEFINITIONS)]
    makers = {node.name for node in definitions} if any(map(_makes_a_run, _parts(definitions))) else set()
    executed = list(_parts(node for node in tree.body if not isinstance(node, _DEFINITIONS)))
    if any(map(_makes_a_run, executed)):
        return True
    calls = [part for part in executed if isinstance(part, ast.Call) and _last_name(part.func) not in LOOKS]
    return any(_names(call.func, makers | classes) or _hands_over(call, makers | classes) for call in calls)


def _parts(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    return (part for node in nodes for part in ast.walk(node))


def _names(node: ast.expr, wanted: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in wanted


def _hands_over(call: ast.Call, wanted: set[str]) -> bool:
    """The thing itself, alone or in a list, not an attribute of it: `shuffle(Shop.tasks)` runs no user."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    of_lists = [each for value in given if isinstance(value, (ast.List, ast.Tuple, ast.Set)) for each in value.elts]
    return any(_names(each, wanted) for each in [*given, *of_lists])


def _makes_a_run(part: ast.AST) -> bool:
    if isinstance(part, ast.Compare) and isinstance(part.left, ast.Name):
        return part.left.id == "__name__"
    return isinstance(part, ast.Call) and _last_name(part.func) in DRIVERS


def _last_name(node: ast.expr) -> str:
    """`task` of `task`, `locust.task` and `task(3)`."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _run_as_main(path: str) -> None:
    """The module `__main__` stays that of the program until the end: threads, pickles and debuggers look there.
    (`runpy` would put the whole path into `sys.argv`, and take the module away again.)"""
    from importlib.machinery import SourceFileLoader
    from types import ModuleType

    loader = SourceFileLoader("__main__", path)
    main = ModuleType("__main__")
    main.__dict__.update(__file__=path, __loader__=loader, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    exec(loader.source_to_code(loader.get_data(path), path), main.__dict__)


def _print_own_traceback(error: Exception) -> None:
    """As the program alone would end: how we came to run it explains nothing."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename in (
        __file__,
        "<frozen importlib._bootstrap>",
        "<frozen importlib._bootstrap_external>",
    ):
        frame = frame.tb_next
    error.__traceback__ = frame
    sys.excepthook(type(error), error, frame)
