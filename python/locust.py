"""`import locust` where real Locust is not installed: puts rlocust's `locust` here.

A package folder of this name, such as real Locust's, wins over this file, so the two never clash.
"""

import importlib
import sys

import rlocust

if __name__ == "__main__":  # `python -m locust`
    from rlocust.__main__ import main

    main()
else:
    del sys.modules["locust"]
    rlocust.install()
    importlib.import_module("locust")
