"""Numbers as people write them: each form is found from its texts and reads them back; other texts have none."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from clearprop.columns import NotOfKind, describe
from clearprop.columns.number_forms import PLAIN, NumberForm, mixes_ways, number_forms

FORMS = [
    NumberForm(decimal, thousands, before, after)
    for decimal, thousands in ((".", ""), (".", ","), (",", ""), (",", "."), (".", " "), (",", " "))
    for before, after in (("", ""), ("$", ""), ("", " €"), ("", "%"), ("", " kg"), ("", "mpg"))
]


def written(value: float, form: NumberForm, digits: int) -> str:
    """A number in a form."""
    whole, _, rest = f"{abs(value):,.{digits}f}".partition(".")
    whole = whole.replace(",", form.thousands)
    return f"{'-' if value < 0 else ''}{form.before}{whole}{form.decimal + rest if rest else ''}{form.after}"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_is_found_and_reads_back_every_number(form: NumberForm) -> None:
    rng = random.Random(0)
    values = [round(rng.uniform(-1, 1) * 10 ** rng.randint(0, 7), 2) for _ in range(200)]
    texts = [written(value, form, 2) for value in values]
    found = number_forms(sorted({*texts, "NA", ""}))
    assert len(found) == 1
    ((one, others),) = found.items()
    assert others == ()
    np.testing.assert_array_equal(one.read(texts)[0], values)


@pytest.mark.parametrize(
    "texts",
    [
        ["1.2.3", "1.2.4"],
        ["10.0.0.1", "10.0.0.2"],
        ["A-1", "A-2"],
        ["207a", "208a"],
        ["007", "008"],
        ["5'11", "6'2"],
        ["12 Main St 4", "13 Main St 5"],
        ["1,2,3", "2,3"],
        ["2021-03", "2021-04"],
        ["red", "blue"],
        ["1st", "2nd", "3rd"],
        ["12,34,567", "1,23,456"],
    ],
)
def test_codes_lists_and_words_are_no_numbers(texts: list[str]) -> None:
    assert number_forms(texts) == {}
    assert not mixes_ways(texts)


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [
        (["1,234", "5,678"], {".", ","}),
        (["1,234", "5,678", "12"], {".", ","}),
        (["1,234", "5,678", "1,234,567"], {"."}),
        (["1,234", "5,67"], {","}),
        (["1,234", "0,5"], {","}),
        (["1,234", "0.5"], {"."}),
        (["1.234 €", "5.678 €"], {".", ","}),
        (["1.234 €", "5.678 €", "1,5 €"], {","}),
    ],
)
def test_what_a_comma_or_a_point_is_follows_from_one_text_that_tells(texts: list[str], decimals: set[str]) -> None:
    assert {form.decimal for form in number_forms(texts)} == decimals
    for decimal in decimals:
        assert {form.decimal for form in number_forms(texts, decimal)} == {decimal}


def test_plain_numbers_are_read_as_python_reads_them() -> None:
    assert number_forms(["1.234", "-2e3", "?"]) == {PLAIN: ()}
    assert number_forms([*map(str, range(40)), "unknown"]) == {PLAIN: ("unknown",)}


def test_a_word_among_numbers_does_not_make_numbers_of_another_form_gaps() -> None:
    few = [*map(str, range(100, 140)), "1,234"]
    assert {form.decimal for form in number_forms(few)} == {".", ","}


IN_OTHER_WAYS = {
    "a share among percents": ([f"{k}%" for k in range(1, 40)] + ["0.23"], "0.23"),
    "a percent among shares": ([f"0.{k}" for k in range(10, 50)] + ["23%"], "23%"),
    "metres among centimetres": ([f"{k} cm" for k in range(1, 40)] + ["0.12 m"], "0.12 m"),
    "a number without its unit": ([f"{k} cm" for k in range(1, 40)] + ["12"], "12"),
    "another currency": ([f"${k}" for k in range(1, 40)] + ["€30"], "€30"),
}


@pytest.mark.parametrize("name", IN_OTHER_WAYS)
def test_a_number_in_another_unit_is_refused_and_never_taken_for_a_gap_unasked(name: str) -> None:
    cells, odd = IN_OTHER_WAYS[name]
    with pytest.raises(NotOfKind, match=rf"and '{re.escape(odd)}' is in another way or unit") as refused:
        describe(cells, "x")
    assert refused.value.ways == {"number": f"{odd!r} counts as a gap"}
    assert describe(cells, "x", "number").others == (odd,)


def test_half_in_one_unit_and_half_in_another_are_refused_with_one_of_each() -> None:
    cells = [f"{k} cm" if k % 2 else f"0.{k} m" for k in range(1, 60)]
    with pytest.raises(NotOfKind, match=r"several ways: '0.10 m', '1 cm'"):
        describe(cells, "x")
    assert describe(["500 ml", "1 l", "2 l"] * 20, "x").kind == "category"
    assert describe([f"{k} {road}" for k in range(30) for road in ("Main St", "High Rd")], "x").kind == "identifier"


@pytest.mark.parametrize(
    ("some", "decimals"),
    [
        (["$119,899", "$250,000"], {"."}),
        (["£119,899", "-£250,000"], {"."}),
        (["USD 119,899", "USD 250,000"], {"."}),
        (["¥119,899"], {"."}),
        (["€119,899", "€250,000"], {".", ","}),
        (["119,899 $", "250,000 $"], {".", ","}),
        (["$119,89", "$250,00"], {","}),
        (["$119.899", "$250.000"], {".", ","}),
    ],
)
def test_money_of_the_dollar_and_the_pound_has_thousands(some: list[str], decimals: set[str]) -> None:
    assert {form.decimal for form in number_forms(some)} == decimals


def test_one_day_is_written_like_two_days_and_a_plain_number_like_money() -> None:
    days = describe(["1 day", *(f"{k} days" for k in range(2, 40))], "x")
    assert (days.others, days.values) == ((), (1.0, 39.0))
    money = describe([*(f"${k}" for k in range(1, 40)), "41.5"], "x")
    assert (money.others, money.values) == ((), (1.0, 41.5))


def test_words_and_codes_among_numbers_are_gaps_as_before() -> None:
    assert describe([*map(str, range(10, 50)), "207a"], "x").others == ("207a",)
    assert describe([*(f"{k}%" for k in range(40)), "unknown"], "x").others == ("unknown",)


@pytest.mark.parametrize(
    ("after", "text", "value"),
    [
        (" cm", "50cm", 50.0),
        (" cm", "50 CM", 50.0),
        ("cm", "50 Cm", 50.0),
        ("%", "5 %", 5.0),
        (" days", "1Day", 1.0),
        (" mW", "5 MW", None),
        (" mW", "5mW", 5.0),
        (" Mb", "5 MB", None),
        (" cm", "50 km", None),
    ],
)
def test_a_space_and_capital_letters_make_no_other_unit_where_they_mean_none(
    after: str, text: str, value: float | None
) -> None:
    assert NumberForm(after=after).number(text) == value


def test_a_column_with_a_space_before_some_signs_is_of_numbers() -> None:
    record = describe(["10%", "20%", "30%"] * 133 + ["5 %"], "x")
    assert (record.kind, record.values, record.others) == ("number", (5.0, 30.0), ())


def test_the_number_in_another_way_is_named_and_not_some_that_are_alike() -> None:
    with pytest.raises(NotOfKind, match=r"in several ways: '10.5%', '5,5%'") as refused:
        describe(["10.5%", "20.5%", "30.5%"] * 133 + ["5,5%"], "x")
    assert refused.value.cell == "5,5%"
