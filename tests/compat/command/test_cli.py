"""The command line: what docs/contract/cli.md promises, run as users run it.

Texts and exit codes were compared with Locust 2.47.0; the program's name in messages is ours.
"""

from __future__ import annotations

import json
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rlocust import __version__ as VERSION
from tests.kit.places import LOCUSTFILES
from tests.kit.runs import Goal, run_until
from tests.kit.surroundings import surroundings
from tests.kit.tools import RLOCUST, Tool, started
from tests.kit.tools import Run as Done
from tests.kit.tools import run as run_tool
from tests.kit.waiting import DEADLINE, until

QUIET_USERS = """
from locust import User, constant, events, task

class First(User):
    wait_time = constant(0.1)
    @task
    def report(self):
        self.environment.events.request.fire(
            request_type="T", name="report", response_time=1.0, response_length=0, exception=None, context={})

class Second(First):
    pass
"""
#: Ends the run as soon as all its users are there.
ENDS_WHEN_SPAWNED = """
import gevent

@events.init.add_listener
def listen(environment, **_):
    environment.events.spawning_complete.add_listener(lambda **_: gevent.spawn(environment.runner.quit))
"""
ONE_SAMPLE = Goal(samples=1)

Run = Callable[..., Done]


@pytest.fixture
def rlocust(tmp_path: Path) -> Run:
    """Runs the command in the test's folder, away from the caller's configuration."""

    def run(*arguments: str, **variables: str) -> Done:
        return run_tool(RLOCUST, *arguments, cwd=tmp_path, env=variables)

    return run


@pytest.fixture
def users(tmp_path: Path) -> str:
    (tmp_path / "users.py").write_text(QUIET_USERS)
    return "users.py"


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return name


# Information


@pytest.mark.parametrize("flag", ["-V", "--version", "--vers"])
def test_the_version_is_ours_and_then_locusts_line(rlocust: Run, flag: str) -> None:
    """docs/contract/cli.md §2, other options."""
    done = rlocust(flag)
    assert done.exit_code == 0
    ours, locusts = done.stdout.splitlines()
    assert ours.startswith("rlocust ")
    assert locusts.startswith("locust 2.47.0 from ") and locusts.endswith(f"(Python {platform.python_version()})")
    assert done.stderr == ""


def test_help_names_every_option_and_needs_no_locustfile(rlocust: Run) -> None:
    """docs/contract/cli.md §1 step 2: the locustfile is not imported."""
    done = rlocust("--help")
    assert done.exit_code == 0
    for option in (
        "-f, --locustfile",
        "-u, --users",
        "--headless",
        "-T, --tags",
        "--exit-code-on-error",
        "--processes",
    ):
        assert option in done.stdout
    assert "--headful" not in done.stdout, "hidden options stay hidden"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["-u", "x", "--help"], "argument -u/--users: invalid int value: 'x'"),
        (["--he"], "ambiguous option: --he could match --help, --headless, --headful"),
    ],
)
def test_what_is_wrong_before_help_is_said_instead_of_it(rlocust: Run, arguments: list[str], complaint: str) -> None:
    done = rlocust(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"rlocust: error: {complaint}\n")


