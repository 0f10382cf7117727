"""The header: what is explained, what came out, and the conventions in use."""

from __future__ import annotations

from dataclasses import replace

from ..notation.sentences import Line, Number, Place, Sentence, Shape, quoted, say
from ..notation.symbols import Written
from ..trace.around import Batch
from ..trace.record import Step
from .blocks import Block, Facts, Title
from .story import Story

LAYOUTS = {
    "denominator": "denominator: ∂v/∂u has a row for each u and a column for each v",
    "numerator": "numerator: ∂v/∂u has a row for each v and a column for each u",
}


def header(story: Story) -> list[Block]:
    """The facts of the step."""
    own = story.trace.header
    facts: list[tuple[str, Sentence]] = [("network", quoted(own.network))]
    if own.point:
        facts.append(("point", quoted(own.point)))
    facts += [*_batch(story), *_data(story), *losses(story), ("step", _step(story))]
    layout = "every value is a scalar, so both layouts are the same" if story.chain else LAYOUTS[own.layout]
    notation = own.symbols.notation
    about = notation.about if notation.name == "mn" else f"{notation.title}: {notation.about}"
    facts += [("layout", quoted(layout)), ("notation", quoted(about))]
    if story.trace.check is not None:
        facts.append(("checked", story.trace.check.said))
    troubles = [lint.message for lint in story.trace.lints if lint.severity != "note"]
    if troubles:
        facts.append(("look out", quoted("; ".join(troubles))))
    return [Title(say("One step of back-propagation")), Facts(tuple(facts))]


def _batch(story: Story) -> list[tuple[str, Sentence]]:
    batch = story.trace.batch
    if batch is None:
        return []
    at, size = Number(batch.at + 1, "whole"), Number(batch.size, "whole")
    return [("batch", say("point {at} of {size} is shown; the step is that of their mean", at=at, size=size))]


def _data(story: Story) -> list[tuple[str, Sentence]]:
    """Input, target and prediction."""
    own, L = story.trace.header, story.trace.L
    y = say("{Y} = {y}", Y=own.symbols.of("Y"), y=Line(f"Y:{L}"))
    facts = [("x", say("{X} = {x}   {shape}", X=own.symbols.of("X"), x=Line("A:0"), shape=Shape(own.x.shape)))]
    if own.label is None:
        facts.append(("target", y))
    else:
        facts.append(("label", say(f"{{label}}   {y.words}", label=own.label, **y.places)))
    if own.predicted is None:
        facts.append(("output", say("{A} = {a}", A=own.symbols.of("A", L), a=Line(f"A:{L}"))))
        return facts
    words = "{predicted}" if own.probability is None else "{predicted} with probability {probability}"
    words += "   right" if own.predicted == own.label else "   wrong"
    probability = Number(own.probability or 0.0)
    return [*facts, ("predicted", say(words, predicted=own.predicted, probability=probability))]


def losses(story: Story) -> list[tuple[str, Sentence]]:
    """The loss of the point, that of the whole step, and the penalty in it."""
    own, batch = story.trace.header, story.trace.batch
    L, R = own.symbols.of("L"), own.symbols.of("R")
    value, of_point = Number(own.loss_value, "precise"), Number(own.point_loss, "precise")
    places: dict[str, Place] = {"loss": own.loss, "L": L, "R": R, "formula": own.loss_formula, "value": value}
    if batch is None and not own.penalty:
        facts = [("loss", say("{loss}: {L} = {formula} = {value}", **places))]
    else:
        words = "{loss}: {L_i} = {formula} = {of_point} at this point"
        facts = [("loss", say(words, L_i=own.point_letter, of_point=of_point, **places))]
        facts.append(("in all", say("{whole} = {value}", whole=whole_loss(story.trace), **places)))
    if own.penalty and own.penalty_formula:
        amount = Number(own.penalty_value, "precise")
        words = "{penalty}: {R} = {formula} = {amount}"
        said = say(words, penalty=own.penalty, R=R, formula=own.penalty_formula, amount=amount)
        facts.append(("penalty", said))
    return facts


def is_weighted(batch: Batch) -> bool:
    """Whether points count for more or less than 1/b."""
    return any(share != 1 / batch.size for share in batch.shares)


def whole_loss(trace: Step) -> Written:
    """The number that is differentiated, in symbols: L = L₁ + R, or L = 1/5 Σᵢ Lᵢ + R; L alone where it is the point's."""
    own = trace.header
    L, R = own.symbols.of("L"), own.symbols.of("R")
    if trace.batch is None and not own.penalty:
        return L
    whole = L + Written("=", "=") + (own.point_letter if trace.batch is None else mean_of_losses(trace))
    return whole + Written("+", "+") + R if own.penalty else whole


def mean_of_losses(trace: Step) -> Written:
    """The mean over the batch in symbols: 1/5 Σᵢ Lᵢ, with weights where points have them."""
    batch = trace.batch
    assert batch is not None
    L = replace(trace.header.own, point="i").of("L")
    w = Written("wᵢ ", "w_i ") if is_weighted(batch) else Written("", "")
    return Written(f"1/{batch.size} Σᵢ {w.plain}{L.plain}", rf"\frac{{1}}{{{batch.size}}} \sum_i {w.latex}{L.latex}")


def _step(story: Story) -> Sentence:
    own = story.trace.header
    words = "t = {t}, {eta}(t) = {rate}"
    words += "" if own.schedule.startswith("constant") else ", {schedule}"
    words += "" if story.trace.rule.plain else ", {optimizer}"
    words += "" if own.seed is None else ", seed {seed}"
    return say(
        words,
        t=Number(own.t, "whole"),
        eta=own.symbols.of("eta"),
        rate=Number(own.eta, "short"),
        schedule=own.schedule,
        optimizer=own.optimizer,
        seed=Number(own.seed or 0, "short"),
    )
