"""Tools of the project's own: what is made from the sources, and what tests the tests. Nothing here is installed."""
