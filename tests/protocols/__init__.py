"""Protocols other than HTTP: servers, the examples of `locustfiles/protocols` against them, and `locust.contrib`."""
