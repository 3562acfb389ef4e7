from locust.stats import RequestStats, StatsEntry


def recorded():
    stats = RequestStats()
    stats._native.set_most_names(2)
    for number in range(5):
        stats.log_request("GET", f"/{number}", 10, 5)
        stats.log_error("GET", f"/{number}", "bad")
    for number in range(10_010):
        stats.log_error("GET", "/0", ValueError(number))
    stats.get("/another", "GET")
    stats.log_error("GET", "/0", ValueError(3))
    entries = [(key, e.name, e.method, e.num_requests, e.num_failures) for key, e in stats.entries.items()]
    errors = [(key, e.method, e.name, str(e.error), e.occurrences, e.to_name()) for key, e in stats.errors.items()]
    return entries, errors


entries, errors = unpatched = recorded()
assert [row[3] for row in entries] == [1, 1, 3] and len(errors) == 10_001
assert errors[-1][4] == 15 and "different errors" in errors[-1][5], errors[-1]
original = StatsEntry.log
StatsEntry.log = lambda self, *arguments: original(self, *arguments)
assert recorded() == unpatched
