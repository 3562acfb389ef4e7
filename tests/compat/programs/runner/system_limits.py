"""What a runner says of limits of the system that are too low for its users, once each."""

import resource
import tempfile
from argparse import Namespace

from locust._run import system_limits
from locust.env import Environment

from tests.compat.programs.helpers import log_to_stdout, until
from tests.compat.programs.runner.idle import Idle

with tempfile.NamedTemporaryFile("w") as ports:
    ports.write("40000\t40009\n")
    ports.flush()
    system_limits.PORT_RANGE = ports.name
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (105, hard))
    log_to_stdout()
    environment = Environment(user_classes=[Idle], parsed_options=Namespace(source_address=["127.0.0.1"]))
    runner = environment.create_local_runner()
    for users in 5, 11, 12:
        runner.start(users, 100)
        until(lambda users=users: runner.user_count == users)
    runner.quit()
    print(system_limits.about_ports(150_000, 2))
    system_limits.raise_file_limit(1)
    print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(hard, 10_000))
    system_limits.PORT_RANGE = "/nowhere"
    print(system_limits.about_ports(150_000))
