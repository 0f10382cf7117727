"""Record random networks' losses and gradients by PyTorch: `python -m tests.recorded.make_network_gradients`.

Needs torch, which clearprop does not; its version is written into the file, and so are the lists that the networks are drawn
from. Of a gradient, its share along one direction for each layer is kept, to 15 digits.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch

from tests.recorded.by_torch import loss_and_gradient
from tests.recorded.networks import NETWORKS, Lists, directions, drawn, layers_of

FILE = Path(__file__).with_name("network_gradients.json")


def recorded(seed: int, lists: Lists) -> list[float]:
    """The loss, and the gradient's share along each of `directions`."""
    case = drawn(seed, lists)
    loss, gradient = loss_and_gradient(case)
    along = zip(layers_of(case.net, gradient), directions(seed, case.net), strict=True)
    return [float(f"{value:.15g}") for value in (loss, *(float(piece @ direction) for piece, direction in along))]


if __name__ == "__main__":
    lists = Lists.of_the_catalogue()
    written = {
        "made_by": "python -m tests.recorded.make_network_gradients",
        "versions": {"torch": torch.__version__},
        "lists": asdict(lists),
        "networks": [recorded(seed, lists) for seed in range(NETWORKS)],
    }
    head, networks = json.dumps(written).split('"networks": ')
    networks = networks.replace(", ", ",").replace("],[", "],\n[")
    FILE.write_text(f'{head}\n"networks": {networks}\n')
    print(f"{FILE}: {NETWORKS} networks")  # noqa: T201 - a script
