"""Streamed answers by rlocust's own user: the time to the first token, gaps, tokens a second, taken where they arrive.

rlocust -f sse_user.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000
"""

from locust import constant, task
from rlocust.sse import SseUser, chat_tokens


class Asker(SseUser):
    """Asks an LLM, as OpenAI's API has it."""

    wait_time = constant(0.1)

    @task(3)
    def ask(self):
        question = {
            "model": "small",
            "stream": True,
            "stream_options": {"include_usage": True},
            "messages": [{"role": "user", "content": "Why is the sky blue?"}],
        }
        with self.client.post("/chat/20", json=question, name="chat", tokens=chat_tokens) as answer:
            text = ""
            for event in answer:
                if event.data != "[DONE]":
                    for choice in event.json()["choices"]:
                        text += choice["delta"].get("content", "")
            if not text:
                answer.failure("an empty answer")

    @task
    def watch(self):
        with self.client.get("/prices", name="prices") as prices:
            first = prices.expect("price", timeout=5)
            second = prices.expect("price", timeout=5)
            assert int(second.data) > int(first.data)
