"""DNSUser against a server in a greenlet: an answer, a name of its own, no answer section, silence."""

import dns.message
import dns.rrset
from gevent.server import DatagramServer
from locust.contrib.dns import DNSUser

from tests.compat.programs.contrib.shown import environment, show


class NameServer(DatagramServer):
    def handle(self, data, address):
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text()
        if name.startswith("silent."):
            return
        answer = dns.message.make_response(question)
        if name.startswith("known."):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.1"))
        self.socket.sendto(answer.to_wire(), address)


class Asker(DNSUser):
    pass


server = NameServer(("127.0.0.1", 0))
server.start()
where = {"where": "127.0.0.1", "port": server.server_port, "timeout": 60}
client = Asker(environment()).client

print(client.udp(dns.message.make_query("known.test", "A"), **where).answer[0])
show("an answer", 1)
client.udp(dns.message.make_query("known.test", "A"), name="renamed", **where)
show("a name of its own", 1)
print(client.udp(dns.message.make_query("empty.test", "A"), **where).answer)
show("no answer section", 1)
print(client.udp(dns.message.make_query("silent.test", "A"), **where | {"timeout": 1}))
show("silence", 1)
try:
    print(client.no_such_function)
except AttributeError as error:
    print(error)
