"""What one run of the program consists of, beside its runner; Locust has most of it in `main`."""
