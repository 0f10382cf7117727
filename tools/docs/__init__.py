"""Pages of the documentation that are made from the catalogue's records. Nothing in them is typed twice."""
