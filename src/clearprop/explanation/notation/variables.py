"""The formulas of parts in a notation's letters: their records write a, z, y and L, and a book may write g or h for a.

A formula is read sign by sign, as what it is: in plain text a run of letters is a name, so that the a of "tanh" is none; in
LaTeX each letter is a variable, but for those of a command and of the words in one of `WORDS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from .symbols import Symbols, Written

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεηθκλμνπρστφω")
WORDS = ("text", "mathrm", "mathtt", "operatorname", "begin", "end")
"""Commands of LaTeX whose braces hold a word."""
VARIABLES = {"a": "A", "z": "Z", "y": "Y", "L": "L"}
"""What the records' letters stand for."""


ALL, LOSS = tuple(VARIABLES), ("L",)


def in_letters(formula: Written, symbols: Symbols, l: int, letters: tuple[str, ...] = ALL) -> Written:
    """A part's formula in the letters of a notation, where the part is applied in layer l; `letters` are those that are read.

    >>> from .notations import NOTATIONS
    >>> in_letters(Written("a (1 − a)", "a (1 - a)"), Symbols(NOTATIONS["dd"], L=2), 2).plain
    'g (1 − g)'
    """
    names = {letter: variable(symbols, VARIABLES[letter], l) for letter in letters}
    if all(letter == written.plain == written.latex for letter, written in names.items()):
        return formula
    return Written(
        in_plain_letters(formula.plain, symbols, l, letters),
        _latex(formula.latex, {letter: written.latex for letter, written in names.items()}),
    )


def in_plain_letters(text: str, symbols: Symbols, l: int, letters: tuple[str, ...] = ALL) -> str:
    """The same of plain text, which may be a sentence with formulas, but has no article "a"."""
    names = {letter: variable(symbols, VARIABLES[letter], l).plain for letter in letters}
    made, word = "", ""
    for sign in f"{text} ":
        if sign in LETTERS:
            word = word + sign
        else:
            made = made + names.get(word, word) + sign
            word = ""
    return made[:-1]


def variable(symbols: Symbols, quantity: str, l: int) -> Written:
    """The letter of a quantity of layer l where no layer is said: a, and g for the output where a notation has that."""
    letter = symbols.letter_of(quantity, l)
    if letter is None:
        return Written(quantity.lower(), quantity.lower())  # a notation of your own may lack it
    plain, latex = letter.small or (letter.plain, letter.latex)
    for sign in ("ˡ", "ₗ", "#"):
        plain = plain.replace(sign, "")
    return Written(plain, latex.replace("^{l}", "").replace("{l}", ""))


def _latex(text: str, names: Mapping[str, str]) -> str:
    made, command, in_word, in_command = "", "", 0, False
    for sign in f"{text} ":
        if in_command and sign in LETTERS:
            command = command + sign
            made = made + sign
            continue
        if in_command and command != "" and sign == "{" and command in WORDS:
            in_word = in_word + 1
        elif in_word and sign in "{}":
            in_word = in_word + (1 if sign == "{" else -1)
        in_command = sign == "\\"
        command = ""
        made = made + (sign if in_word else names.get(sign, sign))
    return made[:-1]
