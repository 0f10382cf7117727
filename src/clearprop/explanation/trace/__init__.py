"""Trace: one step of back-propagation as records. They compute nothing and know no rendering."""
