from locust.env import Environment
from locust.exception import CatchResponseError
from locust.stats import StatsError

environment = Environment()
environment.create_local_runner()
stats = environment.stats
lengths = []
environment.events.request.add_listener(lambda exception, name, **_: lengths.append((len(str(exception)), len(name))))
for each in "ab", "ba", "ab":
    for kind in (str, ValueError, CatchResponseError):
        name, error = "/" + each * 5000, kind(each * 500_000)
        environment.events.request.fire(
            request_type="GET", name=name, response_time=1, response_length=1, exception=error, context={}
        )
assert set(lengths) == {(1_000_000, 10_001)}
assert stats.num_failures == 9 and len(stats.errors) == 6 and len(stats.entries) == 2
for error in stats.errors.values():
    texts = error.error, error.to_name(), error.to_dict()["error"]
    assert max(map(len, texts)) < 7000 and all("characters)" in text for text in texts), texts
    assert error.to_name().endswith("characters)")
assert {key[0][-18:] for key in stats.entries} == {"… (10001 characters)"[-18:]}
assert all(len(key[0]) == 2048 for key in stats.entries)
assert stats.get("/" + "ab" * 5000, "GET").num_requests == 6
assert len(stats.entries) == 2
exact = "x" * 4096
stats.log_error("GET", "/", exact)
assert list(stats.errors.values())[-1].error == StatsError.parse_error(exact) == exact
for text in "y" * 65_536, "z" * 60_000:
    stats.log_error("GET", "/", text)
    kept = list(stats.errors.values())[-1]
    assert kept.error == StatsError.parse_error(text) == text and kept.to_name() == f"GET /: {text}"
cut = CatchResponseError("z" * 60_000)
stats.log_error("GET", "/", cut)
assert list(stats.errors.values())[-1].error is cut, "the object itself, as under Locust"
