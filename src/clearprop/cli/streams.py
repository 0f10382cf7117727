"""Standard streams that can write anything: a sign that the terminal's encoding lacks is written in other letters."""

from __future__ import annotations

import codecs
import sys
import unicodedata

IN_OTHER_LETTERS = {
    "·": ".", "−": "-", "–": "-", "—": "-", "×": "x", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "←": "<-",
    "η": "eta", "θ": "theta", "β": "beta", "α": "alpha", "γ": "gamma", "δ": "delta", "ε": "epsilon", "λ": "lambda",
    "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "Φ": "Phi", "Σ": "sum", "∂": "d", "∇": "grad ",
    "√": "sqrt", "∞": "inf", "∈": "in", "ᵀ": "T", "⊙": "*", "│": "|", "─": "-", "▲": "^", "…": "...", "“": '"', "”": '"',
    "‘": "'", "’": "'", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
}  # fmt: skip
NAME, ASCII = "clearprop.other_letters", "clearprop_ascii"


def other_letters(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that cannot be encoded: ASCII letters where there are any, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(sign: str) -> str:
    plain = IN_OTHER_LETTERS.get(sign)
    if plain is None:
        plain = "".join(each for each in unicodedata.normalize("NFKD", sign) if each.isascii())
    return plain or "?"


def write_anything() -> None:
    """Let the standard output and the standard error write every sign, whatever their encoding."""
    codecs.register_error(NAME, other_letters)
    codecs.register(_plain_ascii)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=_encoding(stream.encoding), errors=NAME)


def _encoding(name: str) -> str:
    """The encoding; ASCII under another name, because click writes UTF-8 where it is told ASCII."""
    return ASCII if codecs.lookup(name).name == "ascii" else name


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    """The codec of that name."""
    if name != ASCII:
        return None
    own = codecs.lookup("ascii")
    return codecs.CodecInfo(
        *(own.encode, own.decode, own.streamreader, own.streamwriter, own.incrementalencoder, own.incrementaldecoder),
        name=ASCII,
    )
