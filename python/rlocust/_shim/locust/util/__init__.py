"""Small helpers that suites and plug-ins import by these names."""
