import csv
import io

from locust.stats import StatsCSV, StatsCSVFileWriter

from locust import stats as module
from tests.compat.programs.outputs.awkward import environment

writer = StatsCSV(environment, module.PERCENTILES_TO_REPORT)
sheet = io.StringIO()
for write in (writer.requests_csv, writer.failures_csv, writer.exceptions_csv):
    write(csv.writer(sheet))
print(repr(sheet.getvalue()).replace("\\r\\n", "\n"))
print(writer.percentiles_na, writer.requests_csv_columns, writer.failures_columns, writer.exceptions_columns)
writer.close_files()
import os
import tempfile

folder = tempfile.mkdtemp()
files = StatsCSVFileWriter(environment, [0.5, 0.999], folder + "/x", full_history=True)
print(files.stats_history_csv_columns, callable(files))
print(files.stats_history_file_name() == folder + "/x_stats_history.csv")
files._stats_history_data_rows(csv.writer(sheet), 1_700_000_100.9)
print(sorted(name for name in vars(files) if not name.startswith("_")), sorted(os.listdir(folder)))
