"""Each name of a pattern is a row of its own; the end of the run says how they become one."""

from locust.stats import RequestStats, get_accounting_summary

stats = RequestStats()
for number in range(135):
    stats.log_request("GET", f"/todos/{number}", 12, 0)
stats.log_request("GET", "/about", 12, 0)
print(*[line for line in get_accounting_summary(stats) if "names" in line], sep="\n")
