"""Where Locust keeps its pytest plug-in; found only where real Locust is not installed."""
