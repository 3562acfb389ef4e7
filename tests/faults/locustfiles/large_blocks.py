"""Takes a large block of memory twice; says how much lay in maps of their own meanwhile."""

from heap import mapped_for

from locust import User, events, task


class Nobody(User):
    @task
    def nothing(self):
        pass


@events.test_start.add_listener
def take(environment, **_):
    print("mapped:", *(mapped_for(8 << 20) for _ in range(2)))
    environment.runner.quit()
