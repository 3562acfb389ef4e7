import csv
import io
import tempfile

from locust.stats import StatsCSV

from locust import stats as module
from tests.compat.programs.outputs.awkward import environment, runner
from tests.compat.programs.outputs.wired import wire

folder = tempfile.mkdtemp()
native = runner._run
module.CSV_STATS_INTERVAL_SEC, module.CSV_STATS_FLUSH_INTERVAL_SEC = 60.0, 0.0
wire(csv_prefix=folder + "/native")
native.start()
assert native.finish(20.0) == []
writer = StatsCSV(environment, module.PERCENTILES_TO_REPORT)
kinds = {"stats": writer.requests_csv, "failures": writer.failures_csv, "exceptions": writer.exceptions_csv}
for kind, write in kinds.items():
    sheet = io.StringIO(newline="")
    write(csv.writer(sheet))
    assert open(f"{folder}/native_{kind}.csv", "rb").read() == sheet.getvalue().encode(), kind
