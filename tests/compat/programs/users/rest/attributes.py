from tests.compat.programs.users.rest.served import users

for user in users():
    for holder in (lambda response: response, lambda response: user.client, lambda response: response.request):
        with user.rest("GET", "/ok") as response:
            print(holder(response).nonsense)
