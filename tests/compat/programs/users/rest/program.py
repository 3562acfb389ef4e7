import gevent
from locust.exception import StopUser

from tests.compat.programs.users.rest.served import users

for user in users():
    with user.rest("GET", "/missing") as response:
        print(response.js)
    with user.rest("GET", "/page") as response:
        response.success()
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2, "not two"
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2, "not two,"
    with user.rest("GET", "/ok") as response:
        assert response.js["a"] == 2
    with user.rest("GET", "/ok") as response:
        response.js["b"]
    with user.rest("GET", "/ok") as response:
        raise StopUser("swallowed")
    with user.rest("GET", "/ok") as response:
        response.failure("mine")
    try:
        with user.rest("GET", "/ok") as response:
            raise gevent.GreenletExit()
    except gevent.GreenletExit:
        print("passed")
