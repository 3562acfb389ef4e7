"""What nodes say of themselves for the rig to read: lines `RIG {json}` on stdout, under Locust and rlocust alike.

A master says its users and its workers' states whenever they change, and at the end the sums. RIG_HEARTBEAT and
RIG_REPORT set the intervals of the wire, RIG_LIVENESS after how many missed heartbeats a worker is missing.
"""

import json
import os
import time

import gevent

from locust import events, runners

if "RIG_HEARTBEAT" in os.environ:
    runners.HEARTBEAT_INTERVAL = float(os.environ["RIG_HEARTBEAT"])
if "RIG_LIVENESS" in os.environ:
    runners.HEARTBEAT_LIVENESS = int(os.environ["RIG_LIVENESS"])
if "RIG_REPORT" in os.environ:
    runners.WORKER_REPORT_INTERVAL = float(os.environ["RIG_REPORT"])
if "RIG_CONNECT" in os.environ:
    runners.CONNECT_TIMEOUT = float(os.environ["RIG_CONNECT"])
if "RIG_MASTER_TIMEOUT" in os.environ:
    runners.MASTER_HEARTBEAT_TIMEOUT = float(os.environ["RIG_MASTER_TIMEOUT"])


def say(kind, **facts):
    print(f"RIG {json.dumps({'kind': kind, 't': time.time(), **facts})}\n", end="", flush=True)


@events.init.add_listener
def began(environment, **_):
    runner = environment.runner
    if isinstance(runner, runners.WorkerRunner):
        say("joined", id=runner.client_id, index=runner.worker_index)
    elif isinstance(runner, runners.MasterRunner):
        gevent.spawn(watch, runner)


def watch(runner):
    before = None
    while True:
        now = {
            "users": {name: count for name, count in sorted(runner.reported_user_classes_count.items()) if count},
            "workers": {worker.id: worker.state for worker in runner.clients.all},
            "shares": {worker.id: worker.user_count for worker in runner.clients.all},
            "state": runner.state,
            "requests": runner.stats.total.num_requests,
        }
        if now != before:
            say("state", **now)
            before = now
        gevent.sleep(0.02)


@events.spawning_complete.add_listener
def spawned(user_count, **_):
    say("spawned", users=user_count)


@events.test_start.add_listener
def started(environment, **_):
    say("started")


@events.test_stop.add_listener
def stopped(environment, **_):
    say("stopped")


# The sums are said at the very end: a master's last reports come while it quits.
@events.init.add_listener
def sums_at_the_end(environment, **_):
    if isinstance(environment.runner, runners.WorkerRunner):
        return

    @events.quit.add_listener
    def ended(exit_code, **_):
        stats, runner = environment.stats, environment.runner
        say(
            "sums",
            exit_code=exit_code,
            total=[stats.total.num_requests, stats.total.num_failures],
            entries=[[e.method, e.name, e.num_requests, e.num_failures] for e in stats.entries.values()],
            errors=[[e.method, e.name, str(e.to_name()), e.occurrences] for e in stats.errors.values()],
            exceptions=[[e["msg"], e["count"], len(e["nodes"])] for e in runner.exceptions.values()],
        )
