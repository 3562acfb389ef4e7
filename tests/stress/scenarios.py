"""What the switch must survive, one scenario a function; `test_switch.py` runs each in a process of its own.

Run one by hand: `python tests/stress/scenarios.py NAME`. A scenario ends by printing what it counted.

What it prints does not depend on how long anything took: it waits for named conditions (`until`), and where the moment
that a wait ends matters, it drives the clock of waits (`_native.set_clock_for_tests`).
"""

from gevent import monkey

monkey.patch_all()

import base64
import faulthandler
import gc
import hashlib
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from argparse import Namespace
from pathlib import Path

import gevent
import gevent.event
import greenlet
from gevent.server import StreamServer

import rlocust

rlocust.install()

import locust.stats
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.event import EventHook

from rlocust import _native


class Boom(Exception):
    pass


#: Seconds until whatever does not come or does not end fails its scenario.
DEADLINE = 30

#: The requests that the server of this process will never answer.
unanswered = []

start_native_thread = monkey.get_original("_thread", "start_new_thread")
#: Holds up the whole thread, not one greenlet.
native_sleep = monkey.get_original("time", "sleep")


def until(what, condition, sleep=gevent.sleep):
    """Waits for a condition and fails with its name."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {DEADLINE} s in vain: {what}")
        sleep(0.005)


def until_parked(count):
    """As many greenlets wait, for an answer or for a time to pass."""
    until(f"{count} greenlets wait", lambda: _native.parked() == count)


def serve(connection, address):
    """Answers every request on a connection; `/slow` never."""
    pending = b""
    while chunk := connection.recv(65536):
        pending += chunk
        while b"\r\n\r\n" in pending:
            head, pending = pending.split(b"\r\n\r\n", 1)
            if head.startswith(b"GET /slow"):
                unanswered.append(head)
                gevent.sleep(3600)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def started_server():
    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    return f"http://127.0.0.1:{server.server_port}"


def fork():
    """gevent's own listens for SIGCHLD after the first fork only: a child that has ended by then is never heard of."""
    gevent.get_hub().loop.install_sigchld()
    return os.fork()


def server_in_a_child():
    """Its process and its address."""
    reader, writer = os.pipe()
    server = fork()
    if server == 0:
        os.write(writer, started_server().encode())
        gevent.sleep(3600)
    return server, os.read(reader, 100).decode()


#: Of a client that waits as long as it is let; by itself it gives up after 5 s. `HttpSession` has no limits.
FAST_OPTIONS = {"network_timeout": 3600.0, "connection_timeout": 3600.0, "concurrency": 10}


def session(base, kind=FastHttpSession):
    made = kind(base, EventHook(), None, **(FAST_OPTIONS if kind is FastHttpSession else {}))
    made.trust_env = False
    return made


def killed(users):
    """Kills greenlets of which none has ended; how many are dead then."""
    assert not any(user.dead for user in users)
    gevent.killall(users, timeout=DEADLINE)
    return sum(user.dead for user in users)


