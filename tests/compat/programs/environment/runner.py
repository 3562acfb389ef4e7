import re

from locust.env import Environment
from locust.runners import *  # noqa: F403 - suites do

from locust import runners
from tests.compat.programs.helpers import names
from tests.compat.programs.runner.idle import Idle, Other

environment = Environment(user_classes=[Idle, Other])
runner = environment.create_local_runner()
print(
    runner.state,
    runner.user_count,
    runner.user_classes_count,
    runner.target_user_count,
    runner.exceptions,
    runner.errors == {},
    runner.target_user_classes_count,
    runner.final_user_classes_count,
    runner.custom_messages,
)
print(
    runner.spawning_greenlet,
    runner.shape_greenlet,
    runner.shape_last_tick,
    runner.current_cpu_usage,
    runner.current_memory_usage,
    runner.cpu_warning_emitted,
    runner.worker_cpu_warning_emitted,
)
print(
    runner.connection_broken,
    type(runner.user_greenlets).__name__,
    len(runner.greenlet),
    runner.worker_index,
    runner.worker_count,
    bool(re.fullmatch(r".+_[0-9a-f]{32}", runner.client_id)),
)
print(runner.stats is environment.stats, names(runner.user_classes), sorted(runner.user_classes_by_name))
print(*[getattr(runners, "STATE_" + name) for name in "INIT SPAWNING RUNNING CLEANUP STOPPING STOPPED MISSING".split()])
print(
    *[
        getattr(runners, name)
        for name in "WORKER_REPORT_INTERVAL WORKER_LOG_REPORT_INTERVAL CPU_MONITOR_INTERVAL "
        "CPU_WARNING_THRESHOLD HEARTBEAT_INTERVAL HEARTBEAT_LIVENESS HEARTBEAT_DEAD_INTERNAL MASTER_HEARTBEAT_TIMEOUT "
        "FALLBACK_INTERVAL CONNECT_TIMEOUT CONNECT_RETRY_COUNT".split()
    ]
)
node = runners.WorkerNode("id")
print(sorted(vars(node).items()), node.user_count)
nodes = runners.WorkerNodes()
nodes["id"] = node
node.state = "running"
print(len(nodes), nodes.running == [node] == list(nodes.all), nodes.ready, nodes.spawning, nodes.missing, list(nodes))