def test_help_shows_the_options_of_plug_ins(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §1 steps 1 and 2: locust_plugins is imported first, and may be missing."""
    text = "from locust import events\n@events.init_command_line_parser.add_listener\n"
    write(
        tmp_path,
        "locust_plugins.py",
        text + "def add(parser):\n    parser.add_argument('--plugged', help='from a plug-in')\n",
    )
    done = rlocust("--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "--plugged PLUGGED" in done.stdout and "--headless" in done.stdout
    broken = write(tmp_path, "locust_plugins.py", "import nowhere_to_be_found")
    assert broken and "nowhere_to_be_found" in rlocust("--help").stderr


def test_user_classes_are_listed_in_order_of_definition(rlocust: Run, users: str) -> None:
    """docs/contract/cli.md §7."""
    done = rlocust("-f", users, "--list")
    assert (done.exit_code, done.stdout) == (0, "Available Users:\n    First\n    Second\n")
    assert "locust.main: Starting Locust 2.47.0" in done.stderr


def test_task_ratios_are_printed_as_a_tree_and_as_json(rlocust: Run, users: str) -> None:
    """docs/contract/cli.md §7."""
    tree = rlocust("-f", users, "--show-task-ratio").stdout.splitlines()
    assert tree[:4] == ["", " Task ratio per User class", "-" * 80, f" {'50.0':<10} {'First':<50}"]
    ratios = json.loads(rlocust("-f", users, "--show-task-ratio-json").stdout)
    assert ratios["per_class"]["First"]["tasks"] == {"report": {"ratio": 1.0}}


def test_a_closed_pipe_is_a_normal_end(rlocust: Run) -> None:
    """CONTRIBUTING.md, "Errors and words"."""
    command = f"{sys.executable} -m rlocust --help | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=surroundings(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# What is wrong with the command line


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--foo"], "unrecognized arguments: --foo"),
        (["--hedless"], "unrecognized arguments: --hedless\nDid you mean '--headless'?"),
        (["--head"], "ambiguous option: --head could match --headless, --headful"),
        (["-u"], "argument -u/--users: expected one argument"),
        (["-u", "x"], "argument -u/--users: invalid int value: 'x'"),
        (["-r", "0"], "argument -r/--spawn-rate: must be > 0"),
        (["-r", "nan"], "argument -r/--spawn-rate: must be a finite number"),
        (["-t", "5S"], "argument -t/--run-time: '5S' is not a time span: write 90, 20s, 3m, 2h, 1h20m or 3h30m10s"),
        (
            ["-s", "1.5"],
            "argument -s/--stop-timeout: '1.5' is not a time span: write 90, 20s, 3m, 2h, 1h20m or 3h30m10s",
        ),
        (
            ["-L", "loud"],
            "argument --loglevel/-L: invalid choice: 'LOUD' "
            "(choose from 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')",
        ),
        (["--headless=3"], "argument --headless: ignored explicit argument '3'"),
        (
            ["--slave"],
            "argument --slave: The --slave parameter has been renamed --worker\nhint: `--slave` is `--worker` today",
        ),
        (["First", "-u", "5", "Second"], "unrecognized arguments: Second"),
        (["--csv-full-history"], "'--csv-full-history' requires '--csv'."),
        (["-u", "-5"], "argument -u/--users: -5: there is no test with fewer than 0 users"),
        (
            ["--config", "nowhere"],
            "Unable to open config file: nowhere. Error: [Errno 2] No such file or directory: 'nowhere'",
        ),
    ],
)
def test_a_mistake_is_reported_on_one_line_with_exit_code_2(
    rlocust: Run, users: str, arguments: list[str], complaint: str
) -> None:
    """docs/contract/cli.md §2, argument-parser details."""
    done = rlocust("-f", users, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"rlocust: error: {complaint}\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("class A(object)\n    pass\n", "SyntaxError: expected ':'"),
        ("class A:\n\tdef x(self):\n        pass\n", "TabError: inconsistent use of tabs and spaces in indentation"),
    ],
)
def test_a_file_that_cannot_be_compiled_is_its_own_error(rlocust: Run, tmp_path: Path, text: str, error: str) -> None:
    """Of Locust's traceback the part that is about the file; docs/contract/differences.md, C."""
    done = rlocust("-f", write(tmp_path, "bad.py", text), "--headless")
    lines = done.stderr.splitlines()
    assert (done.exit_code, lines[-1]) == (1, error)
    assert 'bad.py", line ' in lines[0] and "rlocust" not in done.stderr, done.stderr


def test_a_link_named_locust_is_the_command(tmp_path: Path) -> None:
    """docs/library.md, for programs that start `locust`."""
    (tmp_path / "locust").symlink_to(Path(RLOCUST.command[0]).parent / "rlocust")
    file = write(tmp_path, "users.py", QUIET_USERS)
    asked = subprocess.run(
        [tmp_path / "locust", "-f", file, "-u", "x"], cwd=tmp_path, capture_output=True, text=True, timeout=DEADLINE
    )
    assert (asked.returncode, asked.stderr) == (2, "locust: error: argument -u/--users: invalid int value: 'x'\n")
    version = subprocess.run([tmp_path / "locust", "-V"], capture_output=True, text=True, timeout=DEADLINE)
    assert version.stdout.startswith("rlocust "), version


def test_a_configuration_file_has_a_limit(rlocust: Run, tmp_path: Path) -> None:
    """Each line becomes an argument: one of 67 MB was refused after 12 s."""
    write(tmp_path, "long.conf", "host = x\n" * 111_112)
    done = rlocust("--config", "long.conf", "--headless")
    why = "Unable to open config file: long.conf. Error: [Errno 27] longer than a million characters: 'long.conf'"
    assert (done.exit_code, done.stderr) == (2, f"rlocust: error: {why}\n")


def test_bytes_that_are_no_text_are_carried_as_python_carries_them(rlocust: Run, users: str, tmp_path: Path) -> None:
    """The engine reads Unicode; what is not goes to the Python parser."""
    show = "@events.init.add_listener\ndef show(environment, **_):\n    print(ascii(environment.parsed_options.host))\n"
    name = write(tmp_path, "show.py", QUIET_USERS + show + "    raise SystemExit(0)\n")
    assert rlocust("-f", name, "--headless", "--host=a\udcff").stdout == "'a\\udcff'\n"
    assert rlocust("-f", name, "--headless", LOCUST_HOST="b\udcff").stdout == "'b\\udcff'\n"


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--master", "--worker"], 255, "/ERROR/locust.main: The --master argument cannot be combined with --worker"),
        (["--headless", "--processes", "-2"], 1, "Invalid --processes count -2"),
        (
            ["--master", "--processes", "2"],
            1,
            "--master cannot be combined with --processes. Remove --master, as it is implicit as long as --worker is "
            "not set.",
        ),
        (["--headless", "--autoquit", "5"], 1, "--autoquit is only meaningful in combination with --autostart"),
    ],
)
def test_options_that_cannot_stand_together(
    tool: Tool, users: str, tmp_path: Path, arguments: list[str], code: int, text: str
) -> None:
    """docs/contract/cli.md §1 step 5, 2 and 9."""
    done = run_tool(tool, "-f", users, *arguments, cwd=tmp_path)
    assert done.exit_code == code and done.stderr.splitlines()[-1].endswith(text), done.stderr


