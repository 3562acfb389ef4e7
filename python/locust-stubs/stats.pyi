from rlocust._shim.locust.stats import CONSOLE_STATS_INTERVAL_SEC as CONSOLE_STATS_INTERVAL_SEC
from rlocust._shim.locust.stats import CSV_STATS_FLUSH_INTERVAL_SEC as CSV_STATS_FLUSH_INTERVAL_SEC
from rlocust._shim.locust.stats import CSV_STATS_INTERVAL_SEC as CSV_STATS_INTERVAL_SEC
from rlocust._shim.locust.stats import (
    CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW as CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW,
)
from rlocust._shim.locust.stats import HISTORY_STATS_INTERVAL_SEC as HISTORY_STATS_INTERVAL_SEC
from rlocust._shim.locust.stats import PERCENTILES_TO_CHART as PERCENTILES_TO_CHART
from rlocust._shim.locust.stats import PERCENTILES_TO_REPORT as PERCENTILES_TO_REPORT
from rlocust._shim.locust.stats import PERCENTILES_TO_STATISTICS as PERCENTILES_TO_STATISTICS
from rlocust._shim.locust.stats import STATS_AUTORESIZE as STATS_AUTORESIZE
from rlocust._shim.locust.stats import STATS_NAME_WIDTH as STATS_NAME_WIDTH
from rlocust._shim.locust.stats import STATS_TYPE_WIDTH as STATS_TYPE_WIDTH
from rlocust._shim.locust.stats import CachedResponseTimes as CachedResponseTimes
from rlocust._shim.locust.stats import CatchResponseError as CatchResponseError
from rlocust._shim.locust.stats import CSVWriter as CSVWriter
from rlocust._shim.locust.stats import EntriesDict as EntriesDict
from rlocust._shim.locust.stats import ErrorsDict as ErrorsDict
from rlocust._shim.locust.stats import Patchable as Patchable
from rlocust._shim.locust.stats import RequestStats as RequestStats
from rlocust._shim.locust.stats import RequestStatsAdditionError as RequestStatsAdditionError
from rlocust._shim.locust.stats import S as S
from rlocust._shim.locust.stats import StatsBaseDict as StatsBaseDict
from rlocust._shim.locust.stats import StatsCSV as StatsCSV
from rlocust._shim.locust.stats import StatsCSVFileWriter as StatsCSVFileWriter
from rlocust._shim.locust.stats import StatsEntry as StatsEntry
from rlocust._shim.locust.stats import StatsEntryDict as StatsEntryDict
from rlocust._shim.locust.stats import StatsError as StatsError
from rlocust._shim.locust.stats import StatsErrorDict as StatsErrorDict
from rlocust._shim.locust.stats import StatsHolder as StatsHolder
from rlocust._shim.locust.stats import avg as avg
from rlocust._shim.locust.stats import bucket_response_time as bucket_response_time
from rlocust._shim.locust.stats import calculate_response_time_percentile as calculate_response_time_percentile
from rlocust._shim.locust.stats import console_logger as console_logger
from rlocust._shim.locust.stats import diff_response_time_dicts as diff_response_time_dicts
from rlocust._shim.locust.stats import format_utc_timestamp as format_utc_timestamp
from rlocust._shim.locust.stats import get_accounting_summary as get_accounting_summary
from rlocust._shim.locust.stats import get_error_report_summary as get_error_report_summary
from rlocust._shim.locust.stats import get_lag_warning as get_lag_warning
from rlocust._shim.locust.stats import get_percentile_stats_summary as get_percentile_stats_summary
from rlocust._shim.locust.stats import get_readable_percentiles as get_readable_percentiles
from rlocust._shim.locust.stats import get_stats_summary as get_stats_summary
from rlocust._shim.locust.stats import has_own_csv_writer as has_own_csv_writer
from rlocust._shim.locust.stats import logger as logger
from rlocust._shim.locust.stats import print_accounting as print_accounting
from rlocust._shim.locust.stats import print_error_report as print_error_report
from rlocust._shim.locust.stats import print_lag as print_lag
from rlocust._shim.locust.stats import print_machines as print_machines
from rlocust._shim.locust.stats import print_percentile_stats as print_percentile_stats
from rlocust._shim.locust.stats import print_stats as print_stats
from rlocust._shim.locust.stats import print_stats_json as print_stats_json
from rlocust._shim.locust.stats import print_streams as print_streams
from rlocust._shim.locust.stats import proper_round as proper_round
from rlocust._shim.locust.stats import resize_handler as resize_handler
from rlocust._shim.locust.stats import save_stats_json as save_stats_json
from rlocust._shim.locust.stats import (
    setup_distributed_stats_event_listeners as setup_distributed_stats_event_listeners,
)
from rlocust._shim.locust.stats import sort_stats as sort_stats
from rlocust._shim.locust.stats import stats_history as stats_history
from rlocust._shim.locust.stats import stats_printer as stats_printer
from rlocust._shim.locust.stats import sys as sys
from rlocust._shim.locust.stats import update_stats_history as update_stats_history
from rlocust._shim.locust.stats import validate_stats_configuration as validate_stats_configuration