def computed(seconds):
    """Keeps the script thread busy."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        pass


def emptied():
    until("no slot is held any more", lambda: _native.parked() == 0)


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
        until_parked(len(users))
        for number, user in enumerate(users):
            user.kill(Boom if number % 2 else gevent.GreenletExit, block=False)
        gevent.joinall(users, raise_error=True)
    emptied()
    print(len(caught), caught.count(Boom))


def waits_end_in_the_order_they_are_due_and_never_early():
    ended = []
    early = []

    def waiter(seconds):
        _native.sleep(seconds)
        early.append(time.perf_counter() - started < seconds)
        ended.append(seconds)

    started = time.perf_counter()
    _native.set_clock_for_tests(0)  # all begin at once
    for_ever = gevent.spawn(_native.sleep, 1e12)
    forgotten = gevent.spawn(_native.sleep, 0.03)
    users = [gevent.spawn(waiter, seconds) for seconds in (0.3, 0.1, 0.2, 0.05, 0.2)]
    until_parked(len(users) + 2)
    forgotten.kill()
    _native.set_clock_for_tests(None)
    gevent.joinall(users, raise_error=True)
    _native.sleep(0.01)  # moves the alarm forward, which is set for the one who waits for ever
    for_ever.kill()
    emptied()
    print(ended, any(early))


def waits_end_when_the_clock_has_reached_them():
    """To the nanosecond, however long anything really takes."""
    _native.set_clock_for_tests(0)
    users = [gevent.spawn(_native.sleep, nanoseconds / 1e9) for nanoseconds in (1001, 1004)]
    until_parked(2)
    ended = []
    for step in (1000, 2, 1, 2):
        last = gevent.spawn(_native.sleep, step / 1e9)  # waits end in order: this one after those due before it
        until_parked(3 - sum(user.dead for user in users))
        _native.set_clock_for_tests(step / 1e9)
        last.join()
        ended.append(sum(user.dead for user in users))
    emptied()
    print(ended)


def many_waits_that_end_at_once_let_others_in_between():
    """Ended waits are dealt with for some milliseconds at a time; news of calls comes in between."""
    client = session(started_server(), HttpSession)
    client.get("/")
    everybody = 3000
    working = []
    answered_after = []

    def waiter():
        _native.sleep(2)
        if not answered_after:
            computed(0.01)
        working.append(None)

    def caller():
        _native.sleep(1)
        client.get("/")
        answered_after.append(len(working))

    _native.set_clock_for_tests(0)
    users = [gevent.spawn(caller)] + [gevent.spawn(waiter) for _ in range(everybody)]
    until_parked(len(users))
    _native.set_clock_for_tests(3)
    gevent.joinall(users, raise_error=True)
    emptied()
    print(len(working), answered_after[0] < everybody)


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
        _native.set_clock_for_tests(1)  # the wait is over
        computed(0.006)
        working.append(None)

    def waiter():
        while len(working) < everybody:
            _native.sleep(1)
            woken_after.add(len(working))

    _native.set_clock_for_tests(0)
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
    until("everybody had some turns", lambda: min(rounds) > 20)
    dead = killed(users)
    watcher.stop()
    emptied()
    print(max(rounds) <= turns[0] + 1, dead)


def kills_in_mid_request():
    base = started_server()

    def user(kind):
        session(base, kind).get("/slow")

    dead = 0
    for kind in (FastHttpSession, HttpSession) * 3:
        users = [gevent.spawn(user, kind) for _ in range(100)]
        until("the server has all requests", lambda: len(unanswered) == 100)
        dead += killed(users)
        unanswered.clear()
    emptied()
    print(dead)


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


def a_panic_in_a_pass_holds_nobody_up():
    """A greenlet that dies of a panic brings it to whoever resumed it: the pass of the hub."""
    hub = gevent.get_hub()
    client = session(started_server())
    client.get("/ok")
    woken = []

    def waiter(seconds):
        _native.sleep(seconds)
        woken.append(seconds)

    def unlucky():
        _native.sleep(2)
        _native.panic_for_tests()

    _native.set_clock_for_tests(0)
    doomed = greenlet.greenlet(unlucky, parent=hub)
    hub.loop.run_callback(doomed.switch)
    waiters = [gevent.spawn(waiter, seconds) for seconds in (1, 3, 10)]
    until_parked(4)
    _native.set_clock_for_tests(5)  # three are over, the second of them panics
    until("whoever was left in the pass is woken", lambda: woken == [1, 3])
    _native.set_clock_for_tests(5)
    gevent.joinall(waiters, raise_error=True)
    print(doomed.dead, len(woken), client.get("/ok").status_code)


def panics_of_greenlets_resumed_elsewhere():
    """Started from one place and resumed from another, they stand on stacks that fit no more."""
    panicked = []

    def deeper(depth, work):
        return max([depth], key=lambda _: deeper(depth - 1, work) or 0) if depth else work()

    def unlucky():
        _native.sleep(0.01)
        try:
            _native.panic_for_tests()
        except BaseException as error:
            panicked.append(type(error).__name__)

    deeper(40, lambda: gevent.sleep(0.01))
    for depth in range(0, 60, 3):
        users = [gevent.spawn(unlucky) for _ in range(2)]
        deeper(depth, lambda users=users: gevent.joinall(users) and None)
    print(len(panicked))


def exit_with_suspended_users():
    for _ in range(1000):
        gevent.spawn(_native.sleep, 3600)
    until_parked(1000)
    print(_native.parked())


def system_exit_with_requests_in_flight():
    base = started_server()
    for _ in range(200):
        gevent.spawn(session(base).get, "/slow")
    until("the server has all requests", lambda: len(unanswered) == 200)
    print(_native.parked(), flush=True)
    gevent.spawn(sys.exit, 3)
    gevent.event.Event().wait(DEADLINE)


def native_thread_contends():
    stop = []

    def burn():
        while not stop:
            sum(range(1000))

    start_native_thread(burn, ())
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
    sleeping, ticks = [], []
    pool = gevent.get_hub().threadpool

    def tick_for(call):
        """The script thread goes on while another thread is in a call that does not end."""
        until("the call has begun", call)
        for _ in range(5):
            gevent.sleep(0.001)
            ticks.append(1)

    def sleep():
        sleeping.append(True)
        _native.sleep(3600)

    pool.apply(_native.sleep, (0.01,))
    asleep = pool.spawn(sleep)
    tick_for(lambda: sleeping)
    waiting = pool.spawn(client.get, "/slow")
    tick_for(lambda: unanswered)
    status = pool.apply(lambda: client.get("/ok").status_code)
    print(status, len(ticks), asleep.ready(), waiting.ready())


def native_threads_in_clients_at_the_end():
    """They wait for answers, for nothing at all, or run a listener below native frames."""
    base = started_server()
    begun = []
    listening = set()
    is_ending = False

    def computing(**_):
        """Still at it when the end begins."""
        listening.add(threading.get_ident())
        while not is_ending:
            native_sleep(0.001)
        for _ in range(50_000):
            pass

    def work(kind, path, listener):
        client = session(base, kind)
        if listener:
            client.request_event.add_listener(listener)
        while True:
            begun.append(path)
            client.get(path)

    for kind in (FastHttpSession, HttpSession):
        for path, listener in (("/ok", None), ("/ok", computing), ("/ok", computing), ("/slow", None)):
            start_native_thread(work, (kind, path, listener))
    until("four threads are in listeners", lambda: len(listening) == 4)
    until("two threads wait for nothing", lambda: len(unanswered) == 2)
    until("two threads get answers", lambda: begun.count("/ok") > 20)
    _native.set_clock_for_tests(0)  # the end of the interpreter waits for the listeners however long they take
    is_ending = True
    print("ended")


def native_threads_beyond_a_limit_are_refused():
    base = started_server()
    _native.limit_native_threads_for_tests(2)
    ended = []

    def work(path):
        try:
            ended.append(session(base).get(path).status_code)
        except RuntimeError as error:
            ended.append(str(error))

    for _ in range(3):
        start_native_thread(work, ("/slow",))
    until("one of them has ended", lambda: ended)
    until("the others wait", lambda: len(unanswered) == 2)
    print(ended[0].partition(";")[0], len(ended), session(base).get("/ok").status_code)


def native_threads_of_a_pool_at_the_end():
    """A call that would never be answered is cut: its thread holds nobody up."""
    client = session(started_server())
    gevent.get_hub().threadpool.spawn(client.get, "/slow")
    until("the thread waits for its answer", lambda: unanswered)
    print("ended")


def calls_within_calls_of_native_threads_hold_up_no_end():
    """A listener that makes a call, and a call that `requests` prepares, are two calls of one thread at once."""
    base = started_server()
    within = session(base)
    outer = session(base)
    outer.request_event.add_listener(lambda **_: within.get("/slow"))
    prepared = session(base, HttpSession)
    start_native_thread(outer.get, ("/ok",))
    start_native_thread(lambda: prepared.get("/slow", cookies={"one": "1"}), ())
    until("both wait for an answer", lambda: len(unanswered) == 2)
    _native.set_clock_for_tests(0)  # the end waits for ever, if it waits for anybody
    faulthandler.dump_traceback_later(DEADLINE, exit=True)
    _native.end_foreign_calls()
    print("ended")


class StartingLoop:
    """gevent's loop, with something that happens in the middle of the start of the runtime, once."""

    def __init__(self, happen):
        self.happen = happen
        self.hub = gevent.get_hub()
        self.loop = self.hub.loop
        self.hub.loop = self

    def io(self, *arguments):
        self.hub.loop = self.loop
        happen, self.happen = self.happen, lambda: None
        happen()
        return self.loop.io(*arguments)

    def __getattr__(self, name):
        return getattr(self.loop, name)


