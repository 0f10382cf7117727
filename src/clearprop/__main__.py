"""`python -m clearprop` is the command `clearprop`."""

from .cli import main

main()
