from rlocust._shim.locust.util.timespan import parse_timespan as parse_timespan
