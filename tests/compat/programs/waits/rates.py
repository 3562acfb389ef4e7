from locust import constant_throughput, poisson
from tests.compat.programs.helpers import attempt

attempt(lambda: constant_throughput(0))
attempt(lambda: poisson(-1))
