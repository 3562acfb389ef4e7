"""The run time that a shape sees is the number of its ticks: a machine that is late skips no stage."""

from itertools import count

from locust import LoadTestShape

ticks = count()
LoadTestShape.get_run_time = lambda self: float(next(ticks))
