"""What the switch must survive, one scenario a function; `test_switch.py` runs each in a process of its own.

Run one by hand: `python tests/stress/scenarios.py NAME`. A scenario ends by printing what it counted.
"""

from gevent import monkey

monkey.patch_all()

import gc
import os
import signal
import sys
import threading
import time

import gevent
import gevent.event
from gevent.server import StreamServer

import rlocust

rlocust.install()

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

from rlocust import _native


class Boom(Exception):
    pass


def serve(connection, address):
    """Answers every request on a connection; `/slow` never."""
    pending = b""
    while chunk := connection.recv(65536):
        pending += chunk
        while b"\r\n\r\n" in pending:
            head, pending = pending.split(b"\r\n\r\n", 1)
            if head.startswith(b"GET /slow"):
                gevent.sleep(3600)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def started_server():
    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    return f"http://127.0.0.1:{server.server_port}"


def session(base, kind=FastHttpSession):
    made = kind(base, EventHook(), None)
    made.trust_env = False
    return made


def emptied(seconds=10):
    """Waits until no slot is held any more."""
    deadline = time.monotonic() + seconds
    while _native.parked() > 0:
        assert time.monotonic() < deadline, f"{_native.parked()} slots are still held"
        gevent.sleep(0.01)


def switches_under_forced_collection():
    gc.set_threshold(20)
    done = []

    def waiter():
        for turn in range(2000):
            _native.sleep(0.001 if turn % 100 == 0 else 0)
            cycle = [done]
            cycle.append(cycle)
        done.append(2000)

    gevent.joinall([gevent.spawn(waiter) for _ in range(50)], raise_error=True)
    print(sum(done))


def kills_in_mid_wait():
    caught = []

    def waiter():
        try:
            _native.sleep(3600)
        except (gevent.GreenletExit, Boom) as error:
            caught.append(type(error))

    for _ in range(20):
        users = [gevent.spawn(waiter) for _ in range(100)]
        gevent.sleep(0)
        for number, user in enumerate(users):
            user.kill(Boom if number % 2 else gevent.GreenletExit, block=False)
        gevent.joinall(users, raise_error=True)
    emptied()
    print(len(caught), caught.count(Boom))


def waits_end_in_the_order_they_are_due_and_never_early():
    ended = []
    early = []
    for_ever = gevent.spawn(_native.sleep, 1e12)

    def waiter(seconds):
        started = time.perf_counter()
        _native.sleep(seconds)
        early.append(time.perf_counter() - started < seconds)
        ended.append(seconds)

    # The fourth moves the alarm forward; the first due is forgotten.
    forgotten = gevent.spawn(_native.sleep, 0.03)
    users = [gevent.spawn(waiter, seconds) for seconds in (0.3, 0.1, 0.2, 0.05, 0.2)]
    gevent.sleep(0)
    forgotten.kill()
    gevent.joinall(users, raise_error=True)
    for_ever.kill()
    emptied()
    print(ended, any(early))


def many_waits_that_end_at_once_let_others_in_between():
    """Ended waits are dealt with for some milliseconds at a time; news of calls comes in between."""
    base = started_server()
    client = session(base, HttpSession)
    client.get("/")
    working = []
    came_between = []

    def waiter():
        _native.sleep(0.1)
        begun = time.perf_counter()
        while time.perf_counter() - begun < 0.001:
            pass
        working.append(None)

    def caller():
        _native.sleep(0.1)
        client.get("/")
        came_between.append(len(working) < 300)

    users = [gevent.spawn(caller)] + [gevent.spawn(waiter) for _ in range(300)]
    gevent.joinall(users, raise_error=True)
    emptied()
    print(len(working), came_between)


def many_answers_at_once_let_others_in_between():
    """Answers are dealt with for some milliseconds at a time; waits that fall due meanwhile end in between."""
    everybody = 40
    asking, answering = [], gevent.event.Event()

    def serve_all_at_once(connection, address):
        connection.recv(65536)
        asking.append(connection)
        if len(asking) == everybody:
            answering.set()
        answering.wait()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server = StreamServer(("127.0.0.1", 0), serve_all_at_once)
    server.start()
    working = []
    woken_after = set()

    def caller(client):
        client.get("/")
        begun = time.perf_counter()
        while time.perf_counter() - begun < 0.006:
            pass
        working.append(None)

    def waiter():
        while len(working) < everybody:
            _native.sleep(0.001)
            woken_after.add(len(working))

    clients = [session(f"http://127.0.0.1:{server.server_port}") for _ in range(everybody)]
    users = [gevent.spawn(caller, client) for client in clients] + [gevent.spawn(waiter)]
    gevent.joinall(users, raise_error=True)
    emptied()
    print(len(working), len(woken_after) > everybody / 2)


def yielding_users_let_the_loop_turn():
    """Nobody runs twice in one turn of the loop: timers and sockets get theirs. A yielding user can be killed."""
    turns = [0]
    rounds = [0] * 100

    def count_turn():
        turns[0] += 1

    def user(number):
        while True:
            _native.sleep(0)
            rounds[number] += 1

    watcher = gevent.get_hub().loop.check()
    watcher.start(count_turn)
    users = [gevent.spawn(user, number) for number in range(len(rounds))]
    gevent.sleep(0.2)
    gevent.killall(users, timeout=10)
    watcher.stop()
    emptied()
    print(min(rounds) > 0, max(rounds) <= turns[0] + 1, sum(user.dead for user in users))


