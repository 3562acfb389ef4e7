from locust import User, task


class Odd(User):
    @task
    def visit(self):
        self.environment.events.request.fire(
            request_type="own",
            name="call",
            response_time=1,
            response_length=0,
            exception=None,
            response=object(),
            context={},
        )
        self.stop()
