"""Listeners of reports that write them as JSON, on both sides, as programs around Locust do to send them on."""

import json

from locust import HttpUser, constant, events, task


class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def visit(self):
        self.client.get("/text")


@events.report_to_master.add_listener
def on_report_to_master(client_id, data, **_):
    json.dumps(data)


@events.worker_report.add_listener
def on_worker_report(client_id, data, **_):
    print("REPORTED", json.dumps(sorted(data)), flush=True)
