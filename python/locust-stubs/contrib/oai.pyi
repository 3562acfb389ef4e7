from rlocust._shim.locust.contrib.oai import EventHook as EventHook
from rlocust._shim.locust.contrib.oai import OpenAIClient as OpenAIClient
from rlocust._shim.locust.contrib.oai import OpenAIUser as OpenAIUser
from rlocust._shim.locust.contrib.oai import User as User
from rlocust._shim.locust.contrib.oai import hinted as hinted
