from rlocust._shim.locust.util.rounding import proper_round as proper_round
