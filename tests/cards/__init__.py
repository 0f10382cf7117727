"""Tests of the parts' cards."""
