"""The live page: a training that runs in the browser, and what a page carries for it."""

from .page import Studio, studio

__all__ = ["Studio", "studio"]
