# One instruction level's kernels. `_kernels_v2`, `_kernels_v3` and `_kernels_v4` have the same interface.
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

PartCode: TypeAlias = tuple[int, list[float]]  # a part: its code, and its hyper-parameters in the order of its fields

activations: dict[str, int]
losses: dict[str, int]
optimizers: dict[str, int]

def exp(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def expm1(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def log(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def tanh(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def softplus(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def log_cosh(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def normal_bell(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def normal_cdf(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def sin(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def cos(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def activation(
    f: PartCode, Z: npt.NDArray[np.floating], A: npt.NDArray[np.floating], dA_dZ: npt.NDArray[np.floating]
) -> None: ...
def output(
    f: PartCode,
    loss: PartCode,
    Z: npt.NDArray[np.floating],
    A: npt.NDArray[np.floating],
    dA_dZ: npt.NDArray[np.floating],
    Y: npt.NDArray[np.floating],
    L: npt.NDArray[np.floating],
    dL_dZ: npt.NDArray[np.floating],
) -> None: ...

class Trainer64:
    kernel: str
    threads: int
    together: int
    def __init__(
        self,
        widths: list[int],
        activations: list[PartCode],
        loss: PartCode,
        optimizer: PartCode,
        clips: list[tuple[bool, float]],
        penalty: tuple[float, float, bool],
        dropout: tuple[list[float], int],
        parametrization: tuple[float, float],
        factors: npt.NDArray[np.float64] | None,
        X: npt.NDArray[np.floating],
        Y: npt.NDArray[np.floating],
        weights: npt.NDArray[np.floating] | None,
        largest_batch: int,
        threads: int,
        at_most: bool,
    ) -> None: ...
    def run(
        self,
        parameters: npt.NDArray[np.floating],
        order: npt.NDArray[np.int64],
        etas: npt.NDArray[np.float64],
        t: int,
        begins: npt.NDArray[np.int64] | None = None,
        average: npt.NDArray[np.floating] | None = None,
        entering: npt.NDArray[np.int64] | None = None,
        weights: npt.NDArray[np.float64] | None = None,
    ) -> tuple[int, float, bool]: ...
    def loss_and_gradient(
        self,
        parameters: npt.NDArray[np.floating],
        rows: npt.NDArray[np.int64],
        t: int,
        gradient: npt.NDArray[np.floating],
        first: int,
        of: int,
    ) -> float: ...
    def apply(
        self, parameters: npt.NDArray[np.floating], gradient: npt.NDArray[np.floating], eta: float
    ) -> tuple[int, int]: ...
    def set_state(self, kept: list[npt.NDArray[np.floating]], t: int, product: float) -> None: ...
    def get_state(self, kept: list[npt.NDArray[np.floating]]) -> tuple[int, float]: ...
    def run_side_by_side(
        self,
        parameters: npt.NDArray[np.floating],
        order: npt.NDArray[np.int64],
        etas: npt.NDArray[np.float64],
        losses: npt.NDArray[np.float64],
        threads: int,
    ) -> None: ...
    def fits_in_lanes(self, networks: int) -> bool: ...

class Trainer32(Trainer64): ...

class SinglePoints64:
    def __init__(
        self,
        widths: list[int],
        activations: list[PartCode],
        loss: PartCode,
        parameters: npt.NDArray[np.floating],
        threads: int,
    ) -> None: ...
    def predict(self, X: object, /) -> npt.NDArray[np.floating] | None: ...
    def learn(self, x: object, y: object, eta: float, /) -> float | None: ...

class SinglePoints32(SinglePoints64): ...
