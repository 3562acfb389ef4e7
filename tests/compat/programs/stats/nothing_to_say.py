from locust.stats import RequestStats, get_accounting_summary

assert get_accounting_summary(RequestStats()) == []
