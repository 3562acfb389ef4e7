from locust.exception import CatchResponseError

calls = []


def test_flaky(session):
    calls.append(1)
    if len(calls) == 1:
        session.get("/status/500").raise_for_status()
    if len(calls) == 2:
        raise CatchResponseError("not good")
    session.get("/text")
    if len(calls) == 4:
        raise KeyError("a mistake")
