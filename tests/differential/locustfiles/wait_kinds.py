# run: -u 4 -r 4
# sorted: stdout
# clock:
import time

from _lab import say

from locust import SequentialTaskSet, User, constant, constant_pacing, constant_throughput, task

left = {"Pacing", "Throughput", "Constant", "OnTaskSet"}


class Base(User):
    abstract = True
    fixed_count = 1

    def on_start(self):
        self.times = []

    def measure(self):
        self.times.append(time.perf_counter())
        if len(self.times) == 3:
            steps = [b - a for a, b in zip(self.times, self.times[1:], strict=False)]
            say(type(self).__name__, ["steady" if 0.15 < step < 0.6 else round(step, 3) for step in steps])
            left.discard(type(self).__name__)
            if not left:
                import gevent

                gevent.spawn(self.environment.runner.quit)
        if len(self.times) > 2:
            time.sleep(60)


class Pacing(Base):
    wait_time = constant_pacing(0.2)

    @task
    def work(self):
        time.sleep(0.1)
        self.measure()


class Throughput(Base):
    wait_time = constant_throughput(5)

    @task
    def work(self):
        self.measure()


class Constant(Base):
    wait_time = constant(0.2)

    @task
    def work(self):
        self.measure()


class OnTaskSet(Base):
    wait_time = constant(0)

    @task
    class Steps(SequentialTaskSet):
        wait_time = constant(0.2)

        @task
        def work(self):
            self.user.measure()
