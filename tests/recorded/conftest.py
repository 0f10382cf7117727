"""The scripts that record need other libraries, and are not to be imported in search of tests."""

collect_ignore_glob = ["make_*.py"]
