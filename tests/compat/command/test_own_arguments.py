"""Arguments of a suite's own: docs/contract/events.md §7, docs/contract/cli.md §2 (custom arguments),
docs/contract/python-api.md §1 (`locust.argument_parser`)."""

from __future__ import annotations

from ast import literal_eval
from pathlib import Path

import pytest

from tests.kit.programs import run_program
from tests.kit.runs import Goal, run_until
from tests.kit.tools import LOCUST, RLOCUST, Run, Tool, run

USER = """
from locust import User, argument_parser, events

class Quiet(User):
    tasks = [lambda user: None]

@events.init_command_line_parser.add_listener
def add(parser):
"""
SHOW = """
@events.init.add_listener
def show(environment, **_):
    print({name: value for name, value in vars(environment.parsed_options).items() if name.startswith("own_")})
    raise SystemExit(0)
"""


def write(folder: Path, adding: str, after: str) -> None:
    body = "".join(f"    {line}\n" for line in adding.strip().splitlines())
    (folder / "own.py").write_text(USER + body + after)


def said(tool: Tool, folder: Path, adding: str, *arguments: str, after: str = SHOW, **variables: str) -> Run:
    write(folder, adding, after)
    return run(tool, "-f", "own.py", "--headless", *arguments, cwd=folder, env=variables)


THREE_NAMES = """
@events.test_start.add_listener
def ask(environment, **_):
    for name in "abc":
        environment.events.request.fire(
            request_type="T", name=name, response_time=1, response_length=0, exception=None, context={})
"""


