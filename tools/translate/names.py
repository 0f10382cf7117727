"""Names: what each definition is called in the one module that all are written into, and what the runtime has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from .sources import Defined

RUNTIME = Path(__file__).parents[2] / "studio-ui" / "src" / "python"

LIBRARIES = {"builtins": "py", "numpy": "np", "math": "math", "re": "re", "ast": "ast", "json": "json"}
"""Libraries that are a part of the runtime by themselves; of the others `others.ts` has what is needed."""

RESERVED = frozenset(
    [
        "arguments",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "with",
        "yield",
        *LIBRARIES.values(),
        *("m", "others"),
    ]
)
"""Words of JavaScript, and the names of the runtime's parts."""

OF_NUMBERS = frozenset({"real", "imag", "T", "shape", "ndim", "dtype", "size"})
"""Attributes of arrays that NumPy's numbers have as well."""


def safe(name: str) -> str:
    """A name that JavaScript has not taken."""
    return f"{name}$" if name in RESERVED else name


def _exports(path: Path) -> frozenset[str]:
    text = path.read_text(encoding="utf-8")
    own = re.findall(r"^export (?:async )?(?:function\*?|const|class|let) (\w+)", text, re.MULTILINE)
    again = [word for group in re.findall(r"^export \{([^}]*)\}", text, re.MULTILINE) for word in group.split(",")]
    own += [
        pair.split(":")[-1].strip()
        for group in re.findall(r"^export const \{([^}]*)\}", text, re.MULTILINE)
        for pair in group.split(",")
    ]
    names = {*own, *(word.split(" as ")[-1].strip() for word in again if word.strip())}
    for other in re.findall(r'^export \* from "\./(.+?)"', text, re.MULTILINE):
        names |= _exports(path.parent / f"{other}.ts")
    return frozenset(names)


METHODS_OF_VALUES = _exports(RUNTIME / "methods.ts")
"""Methods that texts, lists or numbers have: JavaScript's own of the same name do something else."""


class Names:
    """One name for each definition."""

    def __init__(self, definitions: Iterable[Defined]) -> None:
        self.taken: dict[Defined, str] = {}
        self.libraries: dict[str, frozenset[str]] = {}
        used: set[str] = set()
        for what in definitions:
            name = safe(what.name)
            if name in used:
                name = f"{what.name}${what.module.rpartition('.')[2]}"
            while name in used:
                name += "$"
            used.add(name)
            self.taken[what] = name

    def of(self, what: Defined) -> str:
        """What a definition is called."""
        return self.taken[what]

    def outside(self, full: str, refuse: Callable[[str], Exception]) -> str:
        """What the runtime calls something of another library; refused where the runtime does not have it."""
        library, _, name = full.partition(".")
        part = LIBRARIES.get(library, "others")
        if part not in self.libraries:
            path = RUNTIME / f"{'builtins' if part == 'py' else 'numpy' if part == 'np' else part}.ts"
            self.libraries[part] = _exports(path)
        first = safe(name.partition(".")[0] if part != "others" else name.rpartition(".")[2])
        if first not in self.libraries[part]:
            raise refuse(f"the runtime in {RUNTIME} has no {full}")
        rest = "." + name.partition(".")[2] if part != "others" and "." in name else ""
        return f"{part}.{first}{rest}"
