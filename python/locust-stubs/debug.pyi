from rlocust._shim.locust.debug import CatchResponseError as CatchResponseError
from rlocust._shim.locust.debug import PrintListener as PrintListener
from rlocust._shim.locust.debug import run_single_user as run_single_user
