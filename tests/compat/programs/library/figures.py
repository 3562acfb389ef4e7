"""What a program makes of its figures: tables and history by its own loops, CSV files, logging, an exit code."""

import logging
import re
import tempfile
from pathlib import Path

import gevent
import locust.log
import locust.stats
from locust.env import Environment
from locust.log import greenlet_exception_logger, setup_logging
from locust.stats import PERCENTILES_TO_REPORT, StatsCSVFileWriter, print_stats, stats_history, stats_printer

from locust import User, constant, events, task
from tests.compat.programs.helpers import until

locust.stats.CONSOLE_STATS_INTERVAL_SEC = 0.1
locust.stats.HISTORY_STATS_INTERVAL_SEC = 0.1
locust.stats.CSV_STATS_INTERVAL_SEC = 0.1
locust.stats.CSV_STATS_FLUSH_INTERVAL_SEC = 0.1


class Mine(User):
    wait_time = constant(0.01)

    @task
    def call(self):
        with self.environment.events.request.measure("CALL", "mine"):
            gevent.sleep(0.001)


folder = Path(tempfile.mkdtemp())
setup_logging("INFO", str(folder / "logs" / "mine.log"))
logging.info("by the program")
logging.debug("not heard")

environment = Environment(user_classes=[Mine], events=events, stop_timeout=30)
runner = environment.create_local_runner()
events.init.add_listener(lambda environment, runner, web_ui: print("init", runner is environment.runner, web_ui))
environment.events.init.fire(environment=environment, runner=runner, web_ui=None)
loops = [gevent.spawn(stats_printer(environment.stats)), gevent.spawn(stats_history, runner)]
writer = StatsCSVFileWriter(environment, PERCENTILES_TO_REPORT, str(folder / "run"), full_history=True)
loops.append(gevent.spawn(writer.stats_writer))
runner.start(2, spawn_rate=100)
history = Path(writer.stats_history_file_name())
until(lambda: environment.stats.total.num_requests > 20 and len(environment.stats.history) > 3)
until(lambda: history.read_text().count(",mine,") > 3 and ",mine," in (folder / "run_stats.csv").read_text())
runner.quit()
runner.greenlet.join()
gevent.killall(loops)
writer.close_files()

print(sorted(path.name for path in folder.glob("*.csv")), history.name)
print(sorted(environment.stats.history[-1]))
for name in ("run_stats.csv", "run_stats_history.csv"):
    lines = (folder / name).read_text().splitlines()
    print(lines[0])
    print(sorted({re.sub(r"[\d.]+", "0", ",".join(line.split(",")[:4])) for line in lines[1:]}))


def fail():
    raise ValueError("of a greenlet of the program")


failing = gevent.Greenlet(fail)
failing.link_exception(greenlet_exception_logger(logging.getLogger("mine")))
print(locust.log.unhandled_greenlet_exception)
failing.start()
gevent.joinall([failing])
until(lambda: locust.log.unhandled_greenlet_exception)
print_stats(environment.stats, current=False)
environment.process_exit_code = 3
logged = (folder / "logs" / "mine.log").read_text()
print([re.sub(r"^\[.*?\] .*?/", "", line).split(" at 0x")[0] for line in logged.splitlines() if line.startswith("[")])
print(environment.process_exit_code, runner.state, runner.errors, runner.exceptions)
