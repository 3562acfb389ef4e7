"""Test functions as users: each function is a user class that calls it again and again, without a wait.

The same file is a test: `pytest pytest_style.py --host URL` calls each function once.
"""


def test_text(session):
    answer = session.get("/text")
    answer.raise_for_status()


def test_json(fastsession):
    with fastsession.get("/json", catch_response=True) as answer:
        if "text/html" in answer.headers["content-type"]:
            answer.failure("a page instead of data")
