from rlocust._shim.locust.opentelemetry import LOCUST_VERSION as LOCUST_VERSION
from rlocust._shim.locust.opentelemetry import MAX_REQUEST_NAMES as MAX_REQUEST_NAMES
from rlocust._shim.locust.opentelemetry import HttpSession as HttpSession
from rlocust._shim.locust.opentelemetry import events as events
from rlocust._shim.locust.opentelemetry import finish as finish
from rlocust._shim.locust.opentelemetry import logger as logger
from rlocust._shim.locust.opentelemetry import setup_opentelemetry as setup_opentelemetry
