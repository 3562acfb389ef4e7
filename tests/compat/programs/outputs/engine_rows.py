import csv
import io
import tempfile

from locust.stats import StatsCSV

from locust import stats as module
from rlocust import _native
from tests.compat.programs.outputs.awkward import environment, runner

folder = tempfile.mkdtemp()
native = runner._run
outputs = _native.Outputs(native)
outputs.add_csv(folder + "/native", module.PERCENTILES_TO_REPORT, None, (60.0, 0.0))
native.start()
assert native.finish(20.0) == []
writer = StatsCSV(environment, module.PERCENTILES_TO_REPORT)
kinds = {"stats": writer.requests_csv, "failures": writer.failures_csv, "exceptions": writer.exceptions_csv}
for kind, write in kinds.items():
    sheet = io.StringIO(newline="")
    write(csv.writer(sheet))
    assert open(f"{folder}/native_{kind}.csv", "rb").read() == sheet.getvalue().encode(), kind
