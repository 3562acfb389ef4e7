from locust.stats import validate_stats_configuration

from locust import stats as module

validate_stats_configuration()
module.PERCENTILES_TO_CHART = [0.5, 1.0]
try:
    validate_stats_configuration()
except SystemExit as end:
    assert end.code == 1
else:
    raise AssertionError("exit code 1 was due")
