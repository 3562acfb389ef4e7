from locust import run_single_user
from tests.compat.programs.users.single.alone import Alone

run_single_user(Alone)
import locust.debug

print(type(locust.debug._env.single_user_instance).__name__, Alone.host)
run_single_user(Alone, include_length=True)