def test_a_port_that_no_master_will_have_is_refused(rlocust: Run, users: str) -> None:
    """docs/contract/differences.md, `--processes`: the workers would wait there for ever."""
    done = rlocust("-f", users, "--headless", "--processes", "2", "--master-bind-port", "0", "--master-port", "7000")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("--master-port 7000 cannot be combined with"), done.stderr


def test_headless_from_a_file_can_be_undone(rlocust: Run, users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §2, --headful: hidden, for those who look at the page once."""
    write(tmp_path, "locust.conf", "headless = true")
    done = rlocust("-f", users, "--headful", "--web-base-path", "no slash")
    assert (done.exit_code, "Starting web interface" in done.stderr) == (1, False)


# Locustfiles


@pytest.mark.parametrize("name", ["nowhere.py", "folder/nowhere.py", "text.txt", "users"])
def test_a_locustfile_that_is_not_there_is_named(rlocust: Run, users: str, tmp_path: Path, name: str) -> None:
    """docs/contract/cli.md §4."""
    write(tmp_path, "text.txt", "")
    done = rlocust("-f", name, "--headless")
    assert done.exit_code == 1
    assert done.stderr == (
        f"Could not find '{name}'. Ensure your locustfile ends with '.py' or is a directory with locustfiles. "
        "See --help for available options.\n"
    )


def test_a_folder_is_searched_for_locustfiles(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §4: recursively, file names with an underscore in front are skipped."""
    (tmp_path / "all" / "_deep").mkdir(parents=True)
    write(tmp_path / "all", "one.py", "from locust import User\nclass One(User): tasks = [print]")
    write(tmp_path / "all" / "_deep", "two.py", "from locust import User\nclass Two(User): tasks = [print]")
    write(tmp_path / "all", "_three.py", "raise RuntimeError")
    assert sorted(rlocust("-f", "all", "-l").stdout.split()[2:]) == ["One", "Two"]
    (tmp_path / "none").mkdir()
    empty = rlocust("-f", "none", "-l")
    assert (empty.exit_code, empty.stderr.strip()) == (1, "Could not find any locustfiles in directory 'none'")


def test_a_broken_locustfile_shows_its_authors_traceback_only(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §4: exit code 1; CONTRIBUTING.md, "Errors and words": cut where it enters the shim."""
    write(tmp_path, "syntax.py", "def f(:\n")
    write(tmp_path, "raises.py", "def f():\n    raise KeyError('mine')\nf()\n")
    syntax, raises = rlocust("-f", "syntax.py", "-l"), rlocust("-f", "raises.py", "-l")
    assert (syntax.exit_code, raises.exit_code) == (1, 1)
    assert "SyntaxError: invalid syntax" in syntax.stderr
    assert raises.stderr.startswith('Traceback (most recent call last):\n  File "')
    assert raises.stderr.count("File ") == 2, raises.stderr
    assert raises.stderr.endswith("KeyError: 'mine'\n")


def test_no_user_class_and_unknown_ones_end_with_exit_code_1(rlocust: Run, users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §1 step 5."""
    none = rlocust("-f", write(tmp_path, "empty.py", "import locust\n"), "--headless")
    assert (none.exit_code, "locust.main: No User class found!" in none.stderr) == (1, True)
    unknown = rlocust("-f", users, "--headless", "First", "Zed", "Abc")
    assert (unknown.exit_code, "locust.main: Unknown User(s): Abc, Zed\n" in unknown.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("class A(User): weight = 0; tasks = [print]", "There are no users with weight > 0."),
        (
            "class A(User): tasks = [print]\nB = A",
            "The following user classes have the same class name: users.A, users.A",
        ),
    ],
)
def test_classes_that_cannot_be_run_cost_one_line(rlocust: Run, tmp_path: Path, text: str, complaint: str) -> None:
    """docs/contract/cli.md §1 step 5: Locust's text and exit code 1, without its traceback."""
    done = rlocust("-f", write(tmp_path, "users.py", "from locust import User\n" + text), "--headless")
    last = done.stderr.splitlines()[-1]
    assert (done.exit_code, last, "Traceback" in done.stderr) == (1, complaint, False), done.stderr


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PERCENTILES_TO_STATISTICS", "[0.5, 95]", "stats.PERCENTILES_TO_STATISTICS parameter need to be float and"),
        ("PERCENTILES_TO_CHART", "[0.5, 1.5]", "stats.PERCENTILES_TO_CHART parameter need to be float and"),
        ("PERCENTILES_TO_CHART", "[.1, .2, .3, .4, .5, .6, .7]", "stats.PERCENTILES_TO_CHART parameter should be"),
    ],
)
def test_percentiles_are_checked_before_the_run(
    tool: Tool, tmp_path: Path, name: str, value: str, complaint: str
) -> None:
    """docs/contract/cli.md §5: one line, exit code 1."""
    write(tmp_path, "users.py", QUIET_USERS + f"import locust.stats\nlocust.stats.{name} = {value}\n")
    done = run_tool(tool, "-f", "users.py", "--headless", cwd=tmp_path)
    assert done.exit_code == 1 and done.stderr.startswith(complaint), done.stderr


