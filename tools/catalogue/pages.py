"""The catalogue as Markdown: a table for each kind, and a card for each part, read from the records."""

from __future__ import annotations

import re
from pathlib import Path

from clearprop.amounts import plural
from clearprop.cards import Card, card_of, curves_of, example_of, hypers_of, kinds, where
from clearprop.formulas import CATALOGUE, Part
from clearprop.formulas.learnt_activations import Learnt

from .picture import picture

FOLDER = Path("docs/catalogue")
SAID_OF_KINDS = {
    "activation": "Where a derivative jumps, its value is that of the piece to the right, in accordance with step(0) = 1.",
    "loss": "A loss is summed over outputs; training averages over points. PyTorch and Keras average over outputs too, "
    "so their losses and gradients are smaller by the number of outputs.",
    "penalty": "A penalty is part of the loss, summed over layers. It depends on the weights only, not on the biases.",
    "optimizer": "Defaults are PyTorch's. g is the gradient ∂L/∂θ; products, quotients and roots are taken entry by entry.",
    "schedule": "t counts steps from 1. PyTorch's schedulers count from 0, and are called by hand, once a step or an epoch.",
    "scaling": "Each column of inputs is scaled by statistics of the training rows. The estimators have a parameter for it, "
    "and save the statistics with the model.",
    "mistake": "What people compute in place of a link of the chain; `cp.diagnose` finds them. Formulas are in the notes' "
    "columns; the source is where the notes, or a paper, have what is right.",
    "initializer": "A layer has m inputs and n outputs; W is (m, n).",
}
"""A text about a kind, before its parts."""

MADE = "<!-- Made from the records by `make catalogue`; change those, not this page. -->"
SEPARATE = ", \\quad "
"""Between the parts of a formula; a long one has each in a line of its own."""
OF_THE_NOTES = re.compile(
    r"(?:(?:softmax|NLLM), )?(?:7\.\d|Notation|Concept|pseudocode|section 7\.|the log of 7\.)[^;]*"
)
"""A source in the lecture notes, whose equations `mathematics.md` has one by one."""
WIDE = 90
"""Letters of LaTeX from which on a formula is long."""

SYMBOLS = {
    "activation": ("f(z)", r"f'(z)"),
    "loss": ("L", r"\frac{\partial L}{\partial a}"),
    "penalty": ("R", r"\frac{\partial R}{\partial w}"),
    "shortcut": ("L", r"\frac{\partial L}{\partial z}"),
}
"""The symbol of the function and of its derivative, for kinds whose records give only the right-hand sides."""


def pages() -> dict[str, str]:
    """Every file, by its path from the project's root, with its text."""
    made = {str(FOLDER / "README.md"): _index()}
    for kind in kinds():
        made[str(FOLDER / f"{plural(kind)}.md")] = _page(kind)
        for part in _parts(kind):
            curves = curves_of(part)
            if curves:
                made[str(FOLDER / _picture_of(part))] = picture(curves, str(part))
    return made


def _parts(kind: str) -> list[Part]:
    return [definition() for definition in CATALOGUE[kind].values()]


def _picture_of(part: Part) -> str:
    return f"curves/{part.kind}-{part.name}.svg"


def _index() -> str:
    lines = [
        "# The catalogue",
        "",
        MADE,
        "",
        "Every part, by kind: a function, a loss, an optimiser, and whatever else has a name in a command or a program.",
        "`clearprop catalogue NAME` shows the same card on a terminal.",
        "",
        "| kind | parts |",
        "| --- | --- |",
    ]
    for kind in kinds():
        name = plural(kind)
        parts = ", ".join(f"[{part.name}]({name}.md#{_anchor(part)})" for part in _parts(kind))
        lines.append(f"| [{_title(kind).lower()}]({name}.md) | {parts} |")
    return "\n".join(lines) + "\n"


def _page(kind: str) -> str:
    parts = _parts(kind)
    note = [SAID_OF_KINDS[kind], ""] if kind in SAID_OF_KINDS else []
    blocks = [
        f"# {_title(kind)}",
        "",
        MADE,
        "",
        *note,
        *_table(parts),
    ]
    for part in parts:
        blocks += ["", *_card(card_of(part))]
    return "\n".join(blocks) + "\n"


