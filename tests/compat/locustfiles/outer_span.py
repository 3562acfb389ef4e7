from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from locust import HttpUser, task

trace.set_tracer_provider(TracerProvider())


class Shopper(HttpUser):
    @task
    def visit(self):
        with trace.get_tracer("suite").start_as_current_span("journey") as span:
            context = span.get_span_context()
            print(f"outer {context.trace_id:032x} {context.span_id:016x}", flush=True)
            answer = self.client.get("/headers")
            print("sent", answer.request.headers["traceparent"])
        self.environment.runner.quit()
