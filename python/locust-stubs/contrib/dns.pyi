from rlocust._shim.locust.contrib.dns import DNSClient as DNSClient
from rlocust._shim.locust.contrib.dns import DNSUser as DNSUser
from rlocust._shim.locust.contrib.dns import LocustError as LocustError
from rlocust._shim.locust.contrib.dns import User as User
from rlocust._shim.locust.contrib.dns import hinted as hinted
