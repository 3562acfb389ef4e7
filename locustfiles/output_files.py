"""Files of results: which percentiles the CSV files have, and how often they are written.

rlocust -f output_files.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000 --csv results/shop --csv-full-history
rlocust adds --summary-json FILE and --store FILE; `rlocust report FILE` makes every output again from the latter.
"""

from locust import HttpUser, constant, stats, task

stats.PERCENTILES_TO_REPORT = [0.5, 0.95, 0.999]
stats.CSV_STATS_INTERVAL_SEC = 0.2
stats.CSV_STATS_FLUSH_INTERVAL_SEC = 0


class Shopper(HttpUser):
    wait_time = constant(0.05)

    @task(3)
    def search(self):
        self.client.get("/json", name='/search?q="red, green"')

    @task
    def miss(self):
        self.client.get("/status/404")

    @task
    def judge(self):
        with self.client.get("/text", name="/judged\nin two lines", catch_response=True) as response:
            response.failure("too few, it said 'no'")
