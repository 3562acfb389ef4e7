"""Load: up to what is expected on a busy day, stay there, down again.

rlocust demo --port 8000
rlocust -f load.py --headless -H http://127.0.0.1:8000
"""

from stages import Stages, Visitor  # noqa: F401 - the user class is found by being here


class Load(Stages):
    stages = [(2, 50, 1), (6, 100, 1), (8, 0, 2)]
