"""The one module: every definition that is needed, in the order in which Python would have made them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from .names import LIBRARIES, Names
from .reach import Reach
from .sources import Defined, Refused, Sources
from .statements import Statements

HEAD = "// Written from the Python sources of clearprop by tools/translate: change those, never this file.\n"


def parts(sources: Sources, modules: Iterable[str]) -> list[Defined]:
    """The classes of some modules that are registered in the catalogue."""
    return [
        Defined(module, name)
        for module in modules
        for name, statement in sources.module(module).definitions.items()
        if isinstance(statement, ast.ClassDef)
        and any(isinstance(each, ast.Name) and each.id == "register" for each in statement.decorator_list)
    ]


def translated(sources: Sources, starts: Mapping[str, Defined], more: Iterable[Defined] = ()) -> str:
    """The module's text. `starts` are exported under their names; `more` is kept beside what they need."""
    for what in starts.values():
        sources.module(what.module)
    reach = Reach(sources).start([*starts.values(), *more])
    ordered = [
        Defined(module, name)
        for module in sources.order
        for name in sources.module(module).definitions
        if Defined(module, name) in reach.definitions
    ]
    names = Names(ordered)
    faults, pieces = [], []
    for what in ordered:
        try:
            pieces.append(Statements(reach, names, what.module).definition(what))
        except Refused as fault:
            faults.append(str(fault))
    if faults:
        raise Refused("\n".join(faults))
    files = {"py": "builtins", "m": "methods", "others": "others"} | {
        part: "numpy" if part == "np" else part for part in LIBRARIES.values() if part != "py"
    }
    imports = "".join(f'import * as {part} from "{{runtime}}/{file}";\n' for part, file in files.items())
    exports = ", ".join(f"{names.of(what)} as {name}" for name, what in starts.items())
    return f"{HEAD}{imports}\n{''.join(pieces)}\nexport {{ {exports} }};\n"
