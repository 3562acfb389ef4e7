"""The shim in the place of `locust`: what ARCHITECTURE.md, "The face", and
docs/contract/library.md §1 promise.

Every check runs in a process of its own: importing `locust` patches the process it happens in.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.kit.places import LOCUSTFILES, ROOT
from tests.kit.surroundings import surroundings
from tests.kit.waiting import DEADLINE


def python(*arguments: str, folder: Path, code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=surroundings() | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * DEADLINE,
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


INSTALL = "import rlocust; rlocust.install(); "


def test_importing_rlocust_alone_is_light_and_changes_nothing(tmp_path: Path) -> None:
    code = "import sys, rlocust; heavy = ('gevent', 'requests', 'ssl', 'locust', 'rlocust._native')\n"
    code += "print([module for module in heavy if module in sys.modules])"
    assert python("-c", code, folder=tmp_path) == "[]\n"


def test_modules_are_loaded_once_under_locusts_names(tmp_path: Path) -> None:
    """docs/contract/python-api.md §1: suites patch `locust.clients...` and read `__module__`."""
    code = (
        INSTALL
        + """
import sys, locust, locust.user.users
from locust import HttpUser, task
print(HttpUser.__module__, locust.__version__, locust.user.users.HttpUser is HttpUser)
print([name for name in sys.modules if name.startswith("rlocust._shim")])
import rlocust._install as i
print(i.is_shim(locust), len([f for f in sys.meta_path if isinstance(f, i.ShimFinder)]))
rlocust.install()
print(len([f for f in sys.meta_path if isinstance(f, i.ShimFinder)]))
"""
    )
    assert python("-c", code, folder=tmp_path).splitlines() == ["locust.user.users 2.47.0 True", "[]", "True 1", "1"]


def test_locust_can_be_run_as_a_module_where_it_is_not_installed(tmp_path: Path) -> None:
    """`python -m locust` finds the file that stands for the package, under the name `__main__`."""
    (tmp_path / "users.py").write_text("from locust import User\nclass Someone(User): pass\n")
    places = [str(ROOT / "python"), str(tmp_path)]
    # Only the folder that holds our `locust.py`: an installed Locust would win over it.
    code = f"import sys, runpy; sys.path[:0] = {places!r}; sys.argv[1:] = ['-f', 'users.py', '--list']\n"
    code += "runpy.run_path(sys.path[0] + '/locust.py', run_name='__main__')"
    assert python("-c", code, folder=tmp_path) == "Available Users:\n    Someone\n"


SUBMODULES = (
    *("argument_parser", "clients", "dispatch", "env", "exception", "html", "log", "rpc", "runners", "stats", "web"),
    *("user.inspectuser", "user.task", "user.users", "user.wait_time", "user.markov_taskset"),
    *("util.cache", "util.directory", "util.exception_handler", "util.timespan", "util.url"),
)
#: Imported by Locust's command, which comes before the locustfile.
OF_THE_COMMAND = ("input_events", "opentelemetry")


def test_submodules_are_attributes_after_importing_locust(tmp_path: Path) -> None:
    code = INSTALL + f"import operator, locust; [operator.attrgetter(name)(locust) for name in {SUBMODULES}]"
    python("-c", code, folder=tmp_path)
    check = f"import operator, locust\n[operator.attrgetter(name)(locust) for name in {SUBMODULES + OF_THE_COMMAND}]\n"
    (tmp_path / "users.py").write_text(check + "class Someone(locust.User): pass\n")
    listed = python("-m", "rlocust", "-f", "users.py", "--list", folder=tmp_path)
    assert listed == "Available Users:\n    Someone\n"


def test_the_distribution_answers_with_locusts_version(tmp_path: Path) -> None:
    """ARCHITECTURE.md, "The face": plug-ins ask `importlib.metadata`; a list of what is installed is not made
    longer."""
    code = (
        INSTALL
        + """
