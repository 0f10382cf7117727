"""The notation of search spaces, and what is wrong with one, said with file and line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from clearprop.fitting.recipe import Recipe
from clearprop.tuning import Space
from clearprop.tuning.default_space import default_space, default_text
from clearprop.tuning.ranges import Range


def lowest(name: str, of: Range | tuple[str, ...]) -> Any:
    return of.low if isinstance(of, Range) else of[-1]


def test_ranges_stand_alone_or_inside_the_text_of_a_part() -> None:
    space = Space.of(
        {
            "eta": "{0.001 to 0.1, log}",
            "layers": ["", "{4 to 64, log, whole}:relu,{4 to 64, log, whole}:tanh"],
            "penalty": ["none", "elastic_net(strength={1e-5 to 1e-3}, ratio={0.1 to 0.9})"],
            "stop": ["none", "no_improvement(patience={5 to 20, whole})"],
            "normalization": "none",
        }
    )
    values = space.values(lowest)
    assert values == {
        "eta": 0.001,
        "layers": "4:relu,4:tanh",
        "penalty": "elastic_net(strength=1e-05, ratio=0.1)",
        "stop": ("no_improvement(patience=5)",),
        "normalization": None,
    }
    Recipe(**values)


def test_each_thing_that_is_drawn_has_a_name_of_its_own() -> None:
    layers = ["{2 to 9, whole}:relu", "{2 to 8, whole}:relu"]
    space = Space.of({"eta": ["cosine(start={0.1 to 1})", "{0.1 to 1}"], "layers": layers})
    assert space.names == ("eta", "eta cosine start", "eta number", "layers", "layers 1", "layers 2")


def test_the_same_range_in_two_alternatives_is_drawn_under_one_name() -> None:
    space = Space.of({"layers": ["{2 to 9, whole, first 4}:relu", "{2 to 9, whole}:tanh"]})
    assert space.names == ("layers", "layers 1")


def test_a_number_is_drawn_with_four_digits_and_inside_its_range() -> None:
    of = Range.read("0.1 to 0.56786, log")
    assert of.rounded(0.34567891) == 0.3457
    assert of.rounded(0.56786) == 0.56786


WRONG = {
    "etaa = 1": "line 2: unknown key 'etaa'; did you mean 'eta'?",
    'target = ["a", "b"]': "line 2: target is not searched: it says what is to be learnt",
    'ensemble = "{2 to 8, whole}"': "ensemble is not searched: a trial trains one network",
    'eta = "{1 to 2"': "line 2: eta: a brace is open or closed alone",
    'eta = "{0.1 to x}"': "line 2: eta: cannot read the range {0.1 to x}; write LOW to HIGH",
    'eta = "{0.1 to 0.2, logarithmic}"': "cannot read the range",
    'eta = "{0.2 to 0.1}"': "the range {0.2 to 0.1} is empty",
    'eta = "{0 to 0.1, log}"': "begins at 0, and a logarithmic one begins above 0",
    'eta = "{0.1 to 0.2, first 3}"': "the first number of {0.1 to 0.2, first 3} is outside the range",
    'batch_size = "{1.5 to 4, whole}"': "1.5 is not a whole number",
    'batch_size = "{1 to 64}"': "line 2: batch_size: batch_size must be a whole number",
    'dropout = "{0.1 to 2}"': "line 2: dropout: dropout: rates = 2.0 is outside",
    'optimizer = ["adam", "adamm"]': "line 2: optimizer: unknown optimizer 'adamm'; did you mean 'adam'?",
    'layers = ["4:rellu", ""]': "line 2: layers: unknown activation 'rellu'; did you mean 'relu'?",
    "eta = []": "line 2: eta must be a value, a text with ranges in braces, or a list",
    "eta = [0.1, 0.1]": "line 2: eta has one value twice",
    "eta = 0.1": "the space leaves nothing to choose",
    "epochs = [2, 3]\nsteps = [5, 6]": "line 3: steps: give epochs or steps, not both",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(WRONG[text])) as caught:
        Space.read(f"# a space\n{text}\n", "space.toml")
    if "nothing to choose" not in WRONG[text]:
        assert str(caught.value).startswith("space.toml, line")


def test_the_default_space_begins_with_the_default_recipe() -> None:
    space = default_space(500)
    first = space.values(space.first.get)
    filled = Recipe().filled("classification", 500, validation_rows=100)
    assert first["layers"] == filled.layers
    assert first["eta"] == filled.eta
    assert first["batch_size"] == filled.batch_size
    assert first["penalty"] == filled.penalties[1]
    assert first["dropout"] == "none"


def test_what_the_default_space_shows_in_comments_is_right() -> None:
    """The last lines are examples; without their sign they are part of the space."""
    text, _, more = default_text().partition("# More that may be searched:\n")
    examples = "".join(f"{line.removeprefix('# ')}\n" for line in more.splitlines())
    assert len(tomllib.loads(examples)) == 5
    Space.read(text + examples, "space.toml")


def test_all_rows_in_a_step_may_be_tried_beside_numbers_of_rows() -> None:
    space = Space.read('batch_size = [16, "all"]', "space.toml")
    found = {str(space.values(lambda name, of, at=at: of[at])["batch_size"]) for at in (0, 1)}
    assert found == {"16", "all"}
    with pytest.raises(ValueError, match="batch_size must be a whole number, 1 or more, or 'all'"):
        Space.read('batch_size = [16, "most"]', "space.toml")
