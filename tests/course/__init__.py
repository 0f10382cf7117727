"""Tests of the room course, mirroring src/clearprop/course."""
