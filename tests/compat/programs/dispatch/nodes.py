"""Workers and user classes for a dispatcher, whose pauses are noted instead of waited for."""

import gevent

pauses = []
gevent.sleep = pauses.append


class Node:
    def __init__(self, name):
        self.id = name


def user_class(name, weight=1, fixed_count=0):
    return type(name, (), {"weight": weight, "fixed_count": fixed_count})


def steps(dispatcher, target, rate):
    dispatcher.new_dispatch(target, rate)
    return list(dispatcher)
