from rlocust._shim.locust.util.exception_handler import logger as logger
from rlocust._shim.locust.util.exception_handler import retry as retry
