"""The parts of `locust.runners`, which gives out all their names.

Suites replace names there: what lies here looks them up in `locust.runners`, at the moment of use.
"""
