"""The command line of the comparisons against a record: from where the expected side comes, and which part of it."""

from __future__ import annotations

import argparse


def parse(description: str | None, only: str) -> argparse.Namespace:
    """`live`, `self` and `record` as the caller's description says them; `only`, under the name given, is a list."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(only, nargs="*")
    how = parser.add_mutually_exclusive_group()
    for mode in ("live", "self", "record"):
        how.add_argument(f"--{mode}", action="store_true")
    return parser.parse_args()
