"""Parent and child ask once each after a fork. Prints who logged what: `True` for the parent."""

import logging
import os
import sys

import gevent.os
from locust.env import Environment
from locust.log import setup_logging

from locust import HttpUser


class Visitor(HttpUser):
    host = sys.argv[1]


class Names(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print(os.getpid() == parent, record.name, flush=True)


os.environ["RLOCUST_LOG"] = "http=trace"
setup_logging("WARNING")
parent = os.getpid()
logging.getLogger("rlocust").addHandler(Names())
Visitor(Environment()).client.get("/")
child = gevent.os.fork()
Visitor(Environment()).client.get("/")
if child == 0:
    sys.exit(0)
gevent.os.waitpid(child, 0)
