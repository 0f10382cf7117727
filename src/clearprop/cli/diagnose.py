"""`clearprop diagnose`: derivatives that were worked out by hand, in a file, against the chain rule."""

from __future__ import annotations

import sys

import click

from ..diagnosis import diagnose
from ..diagnosis.files import read_solution
from ..ensemble import one_of
from ..explanation import NOTATIONS
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..io.files import write_atomically
from ..io.model_file import load_model
from .display import print_json, say
from .exits import ERROR
from .options import json_option, part_option
from .replacing import force_option, require_replaceable


@click.command("diagnose")
@click.argument("file")
@click.option("--model", metavar="FILE", help="A model file with the network, in place of W and W0 in FILE.")
@click.option("--activations", metavar="NAME,...", help="One for each layer, where FILE does not say.")
@part_option("--loss", Loss, "The loss, where FILE does not say")
@click.option("--eta", type=float, help="The size of the step, for W_after.")
@part_option("--penalty", Penalty, "The penalty, where FILE does not say")
@part_option("--optimizer", Optimizer, "The optimiser of the step")
@click.option("--notation", default="mn", show_default=True, help=f"One of {', '.join(NOTATIONS)}.")
@click.option("--html", metavar="FILE", help="Write a page.")
@force_option
@json_option
def command(
    file: str,
    model: str | None,
    activations: str | None,
    loss: str | None,
    eta: float | None,
    penalty: str | None,
    optimizer: str | None,
    notation: str,
    html: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Name the mistakes in the derivatives of FILE, .npz or .json.

    FILE has X, Y, the network as W and W0 with its activations, the loss, and some of dL_dW, dL_dW0, dL_dZ, dL_dA, W_after
    and W0_after: lists of an array for each layer in JSON, arrays W_1, dL_dW_1, ... in .npz.

    Exit status 0: all is right, in the conventions that are said; 1: there is a mistake.
    """
    solution = read_solution(file)
    net = (
        solution.network(activations)
        if model is None
        else one_of(load_model(model).network, None, how="a single network")
    )
    given = solution.given()
    asked = {"loss": loss, "eta": eta, "penalty": penalty, "optimizer": optimizer}
    given |= {name: value for name, value in asked.items() if value is not None}
    if "loss" not in given:
        raise ValueError(f'{file} has no "loss"; add it, or give --loss square')
    if html is not None:
        require_replaceable("--html", html, reads=(file, model), force=force)
    found = diagnose(net, given.pop("X"), given.pop("Y"), **given)
    if as_json:
        print_json(found.to_dict())
    elif html is None:
        say(found.text(notation=notation))
    if html is not None:
        write_atomically(html, found.html(notation=notation).encode())
        say(f"wrote {html}") if not as_json else None
    if not found.ok:
        sys.exit(ERROR)
