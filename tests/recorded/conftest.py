"""Keeps pytest from importing the recording scripts, which need other libraries."""

collect_ignore_glob = ["make_*.py", "by_*.py"]
