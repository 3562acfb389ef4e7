import pytest
from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
with pytest.raises(ValueError, match="target_user_count must be >= 0, got -1"):
    dispatcher.new_dispatch(-1, 1)
with pytest.raises(ValueError, match="spawn_rate must be > 0, got 0"):
    dispatcher.new_dispatch(1, 0)
with pytest.raises(ValueError, match="finite"):
    dispatcher.new_dispatch(1, float("inf"))
