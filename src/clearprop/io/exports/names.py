"""Names of columns, classes and parts in source code: as identifiers, as text in quotes, and in comments.

They come from tables, so they may hold anything: quotes, line ends, marks that turn the direction of writing, `*/`. Nothing in
them may end a text or a comment, or be read as code.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

from ...operators import CannotExpress

LONGEST_NAME, LONGEST_TEXT = 40, 4000
"""Characters of an identifier, and bytes of a text: C99 promises 4,095 of a literal."""
_C_WORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int long register restrict
return short signed sizeof static struct switch typedef union unsigned void volatile while
alignas alignof and and_eq asm atomic bitand bitor bool catch char8_t char16_t char32_t class co_await co_return co_yield compl
concept const_cast consteval constexpr constinit decltype delete dynamic_cast explicit export false friend mutable namespace new
noexcept not not_eq nullptr operator or or_eq private protected public reflexpr reinterpret_cast requires static_assert
static_cast template this thread_local throw true try typeid typename typeof using virtual wchar_t xor xor_eq
assert complex errno far huge i386 imaginary linux near signgam stderr stdin stdout unix
"""
_PYTHON_WORDS = """
np dtype predict predict_proba predict_outputs inputs network columns classes number text require log_softmax_of
total member date
"""
RESERVED = {"c": frozenset(_C_WORDS.split()), "python": frozenset([*keyword.kwlist, *_PYTHON_WORDS.split()])}
"""Words that are no identifiers: keywords of C and C++, macros in lower case, and what the sources themselves use."""


def identifiers(names: Iterable[str], language: str, taken: Iterable[str] = ()) -> list[str]:
    """An identifier for each name, all different: ASCII letters and digits in lower case, `_` for everything else.

    >>> identifiers(["Bill length (mm)", "bill length [mm]", "größe", "2nd", "int", ""], "c")
    ['bill_length_mm', 'bill_length_mm_2', 'grosse', 'x2nd', 'int_', 'x']
    """
    used, made = set(taken) | RESERVED[language], []
    for name in names:
        plain = _plain(name)
        base, count = (f"{plain}_" if plain in RESERVED[language] else plain), 1
        found = base
        while found in used:
            count += 1
            found = f"{base.rstrip('_')}_{count}"
        used.add(found)
        made.append(found)
    return made


def _plain(name: str) -> str:
    """The name in the letters, digits and `_` of an identifier, which begins with a letter."""
    decomposed = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    ascii_only = decomposed.encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:LONGEST_NAME].strip("_")
    return words if words[:1].isalpha() else f"x{words}"


def c_text(text: str) -> str:
    r"""A text in quotes for C, in ASCII. CannotExpress for one that C cannot hold.

    >>> print(c_text('say "hi" \n??/'), c_text("größe"))
    "say \"hi\" \012\?\?/" "gr\303\266\303\237e"
    """
    given = text.encode("utf-8", "surrogatepass")
    if b"\0" in given or len(given) > LONGEST_TEXT:
        what = "holds a character with the number 0" if b"\0" in given else f"has more than {LONGEST_TEXT:,} bytes"
        raise CannotExpress(f"the text {text[:40]!r} {what}, which a text in C cannot")
    return '"' + "".join(map(_c_byte, given)) + '"'


def _c_byte(byte: int) -> str:
    if byte in b'"\\?':  # two question marks would begin a trigraph
        return "\\" + chr(byte)
    return (
        chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
    )  # three digits, so that a digit after it is none of its own


def comment(text: str) -> str:
    r"""A text for a comment of C or Python: one line of what can be seen, without what ends a comment or continues a line.

    >>> comment("a */ b\n// c ??/ \\ größe")
    'a * / b<U+000A>// c ? ?/ <U+005C> größe'
    """
    plain = "".join(each if each.isprintable() and each != "\\" else f"<U+{ord(each):04X}>" for each in text)
    return re.sub(r"(?<=\?)(?=\?)|(?<=\*)(?=/)|(?<=/)(?=\*)", " ", plain)