TAGGED = (LOCUSTFILES / "tagged.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "shown", "names"),
    [
        (["-T", "-E"], "None None [] []", {"T first", "T second"}),
        (["-T", "a", "-T", "a", "b"], "None None ['a', 'b'] None", {"T first"}),
        (["-E", "a"], "None None None ['a']", {"T second"}),
    ],
)
def test_tags_of_the_command_line_are_options_and_an_empty_list_filters_nothing(
    tool: Tool, tmp_path: Path, arguments: list[str], shown: str, names: set[str]
) -> None:
    """docs/contract/cli.md §2, tag options; docs/contract/python-api.md §2: the attributes of the environment are for
    programs."""
    write(tmp_path, "tagged.py", TAGGED)
    goal = Goal(samples=9, names={name.removeprefix("T "): 1 for name in names})
    done = run_until(tool, goal, "-f", "tagged.py", "--headless", "-u", "3", "-r", "9", *arguments, cwd=tmp_path)
    assert (done.exit_code, done.stdout, done.report.names) == (0, shown + "\n", names), done.stderr


def test_what_the_files_hold_stands_in_the_environment(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/web.md, the class picker's data; docs/contract/python-api.md §8: `available_user_classes` and the
    rest, chosen or not."""
    show = """
from locust import LoadTestShape
class Flat(LoadTestShape):
    def tick(self):
        return None
@events.init.add_listener
def show(environment, **_):
    e = environment
    tasks = {name: [each.__name__ for each in tasks] for name, tasks in e.available_user_tasks.items()}
    print([each.__name__ for each in e.user_classes], list(e.available_user_classes), list(e.available_shape_classes))
    print(tasks, type(e.shape_class).__name__, e.locustfile, [path[-8:] for path in e.parsed_locustfiles])
    print([name for name in e.available_user_classes if e.available_user_classes[name] in e.user_classes], e.web_ui)
    print(e.runner.user_classes_count, e.runner.user_classes_by_name.keys() == e.user_classes_by_name.keys())
    raise SystemExit(0)
"""
    write(tmp_path, "users.py", QUIET_USERS + show)
    write(tmp_path, "more.py", "from users import First\nclass Third(First):\n    weight = 2\n")
    line = ["-f", "users.py,more.py", "--headless", "--class-picker", "Second"]
    assert run_tool(tool, *line, cwd=tmp_path).stdout.splitlines() == [
        "['Second'] ['First', 'Second', 'Third'] ['Flat']",
        "{'First': ['report'], 'Second': ['report'], 'Third': ['report']} Flat "
        "users.py,more.py ['users.py', '/more.py']",
        "['Second'] None",
        "{'Second': 0} True",
    ]


def by_python(tool: Tool) -> Tool:
    """What runs a program, as the tool itself runs a locustfile."""
    return Tool(tool.name, (tool.command[0],) if tool is not RLOCUST else (*tool.command, "run"))


def test_a_program_complains_about_its_options_by_its_own_name(tool: Tool, tmp_path: Path) -> None:
    program = """
from locust import argument_parser as parsers
kinds = parsers.parse_options, parsers.get_parser().parse_args, parsers.get_empty_argument_parser().parse_args
for read in (*kinds, parsers.parse_locustfile_option):
    try:
        read(["-f"] if read is parsers.parse_locustfile_option else ["--bad"])
    except SystemExit:
        print(parsers.get_parser().prog)
"""
    write(tmp_path, "program.py", program)
    done = run_tool(by_python(tool), "program.py", cwd=tmp_path)
    unknown = "program.py: error: unrecognized arguments: --bad"
    missing = "program.py: error: argument -f/--locustfile: expected one argument"
    assert done.stderr.splitlines() == [unknown, unknown, unknown, missing]
    assert done.stdout.splitlines().count("program.py") == 4


def test_programs_may_read_locustfiles_as_the_command_does(tool: Tool, users: str, tmp_path: Path) -> None:
    """docs/contract/python-api.md §1, `locust.main`: four parts, in this order."""
    program = """
import locust.main
classes, shapes, tasks, shape = locust.main.merge_locustfiles_content(["users.py"])
print(list(classes), shapes, {name: len(each) for name, each in tasks.items()}, shape)
"""
    write(tmp_path, "program.py", program)
    printed = run_tool(by_python(tool), "program.py", cwd=tmp_path).stdout
    assert printed == "['First', 'Second'] {} {'First': 1, 'Second': 1} None\n"


def test_a_name_defined_by_two_files_is_refused_but_not_one_imported_twice(
    rlocust: Run, users: str, tmp_path: Path
) -> None:
    """docs/contract/cli.md §4."""
    write(tmp_path, "same.py", "from users import First\n")
    assert rlocust("-f", f"{users},same.py", "-l").exit_code == 0
    write(tmp_path, "other.py", QUIET_USERS)
    twice = rlocust("-f", f"{users},other.py", "-l")
    assert twice.exit_code == 1
    assert twice.stderr == (
        f"Duplicate user class names: First is defined in both {tmp_path / users} and {tmp_path / 'other.py'}\n"
    )


def test_a_locustfile_finds_its_own_packages_from_anywhere(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §4: the working folder first on the path for good, the file's folder during the import."""
    project = tmp_path / "project"
    (project / "common").mkdir(parents=True)
    write(project / "common", "__init__.py", "")
    write(project / "common", "base.py", "from locust import User\nclass Base(User):\n    abstract = True\n")
    text = "import sys\nfrom common.base import Base\nclass Mine(Base):\n    tasks = [print]\n"
    text += "print(__name__, len(sys.path[0]))\n"
    write(project, "locust.py", text)
    done = rlocust("-f", "project/locust.py", "-l")
    assert done.stdout == f"locustfile {len(str(project))}\nAvailable Users:\n    Mine\n", done.stderr


NAMING_FILE = "import os\nprint(__file__, os.path.isabs(__file__), os.path.exists(__file__))\n"


@pytest.fixture
def files() -> Iterator[str]:
    """The address of a server with a locustfile, a text that is no Python, and nothing else."""
    texts = {"/users.py": NAMING_FILE + QUIET_USERS, "/page.py": "<html>" + "x" * 200}

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in texts else 404)
            self.end_headers()
            self.wfile.write(texts.get(self.path, "pass").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_locustfile_may_be_downloaded(rlocust: Run, files: str) -> None:
    """docs/contract/cli.md §4: under the last segment of its address, removed at exit."""
    done = rlocust("-f", f"{files}/users.py", "-l")
    name, *was = done.stdout.splitlines()[0].split()
    assert (was, Path(name).name, Path(name).exists()) == (["True", "True"], "users.py", False)
    assert not Path(name).parent.exists()
    assert done.stdout.endswith("    First\n    Second\n")


def test_a_downloaded_file_stands_beside_local_ones(rlocust: Run, files: str, tmp_path: Path) -> None:
    own = write(tmp_path, "own.py", "from locust import User\nclass Own(User): tasks = [print]\n")
    assert rlocust("-f", f"{own} , {files}/users.py", "-l").stdout.split()[-3:] == ["Own", "First", "Second"]


def test_a_download_that_fails_is_reported(rlocust: Run, files: str) -> None:
    """docs/contract/cli.md §4: stderr text, exit code 1."""
    for address, reason in [
        (f"{files}/none.py", "Exception: 404"),
        (f"{files}/page.py", f"Response was not valid python code: '<html>{'x' * 94}'\n"),
        ("http://127.0.0.1:1/x.py", "Exception: HTTPConnectionPool(host='127.0.0.1', port=1)"),
    ]:
        done = rlocust("-f", address, "-l")
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Failed to get locustfile from: {address}. {reason}")


def test_a_download_from_the_master_needs_a_worker(rlocust: Run) -> None:
    """docs/contract/cli.md §4."""
    done = rlocust("-f", "-")
    text, hint = done.stderr.splitlines()
    assert done.exit_code == 1
    assert text == "locustfile was set to '-' (meaning to download from master) but --worker was not specified."
    assert hint.startswith("hint: ")


def test_the_class_picker_means_nothing_without_the_page(rlocust: Run, users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §2, web options: accepted, also from the environment."""
    load = ["--headless", "--only-summary"]
    assert run_until(RLOCUST, ONE_SAMPLE, "-f", users, "--class-picker", *load, cwd=tmp_path).exit_code == 0
    assert rlocust("-f", users, "--class-picker", "-l").stdout.split()[2:] == ["First", "Second"]
    assert rlocust("-f", users, "-l", LOCUST_USERCLASS_PICKER="true").exit_code == 0


# Configuration


def test_stronger_sources_win_per_option(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §3: locust.conf < pyproject.toml < --config < environment < command line."""
    show = "from locust import User, events\nclass A(User): tasks = [print]\n"
    show += "@events.init.add_listener\ndef show(environment, **_):\n    o = environment.parsed_options\n"
    show += (
        "    print(o.host, o.num_users, o.spawn_rate, o.run_time, o.stop_timeout, o.tags)\n    raise SystemExit(0)\n"
    )
    write(tmp_path, "locustfile.py", show)
    write(tmp_path, "locust.conf", "host = conf\nusers = 1\nspawn-rate = 1\nrun-time = 1\nstop-timeout: 1m\nheadless")
    write(tmp_path, "pyproject.toml", "[tool.locust]\nusers = 2\nspawn-rate = 2\nrun-time = '2s'\ntags = ['a', 'b']\n")
    write(tmp_path, "more.conf", "spawn-rate 3\nrun-time = 3")
    done = rlocust("--config", "more.conf", "-t", "5", LOCUST_RUN_TIME="4", LOCUST_SPAWN_RATE="4.5")
    assert done.stdout == "conf 2 4.5 5 60 ['a', 'b']\n", done.stderr


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("locust.conf", "= =", "Unexpected line 0 in locust.conf: = ="),
        ("pyproject.toml", "x = [", "Couldn't parse TOML file: "),
        ("locust.conf", "spawn_rate = 3", "unrecognized arguments: --spawn_rate=3"),
        ("locust.conf", "headless = maybe", "Unexpected value for headless: 'maybe'. Expecting 'true', 'false', "),
        ("locust.conf", "host = [a, b]", "host can't be set to a list"),
        ("locust.conf", "help = true", "argument -h/--help: ignored explicit argument 'true'"),
        ("locust.conf", "help = false", "argument -h/--help: ignored explicit argument 'false'"),
    ],
)
def test_mistakes_in_configuration_files_are_reported(
    rlocust: Run, users: str, tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    """docs/contract/cli.md §3."""
    write(tmp_path, name, text)
    done = rlocust("-f", users, "-l")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"rlocust: error: {complaint}")


