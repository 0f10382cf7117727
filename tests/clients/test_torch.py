"""Networks from PyTorch's modules and back: the same outputs, in both precisions, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.activations import Activation
from tests.parts import all_of, label

torch = pytest.importorskip("torch", reason="PyTorch is not installed; make clients installs it")
nn = torch.nn
X = np.random.default_rng(3).normal(size=(20, 3))
WITHOUT = {"step", "exp", "gaussian", "sine", "parametric"}
"""Activations that PyTorch has no module of."""
MODULES = [
    *(
        nn.ReLU(),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.Identity(),
        nn.ReLU6(),
        nn.Hardtanh(),
        nn.Hardsigmoid(),
        nn.Hardswish(),
        nn.SELU(),
    ),
    *(nn.Softplus(), nn.LogSigmoid(), nn.Softsign(), nn.SiLU(), nn.Mish(), nn.LeakyReLU(0.3), nn.ELU(0.7), nn.GELU()),
    *(nn.GELU(approximate="tanh"), nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.PReLU(), nn.PReLU(5, init=0.4)),
]


def outputs(module: Any, dtype: str = "float64") -> np.ndarray:
    with torch.no_grad():
        found: np.ndarray = module(torch.from_numpy(X.astype(dtype))).numpy()
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_module_becomes_a_network_with_its_outputs(module: Any, dtype: str) -> None:
    torch.manual_seed(1)
    whole = nn.Sequential(
        nn.Linear(3, 5), module, nn.Sequential(nn.Linear(5, 4, bias=False), nn.Tanh()), nn.Linear(4, 2)
    )
    whole = whole.to(getattr(torch, dtype)).eval()
    net = cp.from_torch(whole)
    assert net.dtype == dtype
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    expected = outputs(whole, dtype)
    if isinstance(module, nn.Softplus):
        tolerance = max(tolerance, 1e-8)  # PyTorch takes z itself from 20 on
    np.testing.assert_allclose(net.predict(X.astype(dtype)), expected, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(outputs(net.to_torch(), dtype), expected, rtol=tolerance, atol=tolerance)
    net.W[1][...] = 0
    assert (outputs(whole, dtype) == expected).all()


@pytest.mark.parametrize("f", [f for f in all_of(Activation) if f.name not in WITHOUT], ids=label)
def test_a_network_becomes_a_module_and_comes_back(f: Activation) -> None:
    net = cp.Network((3, 4, 2), (f, "identity"), seed=1)
    module = net.to_torch()
    np.testing.assert_allclose(outputs(module), net.predict(X), rtol=1e-12, atol=1e-12)
    back = cp.from_torch(module)
    assert (back.parameters == net.parameters).all()


@pytest.mark.parametrize("part", ["batch_norm", "layer_norm"])
def test_normalised_layers_keep_their_means(part: str) -> None:
    net = cp.Network((3, 6, 4, 2), ("relu", "tanh", "identity"), normalization=part, seed=1)
    net = cp.train(net, X, X[:, :2], loss="square", epochs=20).network
    module = net.to_torch()
    np.testing.assert_allclose(outputs(module), net.predict(X), rtol=1e-10, atol=1e-12)
    back = cp.from_torch(module)
    assert (back.parameters == net.parameters).all()
    assert (back.statistics == net.statistics).all()
    plain = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4, elementwise_affine=False), nn.Tanh()).double()
    np.testing.assert_allclose(cp.from_torch(plain).predict(X), outputs(plain), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_an_activation_that_torch_does_not_have_is_refused_with_its_layer(name: str) -> None:
    net = cp.Network((3, 4, 5, 2), ("relu", name, "identity"), seed=1)
    with pytest.raises(ValueError, match=f"layer 2: PyTorch has no module of {name}"):
        net.to_torch()


def test_swish_with_a_beta_of_its_own_is_none_of_torch() -> None:
    with pytest.raises(ValueError, match="layer 1: PyTorch has no module of swish"):
        cp.Network((3, 2), ("swish(beta=2.0)",)).to_torch()


def test_dropout_is_left_out_and_said() -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.25), nn.Linear(4, 2)).eval()
    with pytest.warns(UserWarning, match=r"module '2' Dropout is not part of a network; give dropout=0.25"):
        net = cp.from_torch(module)
    np.testing.assert_allclose(net.predict(X), outputs(module, "float32"), rtol=1e-4, atol=1e-5)


REFUSED = [
    (nn.Sequential(nn.Linear(3, 4), nn.Conv1d(1, 1, 1)), "module '1' Conv1d: a network cannot hold it"),
    (
        nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Hardtanh(-2, 2))),
        "module '1'.0 Hardtanh: .* is known with its defaults",
    ),
    (nn.Sequential(nn.Linear(3, 4), nn.Softplus(beta=2)), "module '1' Softplus: .* is known with its defaults"),
    (nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=0)), "module '1' Softmax: .* is known with its defaults"),
    (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Tanh()), "module '2' Tanh follows another activation"),
    (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.LayerNorm(4)), "module '2' LayerNorm must follow a layer of weights"),
    (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm((2, 4))), "module '1' LayerNorm is over 2 axes"),
    (
        nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False)),
        "module '1' BatchNorm1d: .* running means",
    ),
    (nn.Sequential(nn.ReLU(), nn.Linear(3, 4)), "module '0' ReLU comes before the first layer of weights"),
    (
        nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2)),
        "module '1' Linear takes 5 inputs, and the layer before it gives 4",
    ),
    (nn.Sequential(nn.Linear(3, 4)).half(), "module '0' Linear has weights of float16"),
    (nn.Sequential(), "there is no layer of weights"),
    (nn.Bilinear(2, 2, 1), "the module Bilinear: a network cannot hold it"),
    (nn.Sequential(nn.Linear(3, 4), nn.Threshold(0.1, 20)), "module '1' Threshold: a network cannot hold it"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("module", "message"), REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_what_a_network_cannot_hold_is_refused_with_its_name(module: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cp.from_torch(module)


def test_what_is_no_module_is_told() -> None:
    with pytest.raises(TypeError, match=r"from_torch takes a torch.nn.Module; given list"):
        cp.from_torch([])


def test_frozen_layers_are_those_of_torch() -> None:
    """Adam with a frozen layer and step sizes of its own for the others, against `requires_grad_(False)` and groups."""
    net = cp.Network((3, 5, 4, 2), ("tanh", "tanh", "identity"), seed=1)
    module = net.to_torch().train()
    module[0].requires_grad_(False)
    groups = [{"params": module[2].parameters(), "lr": 0.002}, {"params": module[4].parameters(), "lr": 0.01}]
    optimizer = torch.optim.Adam(groups)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(X[:, :2].copy())
    for _ in range(50):
        optimizer.zero_grad()
        ((module(inputs) - targets) ** 2).sum(dim=1).mean().backward()
        optimizer.step()
    for engine in ("numpy", "compiled"):
        run = cp.train(
            *(net, X, X[:, :2]),
            loss="square",
            optimizer="adam",
            eta={2: 0.002, 3: 0.01, 1: 0.0},
            batch_size=None,
            steps=50,
            engine=engine,
        )
        np.testing.assert_allclose(run.network.parameters, cp.from_torch(module).parameters, rtol=1e-9, atol=1e-11)