@pytest.mark.parametrize(
    "adding",
    ['parser.add_argument("--max-names", type=int)', 'parser.add_argument("--names", dest="max_names", type=int)'],
)
def test_an_option_under_a_name_of_ours_is_the_suites_alone(tool: Tool, tmp_path: Path, adding: str) -> None:
    option = adding.split('"')[1]
    write(tmp_path, adding, THREE_NAMES)
    names = Goal(names=dict.fromkeys("abc", 1))
    done = run_until(tool, names, "-f", "own.py", "--headless", "--csv", "out", option, "1", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    rows = (tmp_path / "out_stats.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["a", "b", "c", "Aggregated"]


@pytest.mark.parametrize("listener", ["", "events.init_command_line_parser.add_listener(lambda parser: None)\n"])
def test_a_word_that_only_abbreviates_options_of_ours_is_unknown(tmp_path: Path, listener: str) -> None:
    """Were it not, a setting that Locust calls unknown would be said to mean two things it has never heard of."""
    (tmp_path / "own.py").write_text("from locust import User, events\nclass Quiet(User): pass\n" + listener)
    (tmp_path / "locust.conf").write_text("headless\nmax = 3\n")
    done = run(RLOCUST, "-f", "own.py", cwd=tmp_path)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, "rlocust: error: unrecognized arguments: --max=3")


EVERYTHING = """
parser.add_argument("--own-number", type=int, choices=[1, 2, 3], default=2, help="100% of it")
parser.add_argument("--own-flag", action="store_true", env_var="OWN_FLAG")
parser.add_argument("--own-pair", nargs=2, metavar=("A", "B"))
parser.add_argument("--own-more", action="append", env_var="OWN_MORE")
parser.add_argument("--own-count", "-q", action="count", default=0)
parser.add_argument("--own-const", action="store_const", const=7)
parser.add_argument("--no-own-thing", dest="own_thing", action="store_false")
parser.add_argument("--own-needed", required=True)
group = parser.add_argument_group("mine", "about mine")
group.add_argument("--own-grouped", env_var="OWN_GROUPED", default="g")
either = group.add_mutually_exclusive_group()
either.add_argument("--own-left", action="store_true")
either.add_argument("--own-right", action="store_true")
parser.set_defaults(own_default="d")
"""


USUAL = {
    "own_number": 2,
    "own_flag": False,
    "own_pair": None,
    "own_more": None,
    "own_count": 0,
    "own_const": None,
    "own_thing": True,
    "own_needed": "x",
    "own_grouped": "g",
    "own_left": False,
    "own_right": False,
    "own_default": "d",
}
COULD_BE = "--own-number, --own-flag, --own-pair, --own-more, --own-count, --own-const, --own-needed, --own-grouped, "
COULD_BE += "--own-left, --own-right"
#: Command line, environment, and the values (those that are not the usual ones) or the complaint.
FORMS: list[tuple[list[str], dict[str, str], dict[str, object] | str]] = [
    (["--own-needed", "x"], {}, {}),
    (
        ["--own-needed=x", "--own-number", "3", "-qq", "--own-pair", "a", "b", "--own-more", "1", "--own-mor=2"],
        {},
        {"own_number": 3, "own_pair": ["a", "b"], "own_more": ["1", "2"], "own_count": 2},
    ),
    (
        ["--own-needed=x", "--own-const", "--no-own-thing", "--own-left"],
        {"OWN_FLAG": "true", "OWN_GROUPED": "e"},
        {"own_flag": True, "own_const": 7, "own_thing": False, "own_grouped": "e", "own_left": True},
    ),
    (
        ["--own-needed=x", "Quiet"],
        {"OWN_MORE": "[a, b]", "OWN_FLAG": "no", "LOCUST_OWN_GROUPED": "not looked at"},
        {"own_more": ["a", "b"]},
    ),
    ([], {}, "the following arguments are required: --own-needed"),
    (["--own-needed=x", "--own-left", "--own-right"], {}, "argument --own-right: not allowed with argument --own-left"),
    (["--own-needed=x", "--own-number", "4"], {}, "argument --own-number: invalid choice: 4 (choose from 1, 2, 3)"),
    (
        ["--own-needed=x"],
        {"OWN_FLAG": "maybe"},
        "Unexpected value for OWN_FLAG: 'maybe'. Expecting 'true', 'false', 'yes', 'no', 'on', 'off', '1' or '0'",
    ),
    (["--own-needed=x", "--own"], {}, f"ambiguous option: --own could match {COULD_BE}"),
    (["--own-needed=x", "--own-nmber", "4"], {}, "unrecognized arguments: --own-nmber\nDid you mean '--own-number'?"),
]


# `make diff` has real Locust answer, too.
@pytest.mark.parametrize("program", [RLOCUST, pytest.param(LOCUST, marks=pytest.mark.oracle)], ids=str)
@pytest.mark.parametrize(("arguments", "variables", "answer"), FORMS, ids=[str(n) for n in range(len(FORMS))])
def test_every_form_argparse_has_is_read_as_locust_reads_it(
    program: Tool, tmp_path: Path, arguments: list[str], variables: dict[str, str], answer: dict[str, object] | str
) -> None:
    done = said(program, tmp_path, EVERYTHING, *arguments, **variables)
    if isinstance(answer, str):
        assert (done.exit_code, done.stdout, done.stderr.partition("error: ")[2]) == (2, "", f"{answer}\n")
    else:
        assert (done.exit_code, done.stdout) == (0, f"{USUAL | answer}\n"), done.stderr


def test_a_plug_in_may_walk_the_groups_of_the_parser(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/cli.md §2: seen in locust-plugins, which puts its options into groups of its own by these private
    lists."""
    adding = """
print([group.title for group in parser._action_groups])
print([action.dest for group in parser._action_groups for action in group._group_actions if action.dest == "headless"])
print([action.dest for action in parser._actions if "--tags" in action.option_strings])
parser._action_groups[1].add_argument("--own-first")
"""
    titles, *rest = said(tool, tmp_path, adding, "--own-first", "x").stdout.splitlines()
    assert [title for title in literal_eval(titles) if title in GROUPS] == GROUPS
    assert rest == ["['headless']", "['tags']", "{'own_first': 'x'}"]


GROUPS = [
    "Common options", "Web UI options", "Master options", "Worker options", "Tag options",
    "Request statistics options", "Logging options", "Other options", "User classes",
]  # fmt: skip


WORDS = """
parser.add_argument("--shown", default="s", help="h", choices=["s", "t"])
parser.add_argument("--hidden", include_in_web_ui=False, is_secret=True)
parser.add_argument("--secret", is_secret=True, default="x")
parser.add_argument("--needed", is_required=True)
parser.add_argument("--several", is_multiple=True, choices=["a", "b"], default=["a"], nargs="*")
parser.add_argument_group("mine").add_argument("--grouped")
"""


def test_the_words_for_the_web_form_are_kept(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/web.md, extra_options: what the page will show of each argument."""
    after = """
parser = argument_parser.get_parser()
for name in ("args", "secret_args", "required_args", "multiple_args"):
    found = getattr(parser, name + "_included_in_web_ui")
    print(name, sorted(found.keys() & {"shown", "hidden", "secret", "needed", "several", "grouped"}))
for name, form in argument_parser.ui_extra_args_dict(["--needed", "n"]).items():
    print(name, form)
raise SystemExit(0)
"""
    form = "'is_required': {}, 'is_secret': {}, 'is_multiple': {}, 'help_text': {}, 'choices': {}}}"
    assert said(tool, tmp_path, WORDS, after=after).stdout.splitlines() == [
        "args ['needed', 'secret', 'several', 'shown']",
        "secret_args ['secret']",
        "required_args ['needed']",
        "multiple_args ['several']",
        "shown {'default_value': 's', " + form.format(False, False, False, "'h'", "['s', 't']"),
        "secret {'default_value': 'x', " + form.format(False, True, False, None, None),
        "needed {'default_value': 'n', " + form.format(True, False, False, None, None),
        "several {'default_value': ['a'], " + form.format(False, False, True, None, "['a', 'b']"),
    ]


def test_arguments_of_groups_may_be_in_the_web_form_too(tmp_path: Path) -> None:
    """Beyond Locust, whose groups do not know the four words: its author had to leave the group out."""
    adding = """
group = parser.add_argument_group("mine")
group.add_argument("--asked", is_secret=True)
group.add_mutually_exclusive_group().add_argument("--either", include_in_web_ui=True)
"""
    after = "\nprint(sorted(argument_parser.ui_extra_args_dict([])))\nraise SystemExit(0)\n"
    assert said(RLOCUST, tmp_path, adding, after=after).stdout == "['asked', 'either']\n"


def test_a_name_of_locusts_cannot_be_taken(tool: Tool, tmp_path: Path) -> None:
    adding = "try:\n    parser.add_argument('--users')\nexcept Exception as e:\n    print(type(e).__name__, e)"
    done = said(tool, tmp_path, adding)
    assert done.stdout.startswith("ArgumentError argument --users: conflicting option string: --users\n")


# Options that Locust does not have

STAND_IN = """
import locust
from locust import argument_parser, events
from rlocust import _native

# An option of ours, as the table of the engine would describe it.
table = _native.cli_table()
row = {**next(row for row in table[0][2] if row["dest"] == "host"), "dest": "record", "flags": ["--record"],
       "env": "LOCUST_RECORD", "own": True}
table[0][2].append(row)
_native.cli_table = lambda: table
"""


def test_an_option_of_ours_gives_way_to_a_suites_own() -> None:
    """A suite written for Locust may use the name: it gets its value, and we take ours as not given."""
    run_program(
        STAND_IN
        + """
@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument_group("mine").add_argument("--record", type=int, default=1)
options = argument_parser.parse_by_parser(["--record", "5"])
ours = argument_parser.for_our_reading(options)
assert (options.record, ours.record) == (5, None), options
ours.num_users = 3
assert options.num_users == ours.num_users == 3
"""
    )


def test_an_option_of_ours_is_there_where_no_suite_takes_its_name() -> None:
    run_program(
        STAND_IN
        + """
parse = argument_parser.parse_by_parser
options = parse(["--reco", "here"])
assert argument_parser.for_our_reading(options) is options and options.record == "here"
row["flags"], row["dest"] = ["--users-more"], "users_more"
assert parse(["--user", "5"]).num_users == 5, "an abbreviation of Locust's stays one"
assert parse(["--users-m", "x"]).users_more == "x"
"""
    )


def test_a_suite_may_use_a_name_of_ours(tool: Tool, tmp_path: Path) -> None:
    """`--resolve` is an option of ours with a grammar of its own; here it is the suite's."""
    adding = "parser.add_argument('--resolve', dest='own_resolve', type=int, env_var='OWN')"
    assert said(tool, tmp_path, adding, "--resolve", "7").stdout == "{'own_resolve': 7}\n"
    adding = "parser.add_argument_group('mine').add_argument('--resolve', action='store_true', default=None)"
    done = said(tool, tmp_path, adding, "--resolve", after=SHOW.replace('"own_"', '"resolve"'))
    assert done.stdout == "{'resolve': True}\n", done.stderr
