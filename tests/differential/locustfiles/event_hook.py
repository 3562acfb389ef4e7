from _lab import end_run, say
from locust.event import EventHook, Events

from locust import User, events, task

hook = EventHook()
events.mine = hook


@hook.add_listener
def one(**kwargs):
    say("one", kwargs)


def two(**kwargs):
    say("two", kwargs)
    hook.add_listener(three)


def three(**kwargs):
    say("three", kwargs)


def broken(**kwargs):
    raise KeyError("broken listener")


class Visitor(User):
    @task
    def fire(self):
        say(hook.add_listener(two) is two, len(hook._handlers))
        events.mine.fire(word="a")
        events.mine.fire(word="b", reverse=True)
        hook.add_listener(broken)
        hook.add_listener(one)
        events.mine.fire(word="c")
        for wrong in (lambda: hook.fire("positional"), lambda: hook.remove_listener(print)):
            try:
                wrong()
            except Exception as error:
                say(type(error).__name__)
        say(sorted(name for name, value in vars(Events()).items() if isinstance(value, EventHook)))
        say(hasattr(events, "request_success"), hasattr(events, "hatch_complete"))
        end_run(self)
