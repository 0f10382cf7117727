"""PyTorch's modules as networks, and networks as PyTorch's modules, with the same weights and the same outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...formulas.activations import Activation
from ...formulas.catalogue import Array, find
from ...formulas.normalizations import BatchNorm, LayerNorm, Normalization
from ...network import Network, require_network
from .stack import Stack

PLAIN = {
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "identity": "Identity",
    "relu6": "ReLU6",
    "hard_tanh": "Hardtanh",
    "hard_sigmoid": "Hardsigmoid",
    "hard_swish": "Hardswish",
    "selu": "SELU",
    "softplus": "Softplus",
    "log_sigmoid": "LogSigmoid",
    "softsign": "Softsign",
    "silu": "SiLU",
    "mish": "Mish",
}
"""Activations that are modules without an argument, by their names here."""


def from_torch(module: Any) -> Network:
    """A network with the weights of a `torch.nn.Sequential`, copied: it gives what the module gives in evaluation mode.

    It may hold `Linear`, activations, `BatchNorm1d` or `LayerNorm` between a `Linear` and its activation, and Sequentials.
    Dropout is left out, with a warning, because a network has none: give `dropout=` to `train`. A `Linear` without biases gets
    biases of 0; `frozen="W0[2]"` keeps them. ValueError, with the module's name, for what a network cannot hold.
    """
    torch = _torch()
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"from_torch takes a torch.nn.Module; given {type(module).__name__}")
    stack = Stack()
    for name, each in _in_order(torch, module):
        _add(torch, stack, f"{name} {type(each).__name__}".strip(), each)
    return stack.network()


def to_torch(net: Network) -> Any:
    """A `torch.nn.Sequential` with the weights of a network, copied, in evaluation mode: it gives what `predict` gives.

    ValueError, with the layer, for an activation that PyTorch has no module of.
    """
    require_network(net)
    torch = _torch()
    dtype = torch.float32 if net.dtype == np.float32 else torch.float64
    modules: list[Any] = []
    for l in net.layers:
        m, n = net.W[l].shape
        linear = torch.nn.Linear(m, n, dtype=dtype)
        _fill(torch, linear, weight=net.W[l].T, bias=net.W0[l])
        modules.append(linear)
        if l in net.normalization:
            modules.append(_normalization(torch, net, l, dtype))
        if net.activations[l - 1].name != "identity":
            modules.append(_module(torch, net, l, dtype))
    return torch.nn.Sequential(*modules).eval()


def _torch() -> Any:
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError("this needs PyTorch: pip install torch") from None
    return torch


def _in_order(torch: Any, module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The modules that compute, by name, in the order in which they are called."""
    if not isinstance(module, torch.nn.Sequential):
        yield prefix or "the module", module
        return
    for name, each in module.named_children():
        yield from _in_order(torch, each, f"{prefix}.{name}" if prefix else f"module {name!r}")


def _add(torch: Any, stack: Stack, where: str, module: Any) -> None:
    nn = torch.nn
    if type(module) is nn.Linear:
        bias = None if module.bias is None else _array(module.bias, where)
        stack.dense(where, _array(module.weight, where).T, bias)
    elif type(module) is nn.BatchNorm1d:
        if not module.track_running_stats or module.momentum is None:
            raise ValueError(f"{where}: a network's batch_norm has running means with a momentum of their own")
        part: Normalization = BatchNorm(epsilon=module.eps, momentum=module.momentum)
        running = {"running_mean": module.running_mean, "running_variance": module.running_var}
        stack.normalization(where, part, **_numbers(where, gain=module.weight, shift=module.bias, **running))
    elif type(module) is nn.LayerNorm:
        if len(module.normalized_shape) != 1:
            raise ValueError(
                f"{where} is over {len(module.normalized_shape)} axes, and a network's over the units of a layer"
            )
        stack.normalization(
            where, LayerNorm(epsilon=module.eps), **_numbers(where, gain=module.weight, shift=module.bias)
        )
    elif type(module) is nn.Dropout:
        stack.dropout(where, module.p)
    elif type(module) is not nn.Identity and not (type(module) is nn.Flatten and module.start_dim == 1):
        alpha = _array(module.weight, where) if type(module) is nn.PReLU else None
        stack.activation(where, _activation(torch, where, module), alpha)


