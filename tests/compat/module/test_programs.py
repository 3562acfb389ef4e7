"""`rlocust run FILE`: which files are locustfiles, and which are programs. Only their text is looked at."""

from pathlib import Path

import pytest

from rlocust._program import is_locustfile
from tests.kit.places import EXAMPLES, ROOT

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
    USERS + DEBUG: False,
    USERS + "runner = Environment(user_classes=[Shop]).create_local_runner()\n": False,
    USERS + "def main():\n    env = locust.env.Environment()\nmain()\n": False,
    USERS + "Shop(None).run()\n": False,
    USERS + "drive(Shop)\n": False,
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
    examples = [path for path in EXAMPLES.glob("*.py") if path.name not in ("library.py", "single.py")]
    assert len(examples) > 20 and all(is_locustfile(str(path)) for path in examples)
    programs = [*(ROOT / "tests" / "compat" / "programs").glob("task_loop/*.py")]
    programs = [path for path in programs if path.name != "base.py"]
    assert len(programs) > 10 and not any(is_locustfile(str(path)) for path in programs)
