"""The version this package answers for: suites, plug-ins and workers compare it, so it is Locust's.

`rlocust.__version__` is our own number.
"""

from __future__ import annotations

__all__ = ["__commit_id__", "__version__", "__version_tuple__", "commit_id", "version", "version_tuple"]

__version__ = version = "2.47.0"
__version_tuple__ = version_tuple = (2, 47, 0)
__commit_id__ = commit_id = None