def a_call_in_the_middle_of_the_start_is_refused():
    """As one of a signal handler: it would wait for itself."""
    faulthandler.dump_traceback_later(DEADLINE, exit=True)
    refused = []

    def call():
        try:
            _native.sleep(0.01)
        except RuntimeError as error:
            refused.append("in the middle of the start" in str(error))

    client = session(started_server())
    StartingLoop(call)
    print(client.get("/ok").status_code, refused)


def children_of_a_fork_in_the_middle_of_the_start_make_their_own():
    """By the thread that starts it, and by another one meanwhile."""
    server, base = server_in_a_child()
    client = session(base)
    children, statuses = [], []

    def fork():
        children.append(os.fork())

    def call():
        statuses.append(client.get("/").status_code)

    def be_forked():
        waiting.append(1)
        until("a fork by the other thread", lambda: children, native_sleep)

    waiting = []
    by_another = sys.argv[2:] == ["another"]
    StartingLoop(be_forked if by_another else fork)
    if by_another:
        start_native_thread(call, ())
        until("a thread in the middle of the start", lambda: waiting)
        fork()
    call()
    if children[0] == 0:
        os._exit(7 if statuses == [200] else 8)
    until("the answers of all threads", lambda: len(statuses) == 1 + by_another)
    print(set(statuses), exit_code(children[0]))
    os.kill(server, signal.SIGKILL)


