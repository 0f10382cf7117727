"""Findings: what is said of a step, each computed once from the two passes."""
