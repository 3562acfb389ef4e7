from rlocust._shim.locust.util.load_locustfile import LoadTestShape as LoadTestShape
from rlocust._shim.locust.util.load_locustfile import PytestUser as PytestUser
from rlocust._shim.locust.util.load_locustfile import User as User
from rlocust._shim.locust.util.load_locustfile import is_shape_class as is_shape_class
from rlocust._shim.locust.util.load_locustfile import is_user_class as is_user_class
from rlocust._shim.locust.util.load_locustfile import load_locustfile as load_locustfile
from rlocust._shim.locust.util.load_locustfile import load_locustfile_pytest as load_locustfile_pytest
