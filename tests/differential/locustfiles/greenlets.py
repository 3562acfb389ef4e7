# variants: http fast
import gevent
from _lab import Client, ask, end_run, say
from gevent.pool import Pool

from locust import task


class Visitor(Client):
    def fetch(self, number):
        return number, self.client.get(f"/items/{number}", name="/items/[n]").status_code

    @task
    def spread(self):
        say(
            "current", gevent.getcurrent() is self.greenlet, type(self.greenlet).__name__, self.greenlet.args[0] is self
        )
        spawned = [gevent.spawn(self.fetch, n) for n in range(5)]
        gevent.joinall(spawned)
        say([g.value for g in spawned])
        pool = Pool(3)
        say(sorted(pool.imap_unordered(self.fetch, range(12))))
        say(pool.map(self.fetch, range(4)))
        victim = gevent.spawn(self.client.get, "/hang", name="killed")
        ask(seen=["/hang", 1])
        victim.kill()
        say("killed", victim.dead, repr(victim.value))
        later = gevent.spawn_later(0.05, self.fetch, 99)
        say(later.get())
        failing = gevent.spawn(lambda: self.client.get("/status/500", name="failing").raise_for_status())
        failing.join()
        say(type(failing.exception).__name__)
        say(len(self.environment.runner.user_greenlets))
        end_run(self)
