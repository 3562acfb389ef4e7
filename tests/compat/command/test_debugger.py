"""A prompt of `pdb` in a task: the display keeps still, and the author's time is not the run's."""

from pathlib import Path

from tests.kit.terminals import Terminal, terminal_of
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

#: The first task stops at a prompt; those after it are counted by what they say.
PROMPTING = """
from locust import User, constant, task

class Author(User):
    wait_time = constant(0.05)
    said = 0
    @task
    def look(self):
        Author.said += 1
        if self.said == 1:
            import pdb
            pdb.set_trace()
        print(f"task {self.said:06}", flush=True)
"""
RUN_TIME_S = 2
#: What a terminal is told to leave its second screen.
GIVEN_BACK = "\x1b[?1049l"
#: Seconds at the prompt, by the ticks of the run.
AT_PROMPT = RUN_TIME_S + 2


def seconds_written(history: Path) -> int:
    return len(history.read_text().splitlines()) if history.exists() else 0


def stay(terminal: Terminal, history: Path) -> str:
    """Stays at the prompt for longer than the run may last; what the terminal said meanwhile."""
    terminal.wait_for("(Pdb) ")
    said, begun = terminal.said, seconds_written(history)
    until("ticks at the prompt", lambda: seconds_written(history) >= begun + AT_PROMPT, every=0.2)
    terminal.press("p 6 * 7\n")
    terminal.wait_for("42")
    return terminal.said.removeprefix(said)


def test_at_a_prompt_the_line_keeps_still_and_the_time_limit_waits(tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(PROMPTING)
    options = ["-t", f"{RUN_TIME_S}s", "--csv", "run", "--csv-full-history"]
    words = [*RLOCUST.command, "-f", "users.py", "--headless", *options]
    with terminal_of(words, tmp_path, {"TERM": "xterm", "NO_COLOR": ""}) as terminal:
        meanwhile = stay(terminal, tmp_path / "run_stats_history.csv")
        assert "1 user" not in meanwhile and "Aggregated" not in meanwhile, meanwhile
        terminal.press("c\n")
        terminal.wait_for("task 000010")
        terminal.wait_for("1 user  ")
        terminal.wait_for("--run-time limit reached")
        assert terminal.end() == 0


def test_the_whole_screen_is_given_back_for_a_prompt(tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(PROMPTING)
    words = [*RLOCUST.command, "-f", "users.py", "--headless", "--tui", "-t", f"{RUN_TIME_S}s"]
    with terminal_of(words, tmp_path, {"TERM": "xterm", "NO_COLOR": ""}) as terminal:
        terminal.wait_for("(Pdb) ")
        *_, after = terminal.said.rpartition(GIVEN_BACK)
        assert "(Pdb) " in after, terminal.said
        terminal.press("p 6 * 7\n")
        terminal.wait_for("42")
        terminal.press("c\n")
        terminal.wait_for("--run-time limit reached")
        assert terminal.end() == 0
