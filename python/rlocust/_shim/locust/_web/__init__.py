"""The parts of `locust.web`: what the page and its routes ask of Python. Not a module of Locust's."""