def foreign_threads_that_come_first_start_one_runtime():
    base = started_server()
    hub = gevent.get_hub()
    loop = hub.loop
    calls_of_io, calling, statuses = [], set(), []

    class SlowLoop:
        """Goes on when the other thread is in its call, too, and had the interpreter some times since."""

        def io(self, *arguments):
            is_first = not calls_of_io
            calls_of_io.append(arguments)
            if is_first:
                until("both threads are in their calls", lambda: len(calling) == 2, native_sleep)
                for _ in range(20):
                    native_sleep(0.001)
            return loop.io(*arguments)

        def __getattr__(self, name):
            return getattr(loop, name)

    def note_call(frame, event, function):
        if event == "c_call" and function.__qualname__ == "FastClient.request":
            calling.add(threading.get_ident())

    def work():
        client = session(base)
        sys.setprofile(note_call)
        statuses.append(client.get("/ok").status_code)

    hub.loop = SlowLoop()
    for _ in range(2):
        start_native_thread(work, ())
    until("both threads have their answers", lambda: len(statuses) == 2)
    hub.loop = loop
    names = [Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in os.listdir("/proc/self/task")]
    print(statuses, names.count("rlocust-io-0"))


def web_sockets():
    """Where a WebSocket says one message and then nothing, and its connections."""
    lines = []

    def answer(connection, address):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        key = head.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        proof = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        connection.sendall(switch + b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n\x81\x05hello")
        lines.append(connection)
        connection.recv(65536)  # a goodbye, or the end
        lines.remove(connection)

    server = StreamServer(("127.0.0.1", 0), answer, backlog=4096)
    server.start()
    return f"http://127.0.0.1:{server.server_port}/", lines


def web_socket(url):
    limits = {"timeout": 30, "max_message_size": 100, "max_queued_messages": 10, "verify": None, "cert": None}
    connection = _native.WebSocket({"url": url, "headers": [], "subprotocols": [], "proxies": [], **limits})
    connection.opened()
    return connection


def kills_in_web_socket_waits():
    url, lines = web_sockets()
    greeted = []

    def user(number):
        connection = web_socket(url)
        assert connection.receive(DEADLINE)[0] == "hello"
        greeted.append(number)
        connection.receive(3600)

    dead = 0
    for _ in range(3):
        greeted.clear()
        users = [gevent.spawn(user, number) for number in range(100)]
        until("all have their message and wait for another", lambda: len(greeted) == 100)
        until_parked(100)
        dead += killed(users)
        users.clear()  # their tracebacks hold the connections
        until("the server has heard every goodbye", lambda: not lines)
    emptied()
    print(dead)


def kills_in_stream_waits():
    """Streams that give one event and then nothing; what waits, for the next event or for an answer, is killed."""
    lines, greeted = [], []

    def answer(connection, address):
        head = connection.recv(65536)
        if b"/silent" not in head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: hello\n\n")
        lines.append(connection)
        while connection.recv(65536):
            pass
        lines.remove(connection)

    server = StreamServer(("127.0.0.1", 0), answer, backlog=4096)
    server.start()
    address = f"http://127.0.0.1:{server.server_port}"
    limits = {"connect_timeout": 30, "read_timeout": 3600, "max_event_size": 100, "max_queued_events": 10}
    others = {"method": "GET", "name": "", "headers": [], "body": b"", "verify": None, "cert": None, **limits}
    others |= {"reconnect": 0, "retry": 1, "last_event_id": "", "proxies": []}
    recorder = _native.Recorder(False, 0.0)

    def user(number):
        url = address + ("/silent" if number % 2 else "/")
        stream = _native.EventStream({"url": url, **others}, recorder)
        stream.opened()
        assert stream.receive(DEADLINE)[1] == "hello"
        greeted.append(number)
        stream.receive()

    dead = 0
    for _ in range(3):
        greeted.clear()
        users = [gevent.spawn(user, number) for number in range(100)]
        until("half of them have their event", lambda: len(greeted) == 50)
        until("the others wait for an answer", lambda: len(lines) == 100)
        until_parked(100)
        dead += killed(users)
        users.clear()
        until("the server has seen all streams end", lambda: not lines)
    emptied()
    print(dead)


def messages_that_come_as_the_wait_ends():
    url, _ = web_sockets()
    got = []

    def user(number):
        connection = web_socket(url)
        while True:
            try:
                got.append(connection.receive(0.000_001 * (number + 1))[0])
                return
            except TimeoutError:
                gevent.sleep(0)

    gevent.joinall([gevent.spawn(user, number) for number in range(200)], raise_error=True)
    emptied()
    print(len(got), set(got))


def a_child_leaves_the_parents_web_sockets_alone():
    url, lines = web_sockets()
    connection = web_socket(url)
    child = fork()
    if child == 0:
        try:
            connection.receive(1)
        except RuntimeError:
            del connection
            os._exit(7)
        os._exit(1)
    code = exit_code(child)
    print(code, connection.receive(DEADLINE)[0], len(lines))


def exit_with_web_sockets():
    url, lines = web_sockets()

    def user():
        connection = web_socket(url)
        connection.receive(DEADLINE)
        greeted.append(connection)
        connection.receive(3600)

    greeted = []
    for _ in range(200):
        gevent.spawn(user)
    until("all have their message", lambda: len(greeted) == 200)
    until_parked(200)
    print(len(lines))


def hub_greenlet_is_refused():
    caught = []

    def callback():
        try:
            _native.sleep(0.01)
        except RuntimeError as error:
            caught.append(str(error))

    gevent.get_hub().loop.run_callback(callback)
    until("the hub has made its call", lambda: caught)
    print(len(caught), "hub" in caught[0])


def both_sides_of_a_fork_work():
    server, base = server_in_a_child()
    client = session(base)
    assert client.get("/before").status_code == 200
    child = os.fork()
    statuses = [client.get("/after").status_code for _ in range(100)]
    _native.sleep(0.01)
    if child == 0:
        os._exit(7 if statuses == [200] * 100 else 8)
    code = exit_code(child)
    os.kill(server, signal.SIGKILL)
    print(statuses == [200] * 100, code)


def a_fork_by_a_woken_user_leaves_the_parents_waits_alone():
    """The child goes on in the middle of the parent's pass; it must neither end nor put off the parent's waits."""
    ended = []
    go_ahead, let_go_ahead = os.pipe()

    def other():
        _native.sleep(2)
        ended.append(os.getpid())
        _native.sleep(3600)

    def let_child_go_ahead():
        until("the others' waits have ended here", lambda: len(ended) == 3)
        os.write(let_go_ahead, b".")

    def forker():
        _native.sleep(1)
        child = monkey.get_original("os", "fork")()
        if child == 0:
            os.read(go_ahead, 1)  # the parent's alarm is set
            gevent.reinit()  # as gevent's own `fork` does at once; it lets the loop turn
            gevent.sleep(0.01)
            _native.set_clock_for_tests(None)
            _native.sleep(0.01)
            os._exit(len(ended))
        _native.set_clock_for_tests(None)
        gevent.spawn(let_child_go_ahead)
        pid = status = 0
        while not pid:
            _native.sleep(0.05)  # ends, if the alarm is still set for it
            pid, status = os.waitpid(child, os.WNOHANG)
        print(os.waitstatus_to_exitcode(status), len(ended))

    _native.set_clock_for_tests(0)
    forking = gevent.spawn(forker)
    others = [gevent.spawn(other) for _ in range(3)]
    until_parked(4)
    _native.set_clock_for_tests(3)  # all four are over
    forking.get(timeout=DEADLINE)
    gevent.killall(others)


def a_child_that_lets_go_of_its_client_leaves_the_parents_connections_alone():
    """The set that the kernel watches for the I/O thread is one for both."""
    server, base = server_in_a_child()
    after = []
    try:
        for kind in (HttpSession, FastHttpSession):
            for is_closed in (True, False):
                client = session(base, kind)
                client.get("/before")
                child = os.fork()
                if child == 0:
                    if is_closed:
                        client.close() if kind is HttpSession else client.client.clientpool.close()
                    client = None
                    gc.collect()
                    os._exit(7)
                assert exit_code(child) == 7
                with gevent.Timeout(DEADLINE, False):
                    after.append(client.get("/after").status_code)
    finally:
        os.kill(server, signal.SIGKILL)
    print(after)


def children_forked_during_snapshots_go_on():
    """A snapshot of many rows takes its time, on another thread that holds locks meanwhile."""
    recorder = _native.Recorder(False, time.time())
    living, codes = [], set()
    with tempfile.TemporaryDirectory() as folder:
        settings = _native.RunSettings(Namespace(csv_prefix=f"{folder}/run"), locust.stats)
        for _ in range(3):
            for number in range(5000):
                recorder.log_request("GET", f"/{number}", 1.0, 0, time.time())
            run = _native.Run(recorder)
            _native.wire_run(run, settings, Environment())
            run.start()  # takes its first tick at once
            while not run.ticks() and codes <= {7}:
                living.append(fork())
                if not living[-1]:
                    _native.render_accounting(recorder)
                    os._exit(7)
                if len(living) > 4:  # more would keep the snapshot from its end
                    codes.add(exit_code(living.pop(0)))
            run.finish(DEADLINE)
    print(codes | exit_codes(living))


def a_native_thread_that_forks_lets_the_script_thread_take_ticks():
    """It holds snapshots back and waits for the interpreter."""
    faulthandler.dump_traceback_later(DEADLINE, exit=True)
    recorder = _native.Recorder(False, time.time())
    settings = _native.RunSettings(Namespace(), locust.stats)
    run = _native.Run(recorder)
    verdict, _ = _native.wire_run(run, settings, Environment())
    children, ends = [], []

    def fork():
        for _ in range(20):
            children.append(monkey.get_original("os", "fork")())
            if not children[-1]:
                os._exit(7)
        ends.append("forked")

    start_native_thread(fork, ())
    while not ends:
        for take_tick in (run.machines, verdict.judge, lambda: _native.render_accounting(recorder)):
            take_tick()
    run.finish(DEADLINE)
    print(exit_codes(children))


def exit_code(child, seconds=DEADLINE):
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            break
        gevent.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def exit_codes(children):
    deadline = time.monotonic() + DEADLINE
    return {exit_code(child, deadline - time.monotonic()) for child in children}


def a_lookup_without_a_thread_fails_alone():
    client = session(started_server(), HttpSession)
    client.get("/ok")
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + (1 << 20)  # less than the stack of a thread
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    error = client.get("http://somewhere.invalid/").error
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("no thread for the name lookup" in str(error), client.get("/ok").status_code)


def the_loop_ends_when_nobody_waits():
    _native.sleep(0.01)
    waiting = gevent.spawn(_native.sleep, 3600)
    until_parked(1)
    waiting.kill()
    # False: the time limit came first.
    print(gevent.wait(timeout=DEADLINE), gevent.wait(timeout=DEADLINE), threading.active_count())


if __name__ == "__main__":
    globals()[sys.argv[1]]()
