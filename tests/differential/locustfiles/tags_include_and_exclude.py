# run: --tags read nested --exclude-tags write
from _tagged import Tagged

__all__ = ["Tagged"]
