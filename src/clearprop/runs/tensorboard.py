"""The reports of a run as events that TensorBoard shows, written by tensorboardX, which is an extra."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .folder import RunFolder

FOLDER = "tensorboard"


def require_tensorboard() -> None:
    """ImportError, which says what to install, where tensorboardX is missing: to be called before training."""
    try:
        import tensorboardX
    except ImportError:
        raise ImportError("TensorBoard's logs need tensorboardX: pip install 'clearprop[tensorboard]'") from None
    del tensorboardX


def writer(folder: RunFolder) -> Callable[[Mapping[str, Any]], object]:
    """A function that writes the numbers of a report, each under its name, at its step."""
    require_tensorboard()
    from tensorboardX import SummaryWriter

    inside = folder.path / FOLDER
    if inside.is_symlink():
        raise OSError(f"{inside} is a link, and a run keeps its files in its own folder; remove it")
    summary = SummaryWriter(str(inside), flush_secs=10)

    def write(report: Mapping[str, Any]) -> None:
        for name, value in report.items():
            if name not in {"step", "restart", "left"} and value is not None:
                summary.add_scalar(name, value, int(report["step"]))
        summary.flush()

    return write
