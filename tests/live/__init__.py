"""Tests of the live page's Python side."""
