"""The site: the documents of `docs/` with an index, live pages, a reference and the commands, built by Sphinx."""
