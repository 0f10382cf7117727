r"""A beamer frame for each phase of a step: the drawing of Notation 15, the product so far, the equation in numbers.

Frames for a talk of one's own need amsmath, booktabs and tikz, and \cancel where a shortcut is derived.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...validation import whole_number
from ..account.around import array_step
from ..account.backward import link_equation, multiplied, to_weights
from ..account.blocks import Block, Equation, Facts, Operand, Product
from ..account.forward import activation_equation, linear_equation, weighed
from ..account.header import losses
from ..account.story import Story
from ..latex.document import CANCEL, PROVIDED
from ..latex.pieces import sentence
from ..latex.setting import as_blocks, display
from ..page.json_values import Plain
from ..page.phases import phases_of
from ..trace.record import Step
from ..trace.values import key_of
from .units_tikz import units_picture

FOLD = 5
"""A matrix of more rows is folded: a frame has little room."""
WITHIN = r"""\providecommand{\clearpropwithin}[2]{%
  \setbox0\hbox{#2}%
  \ifdim\wd0>\linewidth\setbox0\hbox{\resizebox{\linewidth}{!}{\box0}}\fi
  \ifdim\dimexpr\ht0+\dp0\relax>#1\relax\setbox0\hbox{\resizebox*{!}{#1}{\box0}}\fi
  \box0}
"""
PREAMBLE = rf"""\documentclass[aspectratio=169]{{beamer}}
\usepackage[T1]{{fontenc}}
\usepackage[utf8]{{inputenc}}
\usepackage{{lmodern,amsmath,booktabs,tikz}}
\setbeamertemplate{{navigation symbols}}{{}}
{CANCEL}\begin{{document}}
"""


def as_frames(trace: Step, *, document: bool = False, digits: int = 3, phase: int | None = None) -> str:
    """Frames for a talk; a whole talk that compiles with `document`. With `phase`, counted from 1, that one's frame alone."""
    phases, story = phases_of(trace), Story(trace, FOLD)
    shown = phases if phase is None else [phases[whole_number(phase, 1, "phase", most=len(phases)) - 1]]
    frames = "\n".join(_frame(story, each, len(phases), digits) for each in shown)
    fragment = PROVIDED + WITHIN + frames
    return f"{PREAMBLE}{fragment}\\end{{document}}\n" if document else fragment


def _frame(story: Story, phase: Plain, of: int, digits: int) -> str:
    number, caption = phase["index"] + 1, phase["caption"]
    blocks = list(_told(story, phase))
    parts = [*_grown(story, phase), *as_blocks(story.trace, blocks, digits=digits, fold=FOLD)]
    body = "\n\n".join(parts)
    return rf"""\begin{{frame}}{{{{\footnotesize {number}/{of}}}\quad {sentence(_title(caption))}}}
\centering
\clearpropwithin{{0.48\textheight}}{{{units_picture(story.trace, number).rstrip()}}}

\clearpropwithin{{0.40\textheight}}{{\begin{{minipage}}{{\linewidth}}\small\abovedisplayskip=2pt\belowdisplayskip=2pt
{body}
\end{{minipage}}}}
\end{{frame}}
"""


def _title(caption: str) -> str:
    """With a capital letter, unless it begins with a symbol: Z is not z, nor G g."""
    first = caption.partition(" ")[0]
    word = len(first) > 1 and all("a" <= letter <= "z" for letter in first)
    return caption[0].upper() + caption[1:] if word else caption


def _grown(story: Story, phase: Plain) -> list[str]:
    """The product of derivatives as far as it has grown, its newest factor in its colour."""
    chain = phase["chain"]
    if not chain:
        return []
    terms = []
    for piece in chain["pieces"]:
        name, l = piece["link"].split(":")
        symbol = story.own.of(name, int(l), transposed=piece["transposed"]).latex
        sign = piece["sign"].replace("·", r"\cdot ").replace("ᵀ", "^{T}")
        terms.append(sign + (rf"\clearpropback{{{symbol}}}" if piece["new"] else symbol))
    name, l = chain["result"].removeprefix("point_").split(":")
    close = chain["close"].replace("ᵀ", "^{T}")
    return [display(story.own.of(name, int(l)).latex, "=", *terms, close)]


def _told(story: Story, phase: Plain) -> Iterator[Block]:
    """What is said of a phase: its formula, and its numbers."""
    trace, l = story.trace, phase["l"]
    name, _, at = (phase["shows"] or [":0"])[0].partition(":")
    if phase["kind"] == "forward":
        yield from _forward(story, name, int(at))
    elif phase["kind"] == "loss":
        target = Operand(",", story.own.of("Y"), key_of("Y", trace.L))
        yield Facts(tuple(losses(story)))
        yield Product((story.operand("", "A", trace.L, "forward"), target), story.chain)
    elif phase["kind"] == "backward":
        yield from _backward(story, l, name)
    elif phase["kind"] == "update":
        if not trace.rule.plain:
            yield Equation(None, trace.rule.formula, lead=trace.rule.name)
        yield from (array_step(story, each, "W") for each in trace.update)
    elif name == "dL_dW":
        yield from to_weights(story, trace.backward[l])[:3]
    else:
        yield Product((story.gradient("", name.removeprefix("point_"), l, key=key_of(name, l)),), story.chain)


def _forward(story: Story, name: str, l: int) -> Iterator[Block]:
    layer, scalar = story.trace.forward.get(l), story.chain
    if layer is not None and name == "Z":
        if not scalar:
            yield linear_equation(story, layer)
        yield weighed(story, layer)
    elif layer is not None and name == "A":
        yield activation_equation(story, layer)
        into = "Z" if layer.normalized is None else "V"
        before, after = story.operand("", into, l, "forward"), story.operand("→", "A", l, "forward")
        yield Product((after if scalar else before, *(() if scalar else (after,))), scalar)
    else:
        yield Product((story.operand("", name, l, "forward"),), scalar)


def _backward(story: Story, l: int, reached: str) -> Iterator[Block]:
    layer, last = story.trace.backward[l], l == story.trace.L
    for index, link in enumerate(layer.links):
        step = None if last and index == 0 else layer.steps[index - last]
        if (step.name if step else link.name) != reached:
            continue
        yield link_equation(story, link)
        yield (
            Product((story.gradient("", link.name, l),), story.chain)
            if step is None
            else multiplied(story, layer, step)
        )
