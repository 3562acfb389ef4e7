from _lab import REFUSED, Client, end_run, say

from locust import events, task


@events.quitting.add_listener
def read(environment, **_):
    stats = environment.stats
    total = stats.total
    say(total.name, total.method, total.num_requests, total.num_failures, total.fail_ratio, total.total_content_length)
    say(total.avg_content_length, total.num_none_requests, len(total.response_times) > 0, total.max_response_time > 0)
    say(total.avg_response_time > 0, total.min_response_time > 0, total.median_response_time >= 0)
    say(total.get_response_time_percentile(0.95) >= 0, total.total_rps > 0, type(total.current_rps).__name__)
    for (name, method), entry in sorted(stats.entries.items()):
        say(
            name, method, entry.num_requests, entry.num_failures, round(entry.fail_ratio, 3), entry.total_content_length
        )
    for key, error in sorted(stats.errors.items(), key=lambda item: item[1].name):
        say(len(key), error.method, error.name, error.occurrences, repr(error.error), error.to_name())
    entry = stats.get("/json", "GET")
    say(entry.num_requests, sorted(entry.serialize()), type(entry).__name__)
    say(stats.get("/never/asked", "GET").num_requests, ("/never/asked", "GET") in stats.entries)
    say(stats.num_requests, stats.num_failures, stats.num_none_requests, sum(total.num_reqs_per_sec.values()))
    say(
        sorted(stats.serialize_errors(), key=str) == sorted(stats.serialize_errors(), key=str),
        len(stats.serialize_stats()),
    )
    environment.process_exit_code = 17


class Visitor(Client):
    @task
    def calls(self):
        for _ in range(7):
            self.client.get("/json")
        for _ in range(3):
            self.client.get("/status/500")
        self.client.post("/echo", data="x" * 10)
        self.client.get(REFUSED + "/x")
        with self.client.get("/json", catch_response=True) as response:
            response.failure("mine")
        self.client.get("/%7B%7D")
        end_run(self)
