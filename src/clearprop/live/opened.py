"""A model file that is dropped on a page: what the page takes of it, read by the rules of `load_model`. The page runs this."""

from __future__ import annotations

from typing import Any

from ..engines.in_page import MOST_PARAMETERS
from ..io.facts import checked_facts
from ..io.model_file import network_in, require_model, require_saveable
from ..io.sealed_rules import Sealed, unsealed


def opened_model(file: Sealed, name: str) -> dict[str, Any]:
    """The network's shape, its flat vector (p,), what the file says of its columns, and the facts.

    ValueError where `load_model` has one, and for a network that a page cannot hold.
    """
    tensors, document = unsealed(file, name)
    require_model(document, name)
    if "networks" in document:
        raise ValueError(f"{name} has an ensemble of {len(document['networks'])} networks, and a page trains one")
    try:
        described = document["network"]
        if described["dtype"] != "float64":
            raise ValueError(f"its network computes in {described['dtype']}, and a page in float64")
        if any(each is not None for each in described.get("normalizations") or ()):
            raise ValueError("its network is normalised, which a page does not do yet")
        net = network_in(tensors, described)
        require_saveable(net)
        if net.parameters.size > MOST_PARAMETERS:
            raise ValueError(
                f"its network has {net.parameters.size} parameters, and a page trains at most {MOST_PARAMETERS}"
            )
        facts = checked_facts(document["facts"])
        prepared = document["preprocessing"]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise ValueError(f"{name} cannot be read: {error or type(error).__name__}") from None
    return {
        "widths": list(net.widths),
        "activations": [str(f) for f in net.activations],
        "parameters": net.parameters.tolist(),
        "preprocessing": prepared,
        "facts": facts,
    }
