"""Users for other protocols and the fast HTTP user, under Locust's names."""
