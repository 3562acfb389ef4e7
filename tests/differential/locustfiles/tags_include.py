# run: --tags read
from _tagged import Tagged

__all__ = ["Tagged"]
