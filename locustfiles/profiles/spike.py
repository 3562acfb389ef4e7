"""Spike: from nobody to 200 users at once, and to nobody again.

rlocust demo --port 8000
rlocust -f spike.py --headless -H http://127.0.0.1:8000
"""

from stages import Stages, Visitor  # noqa: F401 - the user class is found by being here


class Spike(Stages):
    stages = [(1, 0, 20), (2, 200, 20), (3, 0, 20)]
