"""Files that somebody has changed: model files, run folders, configurations. They load as they were, or are refused.

Some are changed as a disk does, byte by byte. Others are sealed again after the change, so that their digest is right: then
they may load as what they now say, but nothing may crash, hang, take much memory, or lead out of the folder.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import click
import numpy as np

import clearprop as cp
from clearprop.cli.info import command as info
from clearprop.cli.init import choices
from clearprop.cli.train import command
from clearprop.fitting import split_again
from clearprop.formulas.catalogue import Array
from clearprop.io.sealed import seal, unseal
from clearprop.runs import fit_in, read_run, resume
from clearprop.runs.checkpoints import Checkpoints, from_bytes, to_bytes
from clearprop.runs.configuration import to_toml
from clearprop.runs.folder import BEST, CONFIGURATION, ENVIRONMENT, LOG, RunFolder
from clearprop.training import State

REFUSED = (ValueError, OSError, ArithmeticError, click.ClickException)
"""What a command shows as one line."""
AT_ONCE = 250
"""Mutations in one process, so that a crash of it is seen."""
MEMORY = 512 * 2**20
"""What a process may take beyond what it has."""
LONGEST = 240
TABLE = {"x": [float(number) for number in range(12)] * 3, "y": ["low", "high", "high"] * 12}
JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        0,
        10**18,
        10**400,
        1e308,
        float("nan"),
        float("-inf"),
        "",
        "x",
        "../../x",
        "/etc/passwd",
        "relu",
    ),
    *([], {}, [[]], [1, 2, 3], {"a": 1}, "\0", "é" * 50, ["x"] * 20, "__import__('os').system('touch executed')"),
)


class Samples:
    """A model, a run and a configuration that are as they should be."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.run = folder, folder / "run"
        self.table = cp.Table.of(TABLE, source="table", target="y")
        recipe = cp.Recipe(epochs=3, optimizer="adam", validation=0.2, averaging="ema", layers="4:tanh")
        fit_in(self.run, self.table, recipe)
        self.model_file, (self.checkpoint, *_) = self.run / BEST, Checkpoints(RunFolder(self.run)).files()
        self.model, self.state = self.model_file.read_bytes(), self.checkpoint.read_bytes()
        self.files = {name: (self.run / name).read_bytes() for name in (CONFIGURATION, ENVIRONMENT, LOG)}
        self.outside = folder / "outside.txt"
        self.outside.write_text("not to be touched")
        chosen = {"source": "digits", "run": "runs/a", "output": "models/a.clearprop", "plot": "loss.svg", "epochs": 2}
        chosen |= {"stop": ["target_loss"], "dropout": "0.2", "eta": 0.1}
        self.toml = to_toml(each for each in choices(chosen) if each.value is not None)


