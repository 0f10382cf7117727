"""Back-propagation on thousands of random networks is that of PyTorch and of JAX, entry by entry, to 1e-12.

Where these libraries are installed: the networks are drawn from all that the catalogue has today. It takes minutes, as JAX
compiles for each new shape. What PyTorch gave is on record too, and compared everywhere.
"""

from __future__ import annotations

from importlib import import_module, util

import numpy as np
import pytest

from clearprop import back_propagate
from clearprop.formulas import CATALOGUE
from tests.recorded.networks import NETWORKS, Lists, allowed, drawn, layers_of, name_of

LISTS = Lists.of_the_catalogue()
LIBRARIES = [
    name for name, needed in {"torch": ["torch"], "jax": ["jax", "optax"]}.items() if all(map(util.find_spec, needed))
]
AT_ONCE = 20
"""Networks in a test: as many as take a moment."""


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
@pytest.mark.parametrize("library", LIBRARIES)
def test_every_entry_of_a_gradient_is_the_library_s(library: str, first: int) -> None:
    by_library = import_module(f"tests.recorded.by_{library}")
    for seed in range(first, first + AT_ONCE):
        case = drawn(seed, LISTS)
        fwd = case.forward()
        grads, L = back_propagate(case.net, fwd), case.net.L
        loss, gradient = by_library.loss_and_gradient(case)
        assert fwd.loss == pytest.approx(loss, rel=1e-12), f"{name_of(seed, case)}, {library}"
        for ours, theirs in zip(layers_of(case.net, grads.flat), layers_of(case.net, gradient), strict=True):
            limit = allowed(case, gradient, theirs, grads.dL_dA[L])
            error = np.linalg.norm(ours - theirs)
            assert error <= limit, (
                f"{name_of(seed, case)}: {error:.1e}, {limit:.1e} allowed\n{ours}\n{library}: {theirs}"
            )


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_part_has_its_counterpart_in_the_library(library: str) -> None:
    by_library = import_module(f"tests.recorded.by_{library}")
    for kind, told in (
        ("activation", "ACTIVATIONS"),
        ("loss", "LOSSES"),
        ("penalty", "PENALTIES"),
        ("normalization", "NORMALIZATIONS"),
    ):
        assert not set(CATALOGUE[kind]) - set(getattr(by_library, told)), f"write how {library} has it"