def _title(kind: str) -> str:
    return plural(kind).replace("_", " ").capitalize()


def _table(parts: list[Part]) -> list[str]:
    """A row for each part, with the columns that the kind fills."""
    heads = ("name", "formula", "derivative", "where", "hyper-parameters")
    rows = [
        (
            f"[{part.name}](#{_anchor(part)})",
            _code(part.formula),
            _code(part.derivative),
            where(part),
            ", ".join(f"{hyper.name} = {hyper.default}" for hyper in hypers_of(type(part))),
        )
        for part in parts
    ]
    kept = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    return [
        _row([heads[column] for column in kept]),
        _row(["---"] * len(kept)),
        *(_row([row[column] for column in kept]) for row in rows),
    ]


def _card(card: Card) -> list[str]:
    part = card.part
    lines = [f"## {part.name}", "", card.said, ""]
    of_value, of_derivative = SYMBOLS.get(part.kind, ("", ""))
    formulas = [(of_value, part.latex)]
    if of_derivative:  # without a symbol it would be a lone number
        formulas.append((of_derivative, part.latex_derivative))
    if isinstance(part, Learnt):
        formulas.append((r"\frac{\partial f}{\partial \alpha}", part.latex_derivative_by_alpha))
    for symbol, latex in formulas:
        if latex:
            lines += ["```math", _in_lines(f"{symbol} = {latex}" if symbol else latex), "```", ""]
    if curves_of(part):
        lines += [f"![{part.name}: its curve]({_picture_of(part)})", ""]
    facts = (
        ("the same, by names" if part.latex else "formula", "" if _is_twice(card) else _code(part.formula)),
        ("derivative", "" if part.latex_derivative and of_derivative else _code(part.derivative)),
        ("right", _code(card.right)),
        ("where", card.where),
        ("kinks", card.kinks),
        *((f"`{hyper.name}`", _hyper(hyper.default, hyper.bounds, hyper.about)) for hyper in card.hypers),
        ("step size", card.eta),
        ("name elsewhere", ", ".join(f"`{name}`" for name in part.other_names)),
        ("lesson", card.lesson),
        ("other software", card.elsewhere),
        ("source", _linked(part.source)),
    )
    lines += [f"- **{name}**: {value}" for name, value in facts if value]
    example = example_of(part)
    if example:
        own = [line for line in example.lines if line.startswith("import ")]
        lines += [
            "",
            "```python",
            "import clearprop as cp",
            *(["import numpy as np"] if "np." in str(example) else []),
            *own,
            "",
        ]
        lines += [*(line for line in example.lines if line not in own), f"# {example.result}", "```"]
    return lines


def _is_twice(card: Card) -> bool:
    """Whether the formula as text says no more than the one that is set: names, such as `strength`, for its letters."""
    part = card.part
    return bool(part.latex) and all(
        name in part.latex for name in (h.name for h in card.hypers) if name in part.formula
    )


def _linked(source: str) -> str:
    found = OF_THE_NOTES.match(source)
    return f"[{found[0]}](../mathematics.md){source[found.end() :]}" if found else source


def _in_lines(latex: str) -> str:
    """A long formula with each of its parts in a line of its own, so that it fits on a page."""
    if len(latex) < WIDE or SEPARATE not in latex:
        return latex
    parts = latex.split(SEPARATE)
    lines = " \\\\\n".join(f"& {part}" for part in parts)
    return f"\\begin{{align*}}\n{lines}\n\\end{{align*}}"


def _hyper(default: str, bounds: str, about: str) -> str:
    return "; ".join(text for text in (f"default `{default}`" if default else "", bounds, about) if text)


def _code(text: str) -> str:
    return (f"`` {text} ``" if "`" in text else f"`{text}`") if text else ""


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _anchor(part: Part) -> str:
    """Where GitHub puts the heading's anchor: in lower case, without signs, words joined by hyphens."""
    kept = "".join(letter for letter in part.name.lower() if letter.isalnum() or letter in " _-")
    return kept.replace(" ", "-")
