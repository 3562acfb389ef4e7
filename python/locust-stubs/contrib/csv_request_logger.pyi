from rlocust._shim.locust.contrib.csv_request_logger import CSV_COLUMNS as CSV_COLUMNS
from rlocust._shim.locust.contrib.csv_request_logger import CsvRequestLogger as CsvRequestLogger
