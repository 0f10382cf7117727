r"""A Trace in LaTeX: a fragment to put into a text of one's own, or a document that compiles as it is; it computes no number.

A fragment needs amsmath, xcolor, cancel and booktabs. It provides \clearpropback{...} (gradients), \clearpropforward
(values), \clearpropshared (what is used again), \clearpropquiet and \clearpropfit, so a text may define them first as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...formulas.catalogue import nearest
from ...tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER
from ..pictures.tikz import picture
from ..text.matrices import ROWS
from ..trace.record import Trace
from .around import (
    write_batch,
    write_check,
    write_cost,
    write_entries,
    write_health,
    write_lints,
    write_symbols,
    write_update,
)
from .passes import write_backward, write_forward
from .pieces import sentence
from .writer import Writer

PROVIDED = r"""\providecommand{\clearpropback}[1]{\textcolor[HTML]{BACK}{#1}}
\providecommand{\clearpropforward}[1]{\textcolor[HTML]{FORWARD}{#1}}
\providecommand{\clearpropshared}[1]{\textcolor[HTML]{SHARED}{#1}}
\providecommand{\clearpropquiet}[1]{\textcolor{gray}{#1}}
\providecommand{\clearpropfit}[1]{#1}
\providecommand{\clearpropkeep}{}
"""
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=22mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,booktabs,graphicx,tikz}
% Struck out by a line from corner to corner, as the package cancel does it.
\newcommand{\cancel}[1]{\tikz[baseline=(x.base)]{\node[inner sep=1pt](x){$#1$};\draw(x.south west)--(x.north east);}}
% An equation as wide as the page at most.
\newsavebox{\clearpropbox}
\newcommand{\clearpropfit}[1]{\sbox{\clearpropbox}{$\displaystyle #1$}%
  \ifdim\wd\clearpropbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\clearpropbox}}\else\usebox{\clearpropbox}\fi}
% A heading stays with what it is the heading of.
\newcommand{\clearpropkeep}{\par\vskip0pt plus 9\baselineskip\penalty-200\vskip0pt plus -9\baselineskip}
\AtBeginDocument{\abovedisplayskip=5pt plus 2pt\belowdisplayskip=5pt plus 2pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\begin{document}
"""


def _write_header(tex: Writer) -> str:
    """The facts of the header, in two columns."""
    header, L = tex.trace.header, tex.symbols.of("L").latex
    rows = [("network", sentence(header.network))]
    if header.point:
        rows.append(("point", sentence(header.point)))
    if tex.trace.batch is not None:
        batch = tex.trace.batch
        rows.append(("batch", f"point {batch.at + 1} of {batch.size} is shown; the step is that of their mean"))
    if header.label is not None:
        rows.append(("label", sentence(header.label)))
    if header.predicted is not None:
        sure = "" if header.probability is None else f" with probability {header.probability:.4f}"
        right = "right" if header.predicted == header.label else "wrong"
        rows.append(("predicted", f"{sentence(header.predicted)}{sure}, {right}"))
    loss = rf"{sentence(header.loss)}: ${L} = {header.loss_formula.latex} = {tex.num(header.point_loss)}$"
    rows.append(("loss", loss))
    if header.penalty and header.penalty_formula:
        formula = rf"$R = {header.penalty_formula.latex} = {tex.num(header.penalty_value)}$"
        rows.append(("penalty", f"{sentence(header.penalty)}: {formula}"))
    if header.penalty or tex.trace.batch is not None:
        rows.append(("in all", f"${tex.num(header.loss_value)}$"))
    seed = "" if header.seed is None else f", seed {header.seed}"
    rows.append(("step", rf"$t = {header.t}$, $\eta(t) = {header.eta:g}$, {sentence(header.optimizer)}{seed}"))
    rows.append(("layout", header.layout))
    rows.append(("notation", sentence(f"{tex.symbols.notation.title}: {tex.symbols.notation.about}")))
    if tex.trace.check is not None:
        rows.append(("checked", sentence(tex.trace.check.verdict)))
    lines = [rf"\clearpropquiet{{{name}}} & {fact} \\" for name, fact in rows]
    return "\n".join([r"\begin{tabular}{@{}lp{0.8\linewidth}@{}}", *lines, r"\end{tabular}"])


SECTIONS: dict[str, Callable[[Writer], str]] = {
    "header": _write_header,
    "forward": write_forward,
    "backward": write_backward,
    "entries": write_entries,
    "batch": write_batch,
    "update": write_update,
    "check": write_check,
    "cost": write_cost,
    "health": write_health,
    "lints": write_lints,
    "symbols": write_symbols,
}
"""Each section and what writes it, in the order in which they stand; the same names as in the text."""


def as_latex(
    trace: Trace,
    *,
    document: bool = False,
    digits: int = 4,
    fold: int | None = ROWS,
    sections: Sequence[str] | None = None,
) -> str:
    """The explanation in LaTeX; numbers to `digits` decimals (17: every digit), matrices of at most `fold` rows and columns."""
    for asked in sections or ():
        if asked not in SECTIONS:
            raise ValueError(f"unknown section {asked!r}{nearest(asked, list(SECTIONS))}")
    writer = Writer(trace, digits, fold)
    parts = [write(writer) for name, write in SECTIONS.items() if sections is None or name in sections]
    colours = {"BACK": BACKWARD_ON_PAPER, "FORWARD": FORWARD_ON_PAPER, "SHARED": SHARED_ON_PAPER}
    provided = PROVIDED
    for name, colour in colours.items():
        provided = provided.replace(f"{{{name}}}", f"{{{colour.removeprefix('#').upper()}}}")
    body = provided + "\n\n".join(part for part in parts if part) + "\n"
    if not document:
        return body
    return PREAMBLE + _title(trace) + body + "\\end{document}\n"


def _title(trace: Trace) -> str:
    drawn = f"\\begin{{center}}\n{picture(trace)}\\end{{center}}\n"
    return "{\\LARGE One step of back-propagation}\\par\\medskip\n" + drawn