def mutate(count: int, folder: Path, rng: random.Random) -> tuple[str, list[str]]:
    """So many mutations of all kinds, in processes of their own; what did not hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = Samples(folder)
    wrong: list[str] = []
    came = Counter[str]()
    seeds = [rng.random() for _ in range(-(-count // AT_ONCE))]
    for number, seed in enumerate(seeds):
        size = min(AT_ONCE, count - number * AT_ONCE)
        found, of = _in_a_process(lambda seed=seed, size=size: _some(samples, random.Random(seed), size))  # type: ignore[misc]
        wrong += found
        came.update(of)
    if samples.outside.read_text() != "not to be touched" or list(folder.rglob("executed")):
        wrong.append("something outside the folder was changed, or something was executed")
    kinds = ", ".join(f"{name} {number:,}" for name, number in sorted(came.items()))
    return f"{count:,} mutations ({kinds}): {len(wrong)} wrong", wrong


def _in_a_process(call: Callable[[], tuple[list[str], Counter[str]]]) -> tuple[list[str], Counter[str]]:
    """What a call gives in a forked process with bounded memory and time; a crash is something wrong."""
    sys.stdout.flush()
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        status = 1
        try:
            os.close(read)
            taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, resource.RLIM_INFINITY))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(LONGEST)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found, of = call()
            os.write(write, json.dumps([found[:20], of]).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        return [f"a process with {AT_ONCE} mutations ended with {status}"], Counter()
    found, of = json.loads(said)
    return found, Counter(of)


def _some(samples: Samples, rng: random.Random, count: int) -> tuple[list[str], Counter[str]]:
    wrong, came = [], Counter[str]()
    weights = [each[1] for each in KINDS]
    for _ in range(count):
        kind, _, check = rng.choices(KINDS, weights)[0]
        before = rng.getstate()
        try:
            came[f"{kind}, {check(samples, rng)}"] += 1
        except REFUSED:
            came[f"{kind}, refused"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong.append(f"{kind}: {error!r} ({hash(before) % 10**8})")
    return wrong, came


# ---- changed bytes


def changed_bytes(content: bytes, rng: random.Random) -> bytes:
    """The content with some bytes changed, lost, repeated, moved or added."""
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at, length = rng.randrange(len(made) + 1), rng.choice((1, 1, 2, 8, 64, 1000))
        way = rng.randrange(6)
        if way == 0 and at < len(made):
            made[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            del made[at : at + length]
        elif way == 2:
            made[at:at] = rng.randbytes(length)
        elif way == 3:
            made[at:at] = made[at : at + length]
        elif way == 4:
            del made[at:]
        else:
            made[at : at + length] = bytes(len(made[at : at + length]))
    return bytes(made)


def _model_bytes(samples: Samples, rng: random.Random) -> str:
    content = changed_bytes(samples.model, rng)
    path = samples.folder / f"m{os.getpid()}.clearprop"
    path.write_bytes(content)
    model = cp.load_model(path)
    if content != samples.model:
        raise AssertionError("an altered model was loaded")
    return f"unchanged ({model.network.L} layers)"


def _checkpoint_bytes(samples: Samples, rng: random.Random) -> str:
    content = changed_bytes(samples.state, rng)
    from_bytes(content, "checkpoint")
    if content != samples.state:
        raise AssertionError("an altered checkpoint was loaded")
    return "unchanged"


# ---- sealed again after the change


def changed_values(value: Any, rng: random.Random) -> Any:
    """A document with one value somewhere in it replaced, removed or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name, made = rng.choice(list(value)), dict(value)
        if rng.random() < 0.1:
            del made[name]
        else:
            made[name] = changed_values(made[name], rng)
        return made
    if isinstance(value, list) and value and rng.random() < 0.8:
        at, made_list = rng.randrange(len(value)), list(value)
        if rng.random() < 0.2:
            made_list[at:at] = [made_list[at]] * rng.choice((1, 2, 50))
        else:
            made_list[at] = changed_values(made_list[at], rng)
        return made_list
    return rng.choice(JUNK)


def changed_array(array: Array, rng: random.Random) -> Array:
    """An array of another shape, type or size, or with other numbers."""
    ways: tuple[Callable[[], Array], ...] = (
        lambda: array.reshape(-1)[: rng.randrange(array.size + 1)],
        lambda: array.astype(rng.choice(("f4", "f8", "i8", "u1", "bool", "f2"))),
        lambda: np.full_like(array, rng.choice((np.nan, np.inf, 1e300, 0)) if array.dtype.kind == "f" else 0),
        lambda: np.concatenate([array.reshape(-1)] * 3),
        lambda: array.reshape(-1)[:, None],
    )
    with np.errstate(all="ignore"):
        return rng.choice(ways)()


def _model_sealed_again(samples: Samples, rng: random.Random) -> str:
    arrays, document = unseal(samples.model, "model")
    if rng.random() < 0.7:
        document = changed_values(document, rng)
    else:
        name = rng.choice(list(arrays))
        arrays[name] = changed_array(arrays[name], rng)
    if not isinstance(document, dict):
        return "no document"
    path = samples.folder / f"s{os.getpid()}.clearprop"
    path.write_bytes(seal(arrays, document))
    model = cp.load_model(path)
    for use in (model.predict, lambda table: cp.score(model, table), lambda table: split_again(model, table)):
        with suppress(*REFUSED):
            use(samples.table)
    with redirect_stdout(io.StringIO()):
        info.main([str(path), "--columns"], standalone_mode=False)
    return "loaded as what it says"


