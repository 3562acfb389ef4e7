from locust import User, constant, events, tag, task


class Tagged(User):
    wait_time = constant(0.05)

    @tag("a")
    @task
    def first(self):
        self.note("first")

    @task
    def second(self):
        self.note("second")

    def note(self, name):
        self.environment.events.request.fire(
            request_type="T", name=name, response_time=1.0, response_length=0, exception=None, context={}
        )


@events.init.add_listener
def show(environment, **_):
    options = environment.parsed_options
    print(environment.tags, environment.exclude_tags, options.tags, options.exclude_tags, flush=True)
