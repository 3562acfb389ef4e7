# run: --tags absent
from _tagged import Tagged

__all__ = ["Tagged"]
