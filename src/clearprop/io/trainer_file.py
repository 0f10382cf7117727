"""Files of trainers and of populations: the state of one, the description of its network and its settings, all as data."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..network import Network
from ..training import State
from .files import write_atomically
from .model_file import described, network_of, require_saveable
from .sealed import sealed_bytes
from .state_bytes import state_from_bytes, state_to_bytes

TRAINER, POPULATION = "trainer", "population"
"""What a file holds."""


def save_trainer(
    state: State, net: Network, settings: Mapping[str, Any], path: str | PathLike[str], *, holds: str = TRAINER
) -> None:
    """Write the file of a trainer, or of a population, completely or not at all. `net` has their shape.

    ValueError for what a file cannot hold, OSError where it cannot be written.
    """
    require_saveable(net)
    more = {"network": described(net), "settings": dict(settings)}
    write_atomically(path, state_to_bytes(state, holds, more))


def load_trainer(path: str | PathLike[str], *, holds: str = TRAINER) -> tuple[State, Network, dict[str, Any]]:
    """The state, the network (of a population, the first) and the settings in a file.

    OSError if there is none, ValueError where it cannot be read.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}")
    content = sealed_bytes(path)
    state, document = state_from_bytes(content, str(path), holds, f"a {holds}'s file, which {holds}.save writes")
    try:
        parameters, statistics = state.values["parameters"], state.values["statistics"]
        if holds == POPULATION:
            parameters, statistics = parameters[0], statistics[0]
        net = network_of(document["network"], np.array(parameters), np.array(statistics))
        settings = dict(document["settings"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise ValueError(f"{path} cannot be read: {error!r}") from None
    return state, net, settings
