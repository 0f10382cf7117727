"""What records and what compares with other libraries needs those, and is not to be imported in search of tests."""

collect_ignore_glob = ["make_*.py", "by_*.py"]
