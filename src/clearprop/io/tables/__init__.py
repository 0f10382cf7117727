"""Tables: what a table is, what reads one from a file, and data sets with a name."""
