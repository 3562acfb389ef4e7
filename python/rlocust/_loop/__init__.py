"""The asyncio loop beside the hub: what runs the coroutines of suites. Not a module of Locust's."""
