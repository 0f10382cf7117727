"""Tests of the room diagnosis, mirroring src/clearprop/diagnosis."""