from importlib import metadata
print(metadata.version("locust"), metadata.metadata("locust")["Name"])
print(sum(1 for d in metadata.distributions() if d.metadata["Name"] == "locust"))
"""
    )
    first, second = python("-c", code, folder=tmp_path).splitlines()
    assert first == "2.47.0 locust"
    assert second in ("0", "1"), "1 only where real Locust is installed"


def test_a_real_locust_beside_us_is_not_loaded(tmp_path: Path) -> None:
    """ARCHITECTURE.md, "The face": another package of that name, first on the path, loses."""
    package = tmp_path / "locust"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('the real one')\n")
    (package / "stats.py").write_text("raise RuntimeError('the real one')\n")
    (package / "only_there.py").write_text("")
    code = INSTALL + "import locust, locust.stats; print(locust.__file__.endswith('_shim/locust/__init__.py'))"
    assert python("-c", code, folder=tmp_path) == "True\n"
    python("-c", INSTALL + "import locust.only_there", folder=tmp_path, code=1)


def test_installing_after_a_real_locust_was_imported_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locust").mkdir()
    (tmp_path / "locust" / "__init__.py").write_text("")
    said = python(
        "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import locust; " + INSTALL, folder=tmp_path, code=1
    )
    assert "was imported from" in said and "before rlocust.install() was called" in said


def test_importing_locust_patches_before_ssl_is_imported(tmp_path: Path) -> None:
    """docs/contract/library.md §1; CONTRIBUTING.md, "Rules of the switch": patching precedes any import of ssl."""
    code = (
        INSTALL
        + """
import sys
print("ssl" in sys.modules)
import locust, ssl, time, socket
from gevent import monkey
from gevent.queue import LifoQueue
from urllib3.connectionpool import ConnectionPool
print(all(monkey.is_module_patched(m) for m in ("socket", "ssl", "threading", "time", "select", "queue", "subprocess")))
print(ssl.SSLContext.__module__, ConnectionPool.QueueCls is LifoQueue)
"""
    )
    assert python("-W", "error", "-c", code, folder=tmp_path).splitlines() == ["False", "True", "gevent.ssl True"]


def test_patching_can_be_left_out(tmp_path: Path) -> None:
    """docs/contract/cli.md §5. (LOCUST_SKIP_URLLIB3_PATCH changes nothing where gevent patches that queue itself.)"""
    code = (
        INSTALL
        + """
import locust
from gevent import monkey
from gevent.queue import LifoQueue
from urllib3.connectionpool import ConnectionPool
print(monkey.is_module_patched("socket"), ConnectionPool.QueueCls is LifoQueue)
"""
    )
    assert python("-c", code, folder=tmp_path, LOCUST_SKIP_MONKEY_PATCH="1") == "False False\n"


PROGRAM = (LOCUSTFILES / "library.py").read_text()


def test_an_unchanged_program_runs_on_ours(tmp_path: Path) -> None:
    """docs/contract/library.md §6; `rlocust run`: arguments and path as `python program.py` gives them."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "program.py").write_text(PROGRAM)
    done = python("-m", "rlocust", "run", "deep/program.py", "--one", "-h", folder=tmp_path)
    assert done == f"1 ['deep/program.py', '--one', '-h'] __main__ {tmp_path / 'deep'}\n"
    assert "name the program" in python("-m", "rlocust", "run", folder=tmp_path, code=2)
    assert "no such file: `nowhere.py`" in python("-m", "rlocust", "run", "nowhere.py", folder=tmp_path, code=2)


def test_the_one_file_locust_installs_the_shim(tmp_path: Path) -> None:
    """ARCHITECTURE.md, "The face": `import locust` works where real Locust is not installed."""
    (tmp_path / "locust.py").write_text((ROOT / "python" / "locust.py").read_text())
    code = """
import locust
from locust import HttpUser
import sys
print(locust.__file__.endswith("_shim/locust/__init__.py"), sys.modules["locust"] is locust, HttpUser.__module__)
"""
    assert python("-c", code, folder=tmp_path) == "True True locust.user.users\n"


PLUG_INS = """[gevent.plugins.monkey.will_patch_all]
one = heard:hear
[gevent.plugins.monkey.did_patch_module]
two = heard:hear
"""


def test_plug_ins_of_gevent_hear_of_each_step(tmp_path: Path) -> None:
    """They are read once, not at every step; what they hear, and what they may ask, is the same."""
    (tmp_path / "heard-1.dist-info").mkdir()
    (tmp_path / "heard-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: heard\nVersion: 1\n")
    (tmp_path / "heard-1.dist-info" / "entry_points.txt").write_text(PLUG_INS)
    (tmp_path / "heard.py").write_text(
        "from importlib import metadata\n"
        "def hear(event):\n"
        "    asked = len(metadata.entry_points(group='gevent.plugins.monkey.will_patch_all', name='one'))\n"
        "    print(type(event).__name__, getattr(event, 'module_name', ''), asked)\n"
    )
    here = {"PYTHONPATH": str(tmp_path)}
    usual = python("-c", "from gevent import monkey; monkey.patch_all()", folder=tmp_path, **here)
    assert len(usual.splitlines()) > 10
    code = "from importlib import metadata; before = metadata.entry_points\n"
    code += INSTALL + "import locust; assert metadata.entry_points is before"
    assert python("-c", code, folder=tmp_path, **here) == usual