def kills_in_mid_request():
    base = started_server()

    def user(kind):
        session(base, kind).get("/slow")

    killed = 0
    for kind in (FastHttpSession, HttpSession) * 3:
        users = [gevent.spawn(user, kind) for _ in range(100)]
        gevent.sleep(0.05)
        assert not any(user.dead for user in users)
        gevent.killall(users, timeout=10)
        killed += sum(user.dead for user in users)
    emptied()
    print(killed)


def timeouts_through_waits_and_requests():
    base = started_server()
    expired = []

    def user(number):
        client = session(base, HttpSession)
        try:
            with gevent.Timeout(0.02 + number / 10000):
                if number % 2:
                    _native.sleep(3600)
                else:
                    client.get("/slow")
        except gevent.Timeout:
            expired.append(number)
        assert client.get("/ok").status_code == 200

    gevent.joinall([gevent.spawn(user, number) for number in range(400)], raise_error=True)
    emptied()
    print(len(expired))


def reentry_from_listeners():
    base = started_server()
    depth = []

    def user():
        client = session(base, HttpSession)
        inner = session(base)

        def listener(response, **_):
            _native.sleep(0.001)
            depth.append(inner.get("/inner").text)

        client.request_event.add_listener(listener)
        for _ in range(20):
            assert client.get("/outer").text == "ok"

    gevent.joinall([gevent.spawn(user) for _ in range(20)], raise_error=True)
    print(len(depth))


def panics_reach_one_greenlet():
    survivors, panicked = [], []

    def unlucky():
        try:
            _native.panic_for_tests()
        except BaseException as error:  # PanicException is no Exception
            panicked.append(type(error).__name__)

    def lucky():
        for _ in range(100):
            _native.sleep(0)
        survivors.append(1)

    users = [gevent.spawn(lucky) for _ in range(20)] + [gevent.spawn(unlucky) for _ in range(5)]
    gevent.joinall(users, raise_error=True)
    print(len(survivors), panicked)


def exit_with_suspended_users():
    for _ in range(1000):
        gevent.spawn(_native.sleep, 3600)
    with gevent.Timeout(20):
        while _native.parked() < 1000:
            gevent.sleep(0.01)
    print(_native.parked())


def system_exit_with_requests_in_flight():
    base = started_server()
    for _ in range(200):
        gevent.spawn(session(base).get, "/slow")
    with gevent.Timeout(20):
        while _native.parked() < 200:
            gevent.sleep(0.01)
    print(_native.parked(), flush=True)
    gevent.spawn(sys.exit, 3)
    gevent.sleep(10)


def native_thread_contends():
    start = monkey.get_original("_thread", "start_new_thread")
    stop = []

    def burn():
        while not stop:
            sum(range(1000))

    start(burn, ())
    done = []

    def waiter():
        for _ in range(600):
            _native.sleep(0)
        done.append(600)

    gevent.joinall([gevent.spawn(waiter) for _ in range(50)], raise_error=True)
    stop.append(True)
    print(sum(done))


def foreign_thread_blocks_itself_only():
    base = started_server()
    client = session(base)
    ticks = []

    def ticker():
        while True:
            ticks.append(1)
            gevent.sleep(0.005)

    clock = gevent.spawn(ticker)
    pool = gevent.get_hub().threadpool
    pool.apply(_native.sleep, (0.1,))
    before = len(ticks)
    status = pool.apply(lambda: client.get("/ok").status_code)
    clock.kill()
    print(status, before > 5)


def hub_greenlet_is_refused():
    caught = []

    def callback():
        try:
            _native.sleep(0.01)
        except RuntimeError as error:
            caught.append(str(error))

    gevent.get_hub().loop.run_callback(callback)
    gevent.sleep(0.05)
    print(len(caught), "hub" in caught[0])


def both_sides_of_a_fork_work():
    reader, writer = os.pipe()
    server = os.fork()
    if server == 0:
        os.write(writer, started_server().encode())
        gevent.sleep(3600)
    client = session(os.read(reader, 100).decode())
    assert client.get("/before").status_code == 200
    child = os.fork()
    statuses = [client.get("/after").status_code for _ in range(100)]
    _native.sleep(0.01)
    if child == 0:
        os._exit(7 if statuses == [200] * 100 else 8)
    _, status = os.waitpid(child, 0)
    os.kill(server, signal.SIGKILL)
    print(statuses == [200] * 100, os.waitstatus_to_exitcode(status))


def a_fork_by_a_woken_user_leaves_the_parents_waits_alone():
    """The child goes on in the middle of the parent's pass; it must neither end nor put off the parent's waits."""
    ended = []

    def other():
        _native.sleep(0.05)
        ended.append(os.getpid())
        _native.sleep(3600)

    def forker():
        _native.sleep(0.05)
        child = os.fork()
        if child == 0:
            time.sleep(0.1)
            gevent.sleep(0.01)
            _native.sleep(0.01)
            os._exit(len(ended))
        started = time.monotonic()
        _native.sleep(0.3)
        took = time.monotonic() - started
        _, status = os.waitpid(child, 0)
        print(took < 3, os.waitstatus_to_exitcode(status), len(ended))

    forking = gevent.spawn(forker)
    others = [gevent.spawn(other) for _ in range(3)]
    forking.join()
    gevent.killall(others)


def the_loop_ends_when_nobody_waits():
    _native.sleep(0.01)
    waiting = gevent.spawn(_native.sleep, 3600)
    gevent.sleep(0.01)
    waiting.kill()
    gevent.wait(timeout=5)
    started = time.monotonic()
    gevent.wait(timeout=5)
    print(time.monotonic() - started < 4, threading.active_count())


if __name__ == "__main__":
    globals()[sys.argv[1]]()