def test_the_environment_names_options_and_user_classes(rlocust: Run, users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §2: LOCUST_USER_CLASSES is the default of the positional."""
    name = write(tmp_path, "ends.py", QUIET_USERS + ENDS_WHEN_SPAWNED)
    done = rlocust("--headless", LOCUST_LOCUSTFILE=name, LOCUST_USER_CLASSES="Second", LOCUST_LOGLEVEL="info")
    assert 'All users spawned: {"Second": 1} (1 total users)' in done.stderr
    wrong = rlocust("-f", users, "-l", LOCUST_HEADLESS="maybe")
    assert wrong.exit_code == 2


def test_settings_for_user_classes_come_as_json(rlocust: Run, users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §2, --config-users."""
    write(tmp_path, "settings.json", '[{"user_class_name": "Second", "fixed_count": 2}]')
    name = write(tmp_path, "ends.py", QUIET_USERS + ENDS_WHEN_SPAWNED)
    done = rlocust("-f", name, "--headless", "-u", "3", "-r", "10", "--config-users", "settings.json")
    assert 'All users spawned: {"First": 1, "Second": 2} (3 total users)' in done.stderr
    unknown = rlocust("-f", users, "--headless", "--config-users", '{"user_class_name": "Zed"}')
    assert unknown.exit_code == 255
    nameless = rlocust("-f", users, "--headless", "--config-users", '{"weight": 1}')
    assert (nameless.exit_code, "user_class_name" in nameless.stderr) == (2, True)


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ('"user_class_name": ["Zed"]', "there is no user class `['Zed']` in the locustfile"),
        ('"user_class_name": "First", "tasks": 5', "`tasks` of `First` is 5: write a list of names of tasks"),
        ('"user_class_name": "First", "tasks": [5]', "`tasks` of `First` is [5]: write a list of names of tasks"),
        ('"user_class_name": "First", "weight": "x"', "`weight` of `First` is 'x': write a number of 0 or more"),
        (
            '"user_class_name": "First", "fixed_count": -1',
            "`fixed_count` of `First` is -1: write a number of 0 or more",
        ),
    ],
)
def test_a_bad_setting_for_a_user_class_is_one_line(rlocust: Run, users: str, setting: str, error: str) -> None:
    """Exit code as under Locust, which logs a traceback or, for bad numbers, spawns nobody and never ends."""
    done = rlocust("-f", users, "--headless", "--config-users", f"{{{setting}}}")
    assert (done.exit_code, "Traceback" in done.stderr) == (255, False), done.stderr
    assert done.stderr.splitlines()[-1].endswith(f"ERROR/locust.main: --config-users: {error}"), done.stderr


