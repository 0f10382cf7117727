"""The pages of the documentation that are made from the catalogue's records."""
