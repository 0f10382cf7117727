"""Faults that a run must survive: processes that are killed, disks that fail, files that are hostile."""
