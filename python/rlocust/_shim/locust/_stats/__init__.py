"""The parts of `locust.stats`, which gives out all their names.

Suites replace names there. So what lies here looks up in `locust.stats` whatever they may have replaced, at the moment
of use; the module is called `locust_stats` here, because Locust calls many a parameter `stats`.
"""
