"""The bench for comparing Locust with rlocust: one server, two tools, one way to read what they said."""
