"""The environment a test gives to the programs it starts."""

import os

TOOLS = ("LOCUST", "RLOCUST_LOG", "PYTEST", "COV")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def surroundings() -> dict[str, str]:
    """Ours without what would change a run: other tools' settings, proxies, the terminal's size."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(TOOLS) and name.lower() not in PROXIES and name != "COLUMNS"
    }
