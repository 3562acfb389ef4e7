"""A sitting of `make bench` as data, made up: what the pages and the history read."""

from typing import Any

#: Microseconds of CPU by program; a request of Locust's takes ten times ours.
COST = {
    "rlocust HttpUser": 10.0,
    "rlocust FastHttpUser": 20.0,
    "Locust HttpUser": 100.0,
    "Locust FastHttpUser": 200.0,
    "wrk": 5.0,
}


def cost(variant: str, users: int, times: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"round": 1, "variant": variant, "users": users, "cpu_us": COST[variant] * times, "threads_us": {}, **more}


def sitting(**loads: tuple[int, float]) -> dict[str, Any]:
    """One round. `loads`: by kind of request the users, and how many times a GET it takes."""
    locusts = [name for name in COST if name != "wrk"]
    return {
        "machine": {"date": "2026-01-01", "cpu": "Fast", "cores": 2, "kernel": "6", "python": "3.11", "nginx": "1"},
        "settings": {"rounds": 1, "window_s": 2.0, "idle_users": 10},
        "versions": {},
        "cpu": [cost(name, users) for users in (10, 100) for name in COST],
        "loads": [
            cost(name, users, times, load=load.replace("_", " "))
            for load, (users, times) in loads.items()
            for name in locusts
        ],
        "idle": [{"round": 1, "variant": name, "spawn_s": 1.0, "kib_per_user": 15.0} for name in locusts],
        "idle_ways": [],
    }
