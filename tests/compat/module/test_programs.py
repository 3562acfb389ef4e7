"""`rlocust run FILE`: which files are locustfiles, and which are programs. Only their text is looked at."""

from pathlib import Path

import pytest

from rlocust._program import is_locustfile
from tests.kit.places import EXAMPLES, ROOT
from tests.kit.tools import RLOCUST, Run, run

USERS = "from locust import User\nclass Shop(User):\n    pass\n"
DEBUG = "from locust import run_single_user\nif __name__ == '__main__':\n    run_single_user(Shop)\n"

CASES = {
    "class Shop(HttpUser):\n    pass\n": True,
    "class Shop(base.ShopUser):\n    pass\n": True,
    "class Shop(Visitor):\n    @task(3)\n    def buy(self): ...\n": True,
    "class Shop(Visitor):\n    tasks = [buy]\n": True,
    "class Peak(LoadTestShape):\n    def tick(self): ...\n": True,
    "from base import Visitor\nclass Shop(Visitor):\n    shop = 1\n": True,
    "def test_buy(session):\n    session.get('/')\n": True,
    USERS + "events.init.add_listener(print)\nlogging.getLogger().addHandler(Handler())\n": True,
    USERS + "events.test_start.add_listener(Shop.prepare)\n": True,
    USERS + "def start(environment: Environment): ...\n": True,
    USERS + "print(Shop, len(Shop.tasks))\nsetattr(Shop, 'host', 'x')\n": True,
    USERS + "random.shuffle(Shop.tasks)\nShop.tasks.append(max(prices()))\n": True,
    USERS + "def debug():\n    run_single_user(Shop)\n": True,
    USERS + "@events.init.add_listener\ndef more(environment):\n    Environment(host='x')\n": True,
    USERS + DEBUG: False,
    USERS + "runner = Environment(user_classes=[Shop]).create_local_runner()\n": False,
    USERS + "def main():\n    env = locust.env.Environment()\nmain()\n": False,
    USERS + "Shop(None).run()\n": False,
    USERS + "drive(Shop)\n": False,
    USERS + "drive(user_classes=[Shop])\n": False,
    USERS + "list(map(drive, [Shop]))\n": False,
    USERS + "print(Shop(None).run())\n": False,
    USERS + "async def main():\n    Environment()\nasyncio.run(main())\n": False,
    USERS + "class Run:\n    def go(self):\n        Environment()\nRun().go()\n": False,
    USERS + "def main():\n    Environment()\nThread(target=main).start()\n": False,
    "class Report:\n    pass\nprint(Report())\n": False,
    "import locust\nprint(locust.__version__)\n": False,
    "def f(:\n": False,
    "": False,
}


@pytest.mark.parametrize("text", CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_locustfile_defines_users_and_leaves_the_run_to_the_command(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.py").write_text(text)
    assert is_locustfile(str(tmp_path / "file.py")) == CASES[text], text


def test_all_examples_are_locustfiles_and_programs_of_tests_are_not() -> None:
    examples = [path for path in EXAMPLES.glob("*.py") if path.name not in ("library_use.py", "single.py")]
    assert len(examples) > 20 and all(is_locustfile(str(path)) for path in examples)
    programs = [*(ROOT / "tests" / "compat" / "programs").glob("task_loop/*.py")]
    programs = [path for path in programs if path.name != "base.py"]
    assert len(programs) > 10 and not any(is_locustfile(str(path)) for path in programs)


def ran(folder: Path, text: str) -> Run:
    (folder / "shop.py").write_text(
        "from locust import User, task\nclass Shop(User):\n    @task\n    def buy(self): ...\n"
    )
    (folder / "file.py").write_text(text)
    return run(RLOCUST, "run", "file.py", cwd=folder)


RAN_NONE = "`file.py` has users and has run none\nhint: rlocust -f file.py\n"


def test_a_file_that_only_imports_users_is_refused(tmp_path: Path) -> None:
    ended = ran(tmp_path, "from shop import Shop\n")
    assert (ended.exit_code, ended.stderr) == (2, f"rlocust run: error: {RAN_NONE}")


def test_a_program_that_had_users_and_ran_none_says_so(tmp_path: Path) -> None:
    """It may be one that means to: its exit code is its own."""
    ended = ran(tmp_path, "from shop import Shop\nprint(Shop.__name__)\n")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "Shop\n", f"rlocust run: {RAN_NONE}")


@pytest.mark.parametrize(
    "text", ["import locust\nprint('only looks')\n", "from locust import HttpUser\nprint(HttpUser)\n"]
)
def test_a_program_without_users_of_its_own_ends_as_under_python(tmp_path: Path, text: str) -> None:
    ended = ran(tmp_path, text)
    assert (ended.exit_code, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "text",
    [
        "from locust.env import Environment\nfrom shop import Shop\nEnvironment(user_classes=[Shop])\n",
        "from shop import Shop\nShop(None).buy()\n",
    ],
)
def test_a_program_that_made_a_run_or_a_user_ends_as_under_python(tmp_path: Path, text: str) -> None:
    ended = ran(tmp_path, text)
    assert (ended.exit_code, ended.stderr) == (0, "")
