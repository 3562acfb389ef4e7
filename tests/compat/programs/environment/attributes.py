from argparse import Namespace

from locust.env import Environment

from locust import User, events
from tests.compat.programs.helpers import attempt

environment = Environment()
print(
    environment.runner,
    environment.web_ui,
    environment.process_exit_code,
    environment.user_classes,
    environment.shape_class,
    environment.tags,
    environment.exclude_tags,
    environment.host,
    environment.reset_stats,
    environment.stop_timeout,
    environment.catch_exceptions,
    environment.locustfile,
    environment.parsed_options,
    environment.parsed_locustfiles,
    environment.available_user_classes,
    environment.available_shape_classes,
    environment.available_user_tasks,
    environment.worker_logs,
    environment.profile,
    environment.user_classes_by_name,
)
print(environment.events is events, type(environment.stats).__name__, environment.dispatcher_class.__name__)
print(Environment(parsed_options=Namespace(stop_timeout="5")).stop_timeout)
print(Environment(parsed_options=Namespace(stop_timeout=5), stop_timeout=0, events=events).events is events)
attempt(lambda: Environment([User]))
