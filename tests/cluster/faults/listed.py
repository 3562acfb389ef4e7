"""All faults, in the order of the table: reading a file lists its own."""

from tests.cluster.faults import deaths, forks, greedy, nonsense, partitions
from tests.cluster.faults.scene import FAULTS

__all__ = ["FAULTS", "deaths", "forks", "greedy", "nonsense", "partitions"]
