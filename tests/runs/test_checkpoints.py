"""Checkpoints hold a state to the bit, the last two stay, and one that cannot be read is passed over, and said."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.runs.checkpoints import Checkpoints, from_bytes, to_bytes
from clearprop.runs.folder import RunFolder
from clearprop.training import State

X = np.random.default_rng(1).normal(size=(12, 3))


def state_of(**options: object) -> State:
    net = cp.Network((3, 4, 1), ("tanh", "identity"), seed=0)
    asked: dict[str, object] = {"loss": "square", "eta": 0.05, "batch_size": 4, "epochs": 3}
    run = cp.train(net, X, X[:, :1], **{**asked, **options})  # type: ignore[arg-type]
    assert run.state is not None
    return run.state


def assert_same(one: object, other: object) -> None:
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        assert (one.shape, one.dtype, one.tobytes()) == (other.shape, other.dtype, other.tobytes())
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys()
        for name, each in one.items():
            assert_same(each, other[name])
    elif isinstance(one, list | tuple):
        assert isinstance(other, list | tuple)
        assert len(one) == len(other)
        for each, another in zip(one, other, strict=True):
            assert_same(each, another)
    else:
        assert one == other or (one != one and other != other)


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": "adam", "averaging": "ema", "dropout": 0.2},
        {"validation": (X, X[:, :1]), "stop": "no_improvement"},
        {"optimizer": "rprop", "batch_size": None},
        {"restarts": 3},
        {"restarts": 5, "batch_size": 1},
        {"eta": "reduce_on_plateau", "record": [2, 5]},
        {"optimizer": "lbfgs", "eta": None, "batch_size": None},
    ],
    ids=str,
)
def test_a_state_comes_back_to_the_bit(options: dict[str, object]) -> None:
    state = state_of(**options)
    back = from_bytes(to_bytes(state), "checkpoint")
    assert (back.kind, back.about) == (state.kind, state.about)
    assert_same(state.values, back.values)


def folder_at(path: Path) -> RunFolder:
    folder = RunFolder(path / "run")
    folder.make()
    return folder


def test_the_last_two_stay(tmp_path: Path) -> None:
    checkpoints, state = Checkpoints(folder_at(tmp_path)), state_of()
    for _ in range(4):
        checkpoints.write(state)
    assert [path.stem for path in checkpoints.files()] == ["00000004", "00000003"]


def test_every_changed_byte_is_seen(tmp_path: Path) -> None:
    content = to_bytes(state_of())
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(ValueError, match="checkpoint"):
            from_bytes(bytes(changed), "checkpoint")


def test_one_that_cannot_be_read_is_passed_over_and_said(tmp_path: Path) -> None:
    checkpoints, state = Checkpoints(folder_at(tmp_path)), state_of()
    first, second = (checkpoints.write(state) for _ in range(2))
    second.write_bytes(second.read_bytes()[:-3])
    found = checkpoints.newest()
    assert found.path == first
    assert "is truncated: 3 of" in found.unreadable[second]
    checkpoints.set_aside(found.unreadable)
    assert checkpoints.files() == [first]


def test_where_none_can_be_read_all_reasons_are_said(tmp_path: Path) -> None:
    checkpoints = Checkpoints(folder_at(tmp_path))
    for _ in range(2):
        checkpoints.write(state_of()).write_bytes(b"{")
    with pytest.raises(ValueError, match=r"no checkpoint of .* can be read: .*00000002.*; .*00000001"):
        checkpoints.newest()


def test_a_file_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    checkpoints = Checkpoints(folder_at(tmp_path))
    path = checkpoints.write(state_of())
    os.truncate(path, 10**13)  # which takes no room on the disk
    with pytest.raises(ValueError, match="bytes follow its end"):
        checkpoints.newest()


def test_a_model_is_no_checkpoint_and_a_checkpoint_no_model(tmp_path: Path) -> None:
    path = Checkpoints(folder_at(tmp_path)).write(state_of())
    with pytest.raises(ValueError, match="holds a checkpoint, not a model"):
        cp.load_model(path)
    cp.Network((2, 1), ("identity",), seed=0).save(tmp_path / "m.clearprop")
    with pytest.raises(ValueError, match="is not a checkpoint"):
        from_bytes((tmp_path / "m.clearprop").read_bytes(), "m")


@pytest.mark.parametrize("name", ["checkpoints", "checkpoints/00000001.checkpoint"])
def test_a_link_is_not_followed(name: str, tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    path = Checkpoints(folder).write(state_of())
    aside = tmp_path / "aside"
    (folder / name).rename(aside)
    (folder / name).symlink_to(aside)
    with pytest.raises(OSError, match="is a link, and a run keeps its files in its own folder"):
        Checkpoints(folder).newest()
    del path
