r"""The long way to a shortcut by hand (Concept 19), line by line, with what cancels struck out. Formulas only, no values.

In plain text what cancels stands between ⟨ and ⟩; in LaTeX it is \cancel{...}.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...formulas.shortcuts import Shortcut
from ..notation.symbols import Symbols, Written
from ..notation.variables import in_letters, in_plain_letters
from ..trace.passes import Cancelling


def derivation(shortcut: Shortcut, symbols: Symbols, l: int) -> tuple[Cancelling, ...]:
    """The lines of a shortcut's derivation in the letters of a notation; none where nobody has written one."""
    lines = DERIVATIONS.get(shortcut.name, ())
    return tuple(
        Cancelling(in_letters(Written(plain, latex), symbols, l), in_plain_letters(reason, symbols, l))
        for plain, latex, reason in lines
    )


_SOFTMAX_WITH = (
    (
        "∂L/∂zᵢ = Σⱼ ∂aⱼ/∂zᵢ · ∂L/∂aⱼ",
        r"\frac{\partial L}{\partial z_i} = \sum_j \frac{\partial a_j}{\partial z_i} \cdot \frac{\partial L}{\partial a_j}",
        "the chain rule: zᵢ reaches the loss through every aⱼ",
    ),
    (
        "= Σⱼ aⱼ ([i = j] − aᵢ) · (−yⱼ/aⱼ)",
        r"= \sum_j a_j \left([i = j] - a_i\right) \cdot \left(-\frac{y_j}{a_j}\right)",
        "row i of diag(a) − a aᵀ, and the loss unit's −y/a",
    ),
    (
        "= −Σⱼ ⟨aⱼ⟩ ([i = j] − aᵢ) yⱼ/⟨aⱼ⟩",
        r"= -\sum_j \cancel{a_j} \left([i = j] - a_i\right) \frac{y_j}{\cancel{a_j}}",
        "aⱼ cancels, even if it is tiny",
    ),
    (
        "= −yᵢ + aᵢ Σⱼ yⱼ",
        r"= -y_i + a_i \sum_j y_j",
        "[i = j] leaves one term of the sum, and aᵢ does not depend on j",
    ),
    (
        "= aᵢ − yᵢ",
        r"= a_i - y_i",
        "the targets sum to 1",
    ),
)

