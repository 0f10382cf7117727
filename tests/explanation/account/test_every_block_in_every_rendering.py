"""The account is the same in every rendering: each block of many traces is looked for, in order, in text and in LaTeX.

What is written there is read back: words as words, symbols as symbols, numbers as the same numbers, arrays as the same arrays.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import asdict, fields, is_dataclass

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS, Prepared, RawRow
from clearprop.explanation.account.blocks import Block, Product
from clearprop.explanation.account.sections import SECTIONS, account_of
from clearprop.explanation.notation.sentences import Sentence, pieces
from clearprop.explanation.notation.symbols import Written

from .reading_blocks import READERS

X = np.array([[0.4, -1.2], [1.0, 0.3], [-0.6, 0.9]])
Y = [1, 0, 1]
MASK = {1: [[2.0, 0.0, 2.0], [2.0, 2.0, 0.0], [0.0, 2.0, 2.0]]}
FROM_TABLE = RawRow(
    (Prepared("size {m}", "7.2", 7.2, 6.0, 3.0, 0.4), Prepared("50 % & $x", "a gap", 1.5, 3.9, 2.0, -1.2)),
    "standard",
    Written("(x − mean) / std", r"\frac{x - \bar x}{\sigma}"),
    ("mean", "std"),
    (Prepared("price_in", "175", 175.0, 100.0, 50.0, 1.5),),
)
ENCODED = RawRow((Prepared("colour = red", "red", 1.0, None, None, 1.0), Prepared("x", "0.3", 0.3, 0.0, np.inf, 0.3)))


def _network(activations=("tanh", "softmax"), widths=(2, 3, 2), **options):
    return cp.Network(widths, activations, seed=3, **options)


def _steps() -> dict:
    """Steps that between them have everything that an account tells of."""
    relu = _network(("relu", "leaky_relu", "softmax"), (2, 4, 3, 2))
    norm = {"sample_weight": [1.0, 2.0, 0.5]}
    regression = _network(("tanh", "identity"), (2, 3, 1))
    chain = cp.Network((1, 1, 1), ("tanh", "sigmoid"), seed=3)
    learnt = _network(("prelu", "parametric(of=tanh)", "softmax"), (2, 3, 3, 2))
    return {
        "one point": (_network(), X[0], 1, "nllm", {}),
        "a regression": (regression, X[0], 1.5, "square", {"eta": 0.1, "row": FROM_TABLE}),
        "a batch with adam": (
            relu,
            X,
            Y,
            "nllm",
            {"optimizer": "adam", "penalty": "l2(strength=0.1)", "at": 1, "row": ENCODED},
        ),
        "a batch with weights": (_network(), X, Y, "nllm", norm | {"penalty": "l1", "at": 2}),
        "momentum, which keeps a state": (_network(), X[0], 1, "nllm", {"optimizer": "momentum", "penalty": "l1"}),
        "amsgrad inside a clipped norm": (
            _network(),
            X,
            Y,
            "nllm",
            {"optimizer": "clip_norm(largest=1.0, then=amsgrad)"},
        ),
        "batch statistics": (
            _network(normalization="batch_norm"),
            X,
            Y,
            "nllm",
            {"statistics": "batch", "optimizer": "adam"},
        ),
        "batch statistics, weights": (
            _network(normalization="batch_norm"),
            X,
            Y,
            "nllm",
            {"statistics": "batch"} | norm,
        ),
        "running statistics": (_network(normalization="batch_norm"), X[0], 1, "nllm", {}),
        "layer_norm and dropout": (_network(normalization="layer_norm"), X, Y, "nllm", {"factors": MASK}),
        "dropout of inputs": (_network(), X, Y, "nllm", {"factors": {0: [[0.0, 1.25]] * 3, **MASK}}),
        "learnt activations": (learnt, X[0], 1, "nllm", {}),
        "learnt activations, batch": (learnt, X, Y, "nllm", {"optimizer": "adam"}),
        "a chain": (chain, [0.8], 1, "nll", {"entry": (1, 1, 1), "bias": (2, 1)}),
        "a chain of learnt ones, penalised": (
            cp.Network((1, 1, 1), ("prelu", "identity"), seed=4),
            [0.7],
            0.3,
            "square",
            {"penalty": "l2(strength=0.1)", "optimizer": "adam"},
        ),
        "a chain, batch": (chain, [[0.8], [-0.4]], [1, 0], "nll", {"optimizer": "momentum"}),
        "a chain with layer_norm": (
            cp.Network((1, 1, 1), ("tanh", "identity"), normalization="layer_norm", seed=1),
            [0.8],
            1.0,
            "square",
            {},
        ),
        "a wide layer": (_network(("relu", "softmax"), (2, 14, 2)), X, Y, "nllm", {}),
        "zero weights": (
            cp.Network.from_weights(
                [(np.zeros((2, 3)), np.zeros(3)), (np.ones((3, 1)), [0.0])], ("sigmoid", "sigmoid")
            ),
            X[0],
            1,
            "nll",
            {
                "classes": ["no {", "50 % & $x"],
                "point": r"C:\rows #7 {α}",
                "seed": 7,
                "eta": "inverse_time(start=1)",
                "t": 4,
            },
        ),
        "a saturated output": (
            cp.Network.from_weights([([[900.0, -900.0]], [0.0, 0.0])], ("softmax",)),
            [1.0],
            1,
            "nllm",
            {},
        ),
    }


STEPS = _steps()
NUMBERED = re.compile(r"(?:Concept|Notation) \d+|\(7\.\d+\)|\b[01]\b")
"""Numbers that are words: places in the notes, and what is 0 or 1 whatever the step."""
WAYS = list(itertools.product(NOTATIONS, ("denominator", "numerator")))


@functools.cache
def explained(name, notation="mn", layout="denominator"):
    net, x, y, loss, options = STEPS[name]
    return cp.explain(net, x, y, loss, notation=notation, layout=layout, **options)


def written(form, trace, sections=None):
    if form == "text":
        return trace.text(100_000, digits=17, fold=None, sections=sections)
    return trace.latex(digits=17, fold=None, sections=sections)


@pytest.mark.parametrize("form", list(READERS))
@pytest.mark.parametrize(("notation", "layout"), WAYS)
@pytest.mark.parametrize("name", list(STEPS))
def test_every_block_is_there_in_order(name, notation, layout, form):
    trace = explained(name, notation, layout)
    reader = READERS[form](written(form, trace), trace.values)
    find_all(reader, trace)


def find_all(reader, trace):
    for block in account_of(trace, fold=None):
        reader.find(block)


@pytest.mark.parametrize("form", list(READERS))
@pytest.mark.parametrize("section", list(SECTIONS))
def test_a_section_that_a_rendering_leaves_out_is_missed(section, form):
    trace = explained("a batch with adam")
    others = [name for name in SECTIONS if name != section]
    reader = READERS[form](written(form, trace, others), trace.values)
    with pytest.raises((AssertionError, ValueError)):
        find_all(reader, trace)


@pytest.mark.parametrize("form", list(READERS))
def test_a_number_that_a_rendering_changes_is_seen(form):
    trace = explained("one point")
    whole = written(form, trace)
    number = repr(float(trace.backward[1].dL_dW[0, 0]))
    assert number in whole
    other = repr(np.nextafter(float(number), np.inf).item())
    reader = READERS[form](whole.replace(number, other), trace.values)
    with pytest.raises(AssertionError):
        find_all(reader, trace)


# ---- Blocks are data


@pytest.mark.parametrize("name", list(STEPS))
def test_blocks_are_data_that_json_can_carry(name):
    for block in account_of(explained(name)):
        plain = asdict(block)
        assert json.loads(json.dumps(plain)) == json.loads(json.dumps(plain))


def texts_of(block: object):
    """Every text of a block but LaTeX's side of its formulas."""
    if isinstance(block, str):
        yield block
    elif isinstance(block, tuple | list):
        for each in block:
            yield from texts_of(each)
    elif isinstance(block, dict):
        yield from texts_of(list(block.values()))
    elif is_dataclass(block):
        for each in fields(block):
            if each.name not in {"latex", "inline"}:
                yield from texts_of(getattr(block, each.name))


