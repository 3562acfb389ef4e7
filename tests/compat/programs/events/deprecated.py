from locust.event import DeprecatedEventHook

from tests.compat.programs.helpers import log_to_stdout

log_to_stdout()
hook = DeprecatedEventHook("use the other one")
hook.add_listener(lambda: print("called"))
hook.fire()