def _activation(torch: Any, where: str, module: Any) -> Activation:
    nn, kind = torch.nn, type(module)
    plain = {getattr(nn, theirs): ours for ours, theirs in PLAIN.items()}
    as_here = True
    if kind is nn.Hardtanh:
        as_here = (module.min_val, module.max_val) == (-1, 1)
    elif kind is nn.Softplus:
        as_here = module.beta == 1
    elif kind in (nn.Softmax, nn.LogSoftmax):
        as_here = module.dim in (None, 1, -1)
    if not as_here:
        raise ValueError(
            f"{where}: {module} has no activation here; {kind.__name__} is known with its defaults, over the units"
        )
    named: dict[Any, Callable[[Any], str]] = {
        nn.LeakyReLU: lambda f: f"leaky_relu(slope={f.negative_slope!r})",
        nn.ELU: lambda f: f"elu(alpha={f.alpha!r})",
        nn.GELU: lambda f: "gelu" if f.approximate == "none" else "gelu_tanh",
        nn.Softmax: lambda _: "softmax",
        nn.LogSoftmax: lambda _: "log_softmax",
        nn.PReLU: lambda _: "prelu",
    }
    if kind in named:
        return find(Activation, named[kind](module))
    if kind not in plain:
        known = ", ".join(sorted({each.__name__ for each in (*plain, *named)}))
        raise ValueError(
            f"{where}: a network cannot hold it; it holds Sequential, Linear, BatchNorm1d, LayerNorm, Dropout (left out), "
            f"{known}"
        )
    return find(Activation, plain[kind])


def _module(torch: Any, net: Network, l: int, dtype: Any) -> Any:
    """The module of an activation."""
    nn, f = torch.nn, net.activations[l - 1]
    made: dict[str, Callable[[], Any]] = {
        "leaky_relu": lambda: nn.LeakyReLU(f.slope),  # type: ignore[attr-defined]
        "elu": lambda: nn.ELU(f.alpha),  # type: ignore[attr-defined]
        "gelu": nn.GELU,
        "gelu_tanh": lambda: nn.GELU(approximate="tanh"),
        "softmax": lambda: nn.Softmax(dim=1),
        "log_softmax": lambda: nn.LogSoftmax(dim=1),
        **{ours: getattr(nn, theirs) for ours, theirs in PLAIN.items()},
    }
    if type(f) is type(find(Activation, "prelu")):
        return _fill(torch, nn.PReLU(len(net.alpha[l]), dtype=dtype), weight=net.alpha[l])
    if f.name == "swish" and f.beta == 1:  # type: ignore[attr-defined]
        return nn.SiLU()
    if f.name not in made or type(f) is not type(find(Activation, f.name)):
        raise ValueError(f"layer {l}: PyTorch has no module of {f}; export(net, ...) writes it as ONNX")
    return made[f.name]()


def _normalization(torch: Any, net: Network, l: int, dtype: Any) -> Any:
    part, n = net.normalization[l], net.widths[l]
    if type(part) is BatchNorm:
        made = torch.nn.BatchNorm1d(n, eps=part.epsilon, momentum=part.momentum, dtype=dtype)
        running = {"running_mean": net.running_mean[l], "running_var": net.running_variance[l]}
        return _fill(torch, made, weight=net.gain[l], bias=net.shift[l], **running)
    if type(part) is LayerNorm:
        return _fill(torch, torch.nn.LayerNorm(n, eps=part.epsilon, dtype=dtype), weight=net.gain[l], bias=net.shift[l])
    raise ValueError(f"layer {l}: PyTorch has no module of {part}")


def _fill(torch: Any, module: Any, **arrays: Array) -> Any:
    with torch.no_grad():
        for name, array in arrays.items():
            getattr(module, name).copy_(torch.from_numpy(np.ascontiguousarray(array)))
    return module


def _numbers(where: str, **tensors: Any) -> dict[str, Array | None]:
    return {name: None if tensor is None else _array(tensor, where) for name, tensor in tensors.items()}


def _array(tensor: Any, where: str) -> Array:
    """The numbers of a tensor. ValueError for types that a network does not have."""
    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in {"float32", "float64"}:
        raise ValueError(f"{where} has weights of {dtype}, and a network is float32 or float64; give module.float()")
    array: Array = tensor.detach().cpu().numpy().copy()
    return array
