"""What tests, the differential lab and the benchmarks share. Everybody imports it as `tests.kit.…`, from the root.

Lowest first: `places`, `surroundings`, `waiting`, `ports`; `processes` on these; then the programs under test
(`tools`), small programs of tests (`programs`), servers to aim at (`targets`, `nginx`, `certificates`) and
readers of what a run leaves behind (`report`, `results`).
"""
