# What the command line is told without, or before, a run.
# run[list]: --list
# run[list_two]: --list Second
# run[ratio]: --show-task-ratio
# run[ratio_of_users]: --show-task-ratio -u 7
# run[ratio_json]: --show-task-ratio-json
# run[missing_file]: -f no_such_file.py
# run[not_a_locustfile]: -f README.md
# run[bad_users]: -u many
# run[bad_rate]: -r 0
# run[bad_time]: -t 5x
# run[bad_level]: -L LOUD
# run[no_value]: -u
# run[abbreviated]: --lis
# run[ambiguous]: --web 3
# run[unknown]: --nonsense
# run[unknown_short]: -Z
# run[full_history_alone]: --csv-full-history
# run[autoquit_alone]: --autoquit 3
# run[removed]: --slave
# run[config_users_bad]: --config-users nonsense
# run[missing_config]: --config no_such.conf
from locust import TaskSet, User, task


class First(User):
    weight = 3

    @task(2)
    def often(self):
        pass

    @task
    class Nested(TaskSet):
        @task
        def inside(self):
            pass

        @task(3)
        def also_inside(self):
            pass


class Second(User):
    @task
    def only(self):
        pass


class Abstract(User):
    abstract = True
