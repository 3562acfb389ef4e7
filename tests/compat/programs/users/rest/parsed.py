from tests.compat.programs.users.rest.served import users

for user in users():
    with user.rest("GET", "/ok") as response:
        print(response.js, response.status_code)
    with user.rest("POST", "/echo", json={"x": 1}) as response:
        print(response.js)
    with user.rest("POST", "/echo", headers={"accept": "text/plain"}, data="x", name="named") as response:
        print(response.js)
    with user.rest_("GET", "/echo") as response:
        print(response.js)
    with user.rest_("GET", "/echo?a=b", name="named") as response:
        print(response.js)
