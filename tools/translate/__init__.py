"""Python sources as one JavaScript module: what the page of a step computes and says is translated when the page is built.

Only what can be reached from the starting points is kept. `python -m tools.translate` writes the module.
"""