# Arguments of the locustfile's own

CUSTOM = (
    QUIET_USERS
    + """
@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--my-text", env_var="MY_TEXT", default="none", include_in_web_ui=True, help="50% of it")
    parser.add_argument("--my-number", type=int, is_secret=True, include_in_web_ui=False)
    group = parser.add_argument_group("mine")
    group.add_argument("--my-list", nargs="*", env_var="MY_LIST")

@events.init.add_listener
def show(environment, **_):
    o = environment.parsed_options
    print(o.my_text, o.my_number, o.my_list, o.num_users, o.user_classes)
    raise SystemExit(0)
"""
)


def test_a_listener_adds_arguments_to_a_real_parser(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/events.md §7; docs/contract/python-api.md §15."""
    name = write(tmp_path, "custom.py", CUSTOM)
    write(tmp_path, "locust.conf", "my-number = 7\nmy-list = [a, b]\nheadless = true")
    done = rlocust("-f", name, "--my-te", "here", "--user", "5", "First")
    assert (done.exit_code, done.stdout) == (0, "here 7 ['a', 'b'] 5 First\n".replace("First", "['First']")), (
        done.stderr
    )
    from_environment = rlocust("-f", name, MY_TEXT="there", MY_LIST="[c]")
    assert from_environment.stdout == "there 7 ['c'] None []\n"


def test_mistakes_are_reported_the_same_way_when_a_listener_has_the_parser(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §2: own options take part in suggestions."""
    name = write(tmp_path, "custom.py", CUSTOM)
    done = rlocust("-f", name, "--my-txt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "rlocust: error: unrecognized arguments: --my-txt\nDid you mean '--my-text'?\n"
    assert rlocust("-f", name, "-u", "x").stderr == "rlocust: error: argument -u/--users: invalid int value: 'x'\n"


def test_the_web_form_learns_of_own_arguments(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/web.md, extra_options; docs/contract/python-api.md §1, argument_parser."""
    name = write(
        tmp_path,
        "custom.py",
        CUSTOM
        + """
from locust import argument_parser
print(argument_parser.ui_extra_args_dict([]))
print(len(argument_parser.default_args_dict()) >= 56, argument_parser.default_args_dict()["web_port"])
print(type(argument_parser.get_parser()).__mro__[0], argument_parser.LocustArgumentParser.__module__)
""",
    )
    extra, presets, kind = rlocust("-f", name, "-l").stdout.splitlines()[:3]
    assert eval(extra) == {
        "my_text": {
            "default_value": "none",
            "is_required": False,
            "is_secret": False,
            "is_multiple": False,
            "help_text": "50% of it",
            "choices": None,
        }
    }
    assert presets == "True 8089"
    assert kind == "<class 'locust.argument_parser.LocustArgumentParser'> locust.argument_parser"


# Running


def test_a_headless_run_says_what_locust_says_and_ends_in_time(rlocust: Run, users: str) -> None:
    """docs/contract/outputs.md §2, docs/contract/cli.md §6."""
    done = rlocust("-f", users, "--headless", "-u", "2", "-r", "10", "-t", "1s", "--only-summary")
    assert done.exit_code == 0
    logged = [line.split(" ", 2)[2].split("/", 1)[1] for line in done.stderr.splitlines() if line.startswith("[")]
    assert logged == [
        f"INFO/locust.main: Starting Locust 2.47.0 (rlocust {VERSION})",
        "INFO/locust.main: Run time limit set to 1 seconds",
        "INFO/locust.runners: Ramping to 2 users at a rate of 10.00 per second",
        'INFO/locust.runners: All users spawned: {"First": 1, "Second": 1} (2 total users)',
        "INFO/locust.main: --run-time limit reached, shutting down",
        "INFO/locust.main: Shutting down (exit code 0)",
    ]
    assert done.stderr.count("Aggregated") == 2, "the final tables: requests and percentiles"
    assert done.stdout == ""


def test_tables_are_printed_regularly_unless_asked_otherwise(users: str, tmp_path: Path) -> None:
    """docs/contract/outputs.md §3: one at once, then others, two at the end."""
    with started(RLOCUST, "-f", users, "--headless", cwd=tmp_path) as process:
        until("a third table", lambda: process.stderr.count("Aggregated") >= 3)
        process.signal(signal.SIGINT)
        assert process.wait() == 0
    at_the_end = process.stderr.partition("Shutting down")[2]
    assert at_the_end.count("Aggregated") == 2, process.stderr


@pytest.mark.clock
def test_a_table_is_printed_each_two_seconds(rlocust: Run, users: str) -> None:
    done = rlocust("-f", users, "--headless", "-t", "3")
    assert done.stderr.count("Aggregated") == 4, done.stderr


LIFECYCLE = (
    QUIET_USERS
    + """
import os, sys, time
def listen(name):
    @getattr(events, name).add_listener
    def listener(**values):
        print(name, values.get("exit_code", ""), flush=True)
for name in ("init", "test_start", "test_stopping", "test_stop", "quitting", "quit"):
    listen(name)
@events.spawning_complete.add_listener
def ready(**_):
    print("running", flush=True)
"""
)


HEADLESS = ("--headless", "--only-summary")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_the_run_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """docs/contract/events.md §5.2: quitting comes before test_stop; docs/contract/differences.md: SIGTERM does what
    SIGINT does."""
    name = write(tmp_path, "life.py", LIFECYCLE)
    with started(RLOCUST, "-f", name, "First", *HEADLESS, cwd=tmp_path) as process:
        process.wait_for("running")
        process.signal(number)
        code = process.wait()
    words = [line.strip() for line in process.stdout.splitlines()]
    assert (code, words) == (
        0,
        ["init", "test_start", "running", "quitting", "test_stopping", "test_stop", "quit 0"],
    ), process.stderr
    assert ("Got SIGTERM signal" in process.stderr) == (number is signal.SIGTERM)
    assert "Shutting down (exit code 0)" in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stderr.count("Aggregated") == 2


def test_a_second_signal_ends_an_orderly_stop(tmp_path: Path) -> None:
    """docs/contract/differences.md: the first waits for the tasks in hand, the second does not; files are saved all the
    same."""
    text = LIFECYCLE + "class Slow(User):\n    @task\n    def wait(self):\n        time.sleep(600)\n"
    name = write(tmp_path, "slow.py", text)
    with started(RLOCUST, "-f", name, "Slow", *HEADLESS, "-s", "600", "--json-file", "out", cwd=tmp_path) as process:
        process.wait_for("running")
        process.signal(signal.SIGTERM)
        process.wait_for("test_stopping")
        process.signal(signal.SIGTERM)
        code = process.wait()
    assert (code, "quit 0" in process.stdout, "Traceback" in process.stderr) == (1, False, False)
    assert json.loads((tmp_path / "out.json").read_text()) == []


def test_run_time_ends_with_test_stop_before_quitting(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/events.md §5.1; the time counts from the start of spawning, not from the set-up before it."""
    slow = LIFECYCLE + "@events.test_start.add_listener\ndef set_up(**_):\n    time.sleep(1.5)\n"
    done = rlocust("-f", write(tmp_path, "life.py", slow), "First", "--headless", "-t", "1", "--only-summary")
    words = [line.strip() for line in done.stdout.splitlines()]
    assert words == ["init", "test_start", "running", "test_stopping", "test_stop", "quitting", "quit 0"]


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("", [], 0),
        ("FAIL = True", [], 1),
        ("FAIL = True", ["--exit-code-on-error", "5"], 5),
        ("FAIL = True", ["--exit-code-on-error", "0"], 0),
        (
            "FAIL = True\n@events.quitting.add_listener\ndef q(environment, **_):\n"
            "    environment.process_exit_code = 0",
            [],
            0,
        ),
        ("@events.quitting.add_listener\ndef q(environment, **_):\n    environment.process_exit_code = 3", [], 3),
        ("@events.test_start.add_listener\ndef s(**_):\n    raise ValueError('x')", [], 2),
        ("@events.test_start.add_listener\ndef s(**_):\n    sys.exit(9)", [], 9),
        ("@events.init.add_listener\ndef s(**_):\n    raise ValueError('x')", [], 1),
        ("@events.init.add_listener\ndef s(**_):\n    sys.exit(5)", [], 5),
    ],
)
def test_exit_codes(tmp_path: Path, text: str, arguments: list[str], code: int) -> None:
    """docs/contract/cli.md §10, docs/contract/events.md §5.5 and 6."""
    users = """
import sys
from locust import User, constant, events, task
FAIL = False
class Reporter(User):
    wait_time = constant(0.1)
    @task
    def report(self):
        self.environment.events.request.fire(request_type="T", name="n", response_time=1.0, response_length=0,
            exception=ValueError("no") if FAIL else None, context={})
"""
    name = write(tmp_path, "exits.py", users + text)
    done = run_until(RLOCUST, ONE_SAMPLE, "-f", name, "--headless", "--only-summary", *arguments, cwd=tmp_path)
    assert done.exit_code == code, done.stderr


def test_a_shape_decides_and_ends_the_run(rlocust: Run, tmp_path: Path) -> None:
    """docs/contract/cli.md §8."""
    shape = (
        QUIET_USERS
        + """
from locust import LoadTestShape
class Short(LoadTestShape):
    def tick(self):
        return (2, 10) if self.get_current_user_count() < 2 else None
"""
    )
    done = rlocust("-f", write(tmp_path, "shape.py", shape), "First", "--headless", "-u", "9", "-t", "50")
    assert done.exit_code == 0
    assert "The following option(s) will be ignored: --users, --run-time" in done.stderr
    positions = [
        done.stderr.find(text)
        for text in (
            "Shape test starting.",
            "Shape test updating to 2 users",
            "Shape test stopping",
            "locust.main: Shape test completed, shutting down",
            "Shutting down (exit code 0)",
        )
    ]
    assert positions == sorted(positions) and positions[0] > 0, done.stderr


# Logging


def test_a_logfile_takes_the_messages_and_leaves_the_tables(users: str, tmp_path: Path) -> None:
    """docs/contract/outputs.md §2, docs/contract/cli.md §2 logging options."""
    logging = ["--logfile", "logs/run.log", "-L", "debug", "--only-summary"]
    done = run_until(RLOCUST, ONE_SAMPLE, "-f", users, "--headless", *logging, cwd=tmp_path)
    written = (tmp_path / "logs" / "run.log").read_text()
    assert "INFO/locust.main: Shutting down (exit code 0)" in written
    assert "Aggregated" in done.stderr and "Aggregated" not in written
    assert "locust.main" not in done.stderr


def test_logging_can_be_left_to_the_locustfile(users: str, tmp_path: Path) -> None:
    """docs/contract/cli.md §2: nothing below WARNING and no tables."""
    done = run_until(RLOCUST, ONE_SAMPLE, "-f", users, "--headless", "--skip-log-setup", cwd=tmp_path)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_a_locustfiles_own_lines_have_the_same_format(tmp_path: Path) -> None:
    """row 20: logging.info from the file, filtered by --loglevel."""
    text = QUIET_USERS + "import logging\n@events.init.add_listener\ndef say(**_):\n    logging.info('here')\n"
    name = write(tmp_path, "says.py", text)
    words = ["-f", name, "First", "--headless", "--only-summary"]
    done = run_until(RLOCUST, ONE_SAMPLE, *words, cwd=tmp_path)
    assert "/INFO/root: here\n" in done.stderr
    quiet = run_until(RLOCUST, ONE_SAMPLE, *words, "-L", "WARNING", cwd=tmp_path)
    assert "here" not in quiet.stderr and "locust.main" not in quiet.stderr and "Aggregated" in quiet.stderr
