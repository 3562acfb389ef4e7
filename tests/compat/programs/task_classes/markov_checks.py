from locust import MarkovTaskSet, tag, transition
from tests.compat.programs.helpers import attempt, log_to_stdout

log_to_stdout()


def chain(name="Chain", **body):
    return type(name, (MarkovTaskSet,), body)


def named(name):
    def function(self):
        pass

    function.__name__ = name
    return function


attempt(lambda: chain())
attempt(lambda: chain(a=transition("b")(named("a"))))
attempt(lambda: chain(a=transition("b")(named("a")), b=named("b")))
attempt(lambda: chain(a=tag("x")(transition("a")(named("a")))))
attempt(lambda: chain(run=transition("run")(named("run"))))
attempt(lambda: chain(a=transition("a")(named("a")), b=transition("a")(named("b"))).tasks)
attempt(lambda: chain(a=transition("a")(named("a")), on_stop=transition("a")(named("on_stop"))).abstract)
attempt(lambda: chain(abstract=True, a=transition("nowhere")(named("a"))).abstract)