def sentences_of(block: object):
    if isinstance(block, Sentence):
        yield block
    elif isinstance(block, tuple | list):
        for each in block:
            yield from sentences_of(each)
    elif is_dataclass(block):
        for each in fields(block):
            yield from sentences_of(getattr(block, each.name))


@pytest.mark.parametrize("name", [name for name in STEPS if name != "zero weights"])
def test_no_block_holds_text_that_is_set_for_one_rendering(name):
    for block in account_of(explained(name)):
        for text in texts_of(block):
            assert not set(text) & set("\\\n\x1b⎡⎣⎢⎤⎦⎥─╰│"), text


@pytest.mark.parametrize("name", list(STEPS))
def test_numbers_of_an_account_stand_in_places(name):
    for block in account_of(explained(name)):
        for sentence in sentences_of(block):
            for words, _ in pieces(sentence):
                assert not re.search(r"\d", NUMBERED.sub("", words)), words


def test_an_array_stands_in_a_block_by_its_id():
    trace = explained("layer_norm and dropout")
    products = [block for block in account_of(trace) if isinstance(block, Product)]
    ids = {operand.array for block in products for operand in block.operands if operand.array is not None}
    assert ids <= set(trace.values)
    assert {"gain:1", "A_taken:1", "dL_dW:1", "batch_dL_dZ:2", "dZ_hat_dZ:1"} <= ids


# ---- Sections


def test_sections_may_be_chosen_and_have_the_same_names_in_every_rendering():
    trace = explained("one point")
    for write in (trace.text, trace.latex):
        only = write(sections=["cost"])
        assert "multiplications" in only
        assert "Health" not in only
        with pytest.raises(ValueError, match="unknown section 'costs'; did you mean 'cost'"):
            write(sections=["costs"])


def test_the_sections_are_told_one_after_the_other():
    trace = explained("a batch with adam")
    whole: list[Block] = list(account_of(trace))
    assert whole == [block for name in SECTIONS for block in account_of(trace, sections=[name])]
