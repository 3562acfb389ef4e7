import logging
import sys

from locust.exception import StopUser

from locust import FastHttpUser, HttpUser, User, events, run_single_user, task


@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--mine", default="d")


def listen(name):
    @getattr(events, name).add_listener
    def listener(**values):
        print("event", name, {key: type(value).__name__ for key, value in values.items()}, flush=True)


for name in "init test_start test_stop test_stopping spawning_complete quitting quit".split():
    listen(name)


class Mixed(User):
    abstract = True
    round = 0

    def on_start(self):
        e = self.environment
        print(self.host, e.host, e.parsed_options.mine, e.runner, e.web_ui, e.locustfile, e.stats.num_requests)
        print(type(e.single_user_instance).__name__, self.greenlet)

    def on_stop(self):
        print("on_stop")

    def context(self):
        return {"who": "me"}

    @task
    def work(self):
        self.client.get("/text")
        self.client.post("/echo/x", data="abc", name="long " * 15, context={"k": 1})
        self.client.get("/status/500")
        with self.client.get("/json", catch_response=True) as answer:
            answer.failure("bad " * 200)
        logging.info("info")
        logging.warning("warn")
        self.round += 1
        if self.round == 1:
            raise ValueError("a mistake")
        raise StopUser


class H(Mixed, HttpUser):
    abstract = False


class F(Mixed, FastHttpUser):
    abstract = False


words, user_class = eval(sys.argv.pop(1)), globals()[sys.argv.pop(1)]
run_single_user(user_class, **words)
run_single_user(user_class)
print("after")
