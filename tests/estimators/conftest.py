"""A notebook is run by its test, with one import or another, and not collected by itself."""

collect_ignore = ["notebooks"]
