"""What tests share: programs run as processes, targets to aim at, and readers of what a run prints."""
