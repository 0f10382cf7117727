"""The options of a refused text file read it, whatever else is wrong further down."""

from __future__ import annotations

import io
import random

import pytest

from clearprop.io import read_table
from clearprop.io.tables.reading import Reading
from clearprop.io.tables.refusal import Refusal
from clearprop.io.tables.remedies import with_options

CELLS = ("1", "2.5", "x", "", '"a"', '"a,b"', "'q'", '"un', 'b"c', '"x"y', "1,234", "NA")


def drawn(draw: random.Random) -> bytes:
    separator, width = draw.choice(",;\t|"), draw.randrange(1, 5)
    lines = [separator.join(f"c{k}" for k in range(width))]
    for _ in range(draw.randrange(0, 30)):
        more = 0 if draw.random() < 0.95 else draw.choice((-1, 1))
        lines.append(separator.join(draw.choice(CELLS) for _ in range(width + more)))
    text = "\n".join(lines)
    for _ in range(draw.choice((0, 0, 1, 3))):
        place = draw.randrange(len(text) + 1)
        text = text[:place] + draw.choice("ab1.,;\t|\"'\n\n 0-é#") + text[place:]
    return text.encode(draw.choice(("utf-8", "utf-8", "latin-1")))


def options_of(content: bytes) -> tuple[str, ...]:
    """What a refusal of the file names; nothing where it is read, or where nothing mends it."""
    try:
        read_table(io.BytesIO(content))
    except Refusal as refused:
        return refused.options
    except ValueError:
        pass
    return ()


@pytest.mark.parametrize("seed", range(3))
def test_the_options_of_a_refusal_read_the_file(seed: int) -> None:
    draw, mended = random.Random(seed), 0
    for _ in range(60):
        content = drawn(draw)
        if options := options_of(content):
            assert len(read_table(io.BytesIO(content), **with_options(Reading(), options).given)), content
            mended += 1
    assert mended > 20
