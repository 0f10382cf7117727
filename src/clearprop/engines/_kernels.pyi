# One instruction level's kernels. `_kernels_v2`, `_kernels_v3` and `_kernels_v4` have the same interface.
import numpy as np
import numpy.typing as npt

activations: dict[str, int]
losses: dict[str, int]
block_points: int

def processor_level() -> str: ...
def exp(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def log(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def tanh(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...
def softplus(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> None: ...

class Trainer64:
    kernel: str
    def __init__(
        self,
        widths: list[int],
        activations: list[int],
        hypers: list[float],
        loss: int,
        strength: float,
        X: npt.NDArray[np.floating],
        Y: npt.NDArray[np.floating],
        weights: npt.NDArray[np.floating] | None,
    ) -> None: ...
    def run(
        self, parameters: npt.NDArray[np.floating], order: npt.NDArray[np.int64], etas: npt.NDArray[np.float64]
    ) -> tuple[int, float, bool]: ...
    def remember(self, kept: list[npt.NDArray[np.floating]], t: int, product: float) -> None: ...
    def recall(self, kept: list[npt.NDArray[np.floating]]) -> tuple[int, float]: ...
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

class Online64:
    def __init__(
        self,
        widths: list[int],
        activations: list[int],
        hypers: list[float],
        loss: int,
        parameters: npt.NDArray[np.floating],
    ) -> None: ...
    def predict(self, X: object, /) -> npt.NDArray[np.floating] | None: ...
    def learn(self, x: object, y: object, eta: float, /) -> float | None: ...

class Online32(Online64): ...
