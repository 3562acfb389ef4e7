import os
import signal
import tempfile

from tests.compat.programs.outputs.awkward import runner
from tests.compat.programs.outputs.wired import wire

path = tempfile.mkdtemp() + "/store"
os.mkfifo(path)
reader = os.open(path, os.O_RDWR | os.O_NONBLOCK)
native = runner._run
wire(store=path)
try:
    while os.write(reader, b"x" * 4096):
        pass
except BlockingIOError:
    native.start()


def drain(*_):
    try:
        while os.read(reader, 4096):
            pass
    except BlockingIOError:
        print("heard")


signal.signal(signal.SIGALRM, drain)
signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
print(native.finish(30.0))
signal.setitimer(signal.ITIMER_REAL, 0)  # not into what ends after the handlers