DERIVATIONS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "softmax + nllm": _SOFTMAX_WITH,
    "softmax + kl_divergence": _SOFTMAX_WITH,
    "softmax + focalm": (
        _SOFTMAX_WITH[0],
        (
            "= Σⱼ aⱼ ([i = j] − aᵢ) · yⱼ (1 − aⱼ)^γ (γ log aⱼ/(1 − aⱼ) − 1/aⱼ)",
            (
                r"= \sum_j a_j \left([i = j] - a_i\right) \cdot y_j (1 - a_j)^\gamma"
                r" \left(\frac{\gamma \log a_j}{1 - a_j} - \frac{1}{a_j}\right)"
            ),
            "row i of diag(a) − a aᵀ, and the loss unit's derivative",
        ),
        (
            "= −Σⱼ ([i = j] − aᵢ) yⱼ (1 − aⱼ)^γ (⟨aⱼ⟩/⟨aⱼ⟩ − γ aⱼ log aⱼ/(1 − aⱼ))",
            (
                r"= -\sum_j \left([i = j] - a_i\right) y_j (1 - a_j)^\gamma"
                r" \left(\frac{\cancel{a_j}}{\cancel{a_j}} - \frac{\gamma a_j \log a_j}{1 - a_j}\right)"
            ),
            "aⱼ cancels, even if it is tiny",
        ),
        (
            "= −Σⱼ ([i = j] − aᵢ) yⱼ sⱼ, sⱼ = (1 − aⱼ)^γ (1 − γ aⱼ log aⱼ/(1 − aⱼ))",
            (
                r"= -\sum_j \left([i = j] - a_i\right) y_j s_j,"
                r" \quad s_j = (1 - a_j)^\gamma \left(1 - \frac{\gamma a_j \log a_j}{1 - a_j}\right)"
            ),
            "sⱼ stands for what depends on aⱼ alone",
        ),
        (
            "= aᵢ Σⱼ yⱼ sⱼ − yᵢ sᵢ",
            r"= a_i \sum_j y_j s_j - y_i s_i",
            "[i = j] leaves one term of the sum, and aᵢ does not depend on j",
        ),
    ),
    "sigmoid + nll": (
        (
            "∂L/∂z = ∂a/∂z · ∂L/∂a",
            r"\frac{\partial L}{\partial z} = \frac{\partial a}{\partial z} \cdot \frac{\partial L}{\partial a}",
            "the chain rule, unit by unit",
        ),
        (
            "= −a (1 − a) (y/a − (1 − y)/(1 − a))",
            r"= -a (1 - a) \left(\frac{y}{a} - \frac{1 - y}{1 - a}\right)",
            "sigmoid's a (1 − a), and the loss unit's derivative (7.45)",
        ),
        (
            "= −⟨a⟩ (1 − a) y/⟨a⟩ + a ⟨(1 − a)⟩ (1 − y)/⟨(1 − a)⟩",
            r"= -\cancel{a} (1 - a) \frac{y}{\cancel{a}} + a \cancel{(1 - a)} \frac{1 - y}{\cancel{1 - a}}",
            "numerator and denominator have factors that cancel",
        ),
        (
            "= −y + ⟨a y⟩ + a − ⟨a y⟩",
            r"= -y + \cancel{a y} + a - \cancel{a y}",
            "a y comes in with both signs",
        ),
        ("= a − y", r"= a - y", "what is left"),
    ),
    "exp + poisson": (
        (
            "∂L/∂z = ∂a/∂z · ∂L/∂a",
            r"\frac{\partial L}{\partial z} = \frac{\partial a}{\partial z} \cdot \frac{\partial L}{\partial a}",
            "the chain rule, unit by unit",
        ),
        (
            "= a (1 − y/a)",
            r"= a \left(1 - \frac{y}{a}\right)",
            "e^z is its own derivative, and the loss unit's 1 − y/a",
        ),
        (
            "= a − ⟨a⟩ y/⟨a⟩",
            r"= a - \cancel{a} \frac{y}{\cancel{a}}",
            "a cancels, even where e^z is too small to divide by",
        ),
        ("= a − y", r"= a - y", "what is left"),
    ),
    "sigmoid + focal": (
        (
            "∂L/∂z = ∂a/∂z · ∂L/∂a",
            r"\frac{\partial L}{\partial z} = \frac{\partial a}{\partial z} \cdot \frac{\partial L}{\partial a}",
            "the chain rule, unit by unit",
        ),
        (
            "= a (1 − a) (y (1 − a)^γ (γ log a/(1 − a) − 1/a) − (1 − y) a^γ (γ log(1 − a)/a − 1/(1 − a)))",
            (
                r"= a (1 - a) \left(y (1 - a)^\gamma \left(\frac{\gamma \log a}{1 - a} - \frac{1}{a}\right)"
                r" - (1 - y) a^\gamma \left(\frac{\gamma \log(1 - a)}{a} - \frac{1}{1 - a}\right)\right)"
            ),
            "sigmoid's a (1 − a), and the loss unit's derivative",
        ),
        (
            "= y (1 − a)^γ (γ a log a − (1 − a)) − (1 − y) a^γ (γ (1 − a) log(1 − a) − a)",
            (
                r"= y (1 - a)^\gamma \left(\gamma a \log a - (1 - a)\right)"
                r" - (1 - y) a^\gamma \left(\gamma (1 - a) \log(1 - a) - a\right)"
            ),
            "a and 1 − a cancel each denominator",
        ),
    ),
}
"""By the shortcut's name: plain text, LaTeX and reason of each line. In a reason the word a is
the variable, never the article."""
