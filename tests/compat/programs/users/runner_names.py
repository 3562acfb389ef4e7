from locust.rpc import Message
from locust.runners import DistributedRunner, LocalRunner, MasterRunner, Runner, WorkerRunner

print(issubclass(MasterRunner, DistributedRunner), issubclass(WorkerRunner, DistributedRunner))
print(issubclass(DistributedRunner, Runner), issubclass(LocalRunner, DistributedRunner))
print(Message("type", {"a": 1}, "node"))
