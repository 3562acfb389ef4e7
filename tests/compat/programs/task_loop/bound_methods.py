from locust.exception import StopUser

from tests.compat.programs.task_loop.base import Base, gone, run


class Top(Base):
    def on_start(self):
        self.tasks = [self.bound]

    def bound(self, *arguments):
        print("bound", [type(each).__name__ for each in arguments])
        raise StopUser()


run(Top, gone)
