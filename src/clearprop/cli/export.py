"""`clearprop export`: writes a model file in another format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..columns.cells import DATES
from ..formulas.catalogue import names
from ..io.exports import Export, export, format_of, function_of
from ..io.exports.dates import SECONDS
from ..io.model import Model
from ..io.model_file import load_model
from .display import fact, print_json, strong
from .options import PartText, json_option, model_argument

_USES = {
    "onnx": "onnxruntime.InferenceSession({file!r}).run(None, rows); rows has an array (n, 1) for each column",
    "c": '#include "{stem}.h", compile {file} with the program, and link with -lm',
    "numpy": "from {stem} import predict",
    "json": "clearprop.io.exports.read_json({file!r}), or any reader of JSON",
}
"""How each file is used."""


@click.command("export")
@model_argument
@click.option(
    "--to",
    type=PartText(Export, none=False),
    metavar="FORMAT",
    help=f"{', '.join(names(Export))}; else FILE's suffix says it.",
)
@click.option("-o", "--output", metavar="FILE", help="The file to write.  [default: MODEL's name in this folder]")
@click.option(
    "--dtype", type=click.Choice(["float32", "float64"]), help="The type of numbers in ONNX and C.  [default: float32]"
)
@click.option("--int8", is_flag=True, help="Store the weights of C in 8 bits: a quarter of the size, and less exact.")
@json_option
def command(model: str, to: str | None, output: str | None, dtype: str | None, int8: bool, as_json: bool) -> None:
    """Write a model file as ONNX, C99, a Python file that needs NumPy alone, or JSON.

    The file takes raw rows: what `train` did to columns is in it. C becomes two files, .c and .h. A file that an export wrote
    is replaced; any other file is not overwritten.
    """
    if to is None and output is None:
        raise click.UsageError(f"say which format: --to {names(Export)[0]}; there are {', '.join(names(Export))}")
    loaded = load_model(model)
    path = output or Path(model).stem + format_of("", to).suffix
    written = export(loaded, path, to, dtype=dtype, int8=int8)
    if as_json:
        print_json(_as_json(loaded, path, to, written))
        return
    for each in written:
        fact("wrote", f"{strong(str(each))}, {each.stat().st_size:,} bytes")
    given = function_of(loaded).given
    columns = ", ".join(repr(each.name) for each in given[:8]) + (f" and {len(given) - 8} more" if given[8:] else "")
    bare = f"an array of {given[0].width} numbers, as the network takes them: the model file has no preprocessing"
    fact("a row is", bare if loaded.preprocessing is None else f"raw, by the names of its columns: {columns}")
    dates = [repr(each.name) for each in given if each.holds == DATES]
    if dates and format_of(path, to).name != "json":
        more = ", or as the table has them" * (format_of(path, to).name == "numpy")
        fact("dates", f"{', '.join(dates)}: {SECONDS}{more}")
    fact("use", _use(format_of(path, to).name, written[0]))


def _as_json(model: Model, path: str, to: str | None, written: Sequence[Path]) -> dict[str, Any]:
    """The files, and the columns of a row, for a program."""
    return {
        "format": format_of(path, to).name,
        "files": [{"file": str(each), "bytes": each.stat().st_size} for each in written],
        "row": [{"name": str(each.name), "holds": each.holds} for each in function_of(model).given],
        "use": _use(format_of(path, to).name, written[0]),
    }


def _use(format_: str, file: Path) -> str:
    """How a file is used."""
    if format_ == "numpy" and not (file.stem.isidentifier() and file.suffix == ".py"):
        return f"predict = runpy.run_path({file.name!r})['predict']"
    return _USES[format_].format(file=file.name, stem=file.stem)
