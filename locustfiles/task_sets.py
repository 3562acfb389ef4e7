"""Task sets: users that walk through places. Each class shows one way to say where they go next.

rlocust demo --port 8000
rlocust -f task_sets.py --headless -u 4 -r 4 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, MarkovTaskSet, SequentialTaskSet, TaskSet, constant, task, transition, transitions


class Walker(HttpUser):
    abstract = True
    wait_time = constant(0.02)

    def step(self, place):
        self.client.get(f"/echo/{place}", name=f"{type(self).__name__} {place}")


class Visitor(Walker):
    """Rooms within rooms: `interrupt` leaves the room, and the user goes on where it came from."""

    @task
    class House(TaskSet):
        @task
        def hall(self):
            self.user.step("hall")

        @task(2)
        class Kitchen(TaskSet):
            def on_start(self):
                self.parent.user.step("kitchen door")

            @task
            def cook(self):
                self.user.step("cooking")
                self.interrupt()

        @task
        def leave(self):
            self.interrupt(reschedule=False)

    @task
    def street(self):
        self.step("street")


class Till(SequentialTaskSet):
    @task
    def pay(self):
        self.user.step("pay")

    @task
    def leave(self):
        self.interrupt()


class Shopping(SequentialTaskSet):
    """One after the other, in the order of the file; `@task(2)` twice in a row; a sequence within the sequence."""

    @task
    def enter(self):
        self.user.step("enter")

    @task(2)
    def choose(self):
        self.user.step("choose")

    @task
    class Fitting(SequentialTaskSet):
        @task
        def try_on(self):
            self.user.step("try on")

        @task
        def done(self):
            self.interrupt(reschedule=False)

    tasks = [Till]


class Shopper(Walker):
    tasks = [Shopping]


class Wandering(MarkovTaskSet):
    """Where to go next depends only on where one is: home to browse; browse to buy or, twice as often, home."""

    @transition("browse")
    def home(self):
        self.user.step("home")

    @transitions({"home": 2, "buy": 1})
    def browse(self):
        self.user.step("browse")

    @transition("home")
    def buy(self):
        self.user.step("buy")


class Wanderer(Walker):
    tasks = {Wandering}