def _checkpoint_sealed_again(samples: Samples, rng: random.Random) -> str:
    """A hostile state, and a training that is told to go on from it."""
    state = from_bytes(samples.state, "checkpoint")
    arrays, rest = state.packed()
    if rng.random() < 0.75:
        rest = (
            changed_values(rest, rng) if rng.random() < 0.2 else {**rest, "values": changed_values(rest["values"], rng)}
        )
    else:
        name = rng.choice(list(arrays))
        arrays[name] = changed_array(arrays[name], rng)
    if not isinstance(rest, dict):
        return "no document"
    try:
        hostile = State.unpacked(arrays, rest)
        hostile.require_same(state.about)
        content = to_bytes(hostile)
    except (KeyError, TypeError, AttributeError):
        return "no state"  # `from_bytes` refuses these
    place = Path(tempfile.gettempdir(), f"hostile{os.getpid()}")
    for name, content in samples.files.items():
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    for old in (place / "checkpoints").glob("*"):
        old.unlink()
    (place / "checkpoints").mkdir(exist_ok=True)
    (place / "checkpoints" / "00000001.checkpoint").write_bytes(content)
    resume(place, samples.table, epochs=4)
    return "gone on from"


# ---- folders and configurations


def _folder_bytes(samples: Samples, rng: random.Random) -> str:
    name = rng.choice(list(samples.files))
    place = samples.folder / f"f{os.getpid()}"
    place.mkdir(exist_ok=True)
    for each, content in samples.files.items():
        (place / each).write_bytes(changed_bytes(content, rng) if each == name else content)
    run = read_run(place)
    json.dumps(run.to_dict(), default=str)
    return "read"


def _folder_links(samples: Samples, rng: random.Random) -> str:
    """A run folder in which one name leads elsewhere, or is a pipe; gone on with, it must not write there, nor wait."""
    place = Path(tempfile.mkdtemp(dir=samples.folder))
    for each, content in samples.files.items():
        (place / each).write_bytes(content)
    (place / "checkpoints").mkdir()
    (place / "checkpoints" / samples.checkpoint.name).write_bytes(samples.state)
    names = [
        *samples.files,
        BEST,
        "last.clearprop",
        "loss.svg",
        "lock",
        "checkpoints",
        f"checkpoints/{samples.checkpoint.name}",
    ]
    name = rng.choice(names)
    (place / name).rename(place / "aside") if (place / name).exists() else None
    way = rng.randrange(3)
    if way == 0:
        (place / name).symlink_to(
            rng.choice((samples.outside, Path("../outside.txt"), Path("/etc/passwd"), samples.folder))
        )
    elif way == 1:
        os.mkfifo(place / name)
    else:
        (place / name).mkdir()
    resume(place, samples.table, epochs=4)
    return "gone on with"


def _configuration(samples: Samples, rng: random.Random) -> str:
    """A configuration with changed lines, or values of any kind; what it writes must be inside the folder."""
    lines = [line for line in samples.toml.splitlines() if line and line[0] != "#"]
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(lines))
        value = rng.choice(JUNK)
        written = json.dumps(value) if not isinstance(value, str) or rng.random() < 0.8 else value
        lines[at] = f"{lines[at].partition('=')[0]}= {written}"
    text = "\n".join(rng.sample(lines, rng.randrange(len(lines) + 1))).encode(errors="replace")
    if rng.random() < 0.3 and text:
        text = changed_bytes(text, rng)
    path = samples.folder / f"c{os.getpid()}.toml"
    path.write_bytes(text)
    context = command.make_context("train", [str(path)])
    for name in ("run", "output", "plot"):
        given = context.params[name]
        if given is not None and not (Path.cwd() / given).resolve().is_relative_to(Path.cwd().resolve()):
            raise AssertionError(f"{name} = {given!r} leads out of the folder")
    return "read"


KINDS: tuple[tuple[str, float, Callable[[Samples, random.Random], str]], ...] = (
    ("model file", 30, _model_bytes),
    ("model sealed again", 20, _model_sealed_again),
    ("checkpoint", 20, _checkpoint_bytes),
    ("checkpoint sealed again", 4, _checkpoint_sealed_again),
    ("run folder", 10, _folder_bytes),
    ("links in a run folder", 1, _folder_links),
    ("configuration", 15, _configuration),
)
