"""A release: the archives that people install, built from a commit, checked, and tried in empty environments."""
