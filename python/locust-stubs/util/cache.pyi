from rlocust._shim.locust.util.cache import memoize as memoize
