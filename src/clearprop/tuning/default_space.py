"""The space that is searched where nobody gives one, as a commented TOML text: `clearprop init --tune` writes it."""

from __future__ import annotations

from ..fitting.presets import MOST_ROWS_IN_FOLDS, SEVERAL, default
from .space import Space

WEAKEST, STRONGEST = 0.15, 100.0
"""n times the strengths of L2 between which it is searched; the preset's are from 1.5 to 40."""
ROWS = 1000
"""The rows that a written space is made for, where no table is given."""


def default_text(rows: int = ROWS) -> str:
    """The space for so many rows to learn from; its first trial is what the default preset takes."""
    batch = default("classification", rows)["batch_size"]
    others = ", ".join(str(each) for each in (16, 64, 128) if each != batch)
    widths = f"16 to {128 if rows < MOST_ROWS_IN_FOLDS else 256}, log, whole"
    low, first, high = (float(f"{each / max(rows, 1):.3g}") for each in (WEAKEST, SEVERAL[1], STRONGEST))
    return f"""\
# What `clearprop tune` tries. Every choice of a recipe may stand here, by the names of the options of `clearprop train`.
# A list has alternatives. A range of numbers stands in braces, alone or inside the text of a part:
#   {{0.001 to 0.1}}, {{0.001 to 0.1, log}}, {{16 to 256, log, whole}}, {{16 to 256, log, whole, first 64}}
# log draws factors evenly, whole draws whole numbers. The first trial takes the first alternatives, and the first numbers.
# A choice with one value is the same in all trials; one that is left out is decided by the preset.

# Hidden layers, WIDTH:ACTIVATION; "" is none.
layers = [
  "{{{widths}, first 64}}:relu,{{{widths}, first 64}}:relu",
  "{{{widths}}}:relu",
  "{{{widths}}}:silu,{{{widths}}}:silu",
  "",
]

# The step size, a number or a schedule; steps=0 is the whole training.
eta = "cosine(start={{0.0003 to 0.03, log, first 0.003}}, steps=0)"

batch_size = [{batch}, {others}]

# What is added to the loss; the strengths are for about {rows:,} rows.
penalty = "l2(strength={{{low:g} to {high:g}, log, first {first:g}}})"

dropout = ["none", "{{0.05 to 0.4}}"]

# More that may be searched:
# optimizer = ["adam", "momentum(beta={{0.8 to 0.99}})"]
# normalization = ["none", "layer_norm"]
# epochs = "{{20 to 200, log, whole}}"
# scaling = ["standard", "robust"]
# stop = ["none", "no_improvement(patience={{5 to 20, whole}})"]
"""


def default_space(rows: int) -> Space:
    """The space for so many rows to learn from."""
    return Space.read(default_text(rows), "the default space")
