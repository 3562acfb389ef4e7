from locust.env import Environment

from tests.compat.programs.helpers import attempt, log_to_stdout

log_to_stdout()
runner = Environment().create_local_runner()


def listener(environment, msg, **kwargs):
    print(environment is runner.environment, msg, msg.type, msg.data, msg.node_id)
    if msg.data is None:
        raise ValueError("no data")


runner.register_message("greeting", listener, concurrent=True)
runner.send_message("greeting", {"a": 1}, client_id="ignored")
attempt(lambda: runner.send_message("greeting"))
runner.send_message("unknown")
attempt(lambda: runner.register_message("greeting", listener))
