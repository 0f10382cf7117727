"""What commands that look into a model share: the model, a table to look at, and the loss it was trained with."""

from __future__ import annotations

from ..formulas.activations import Sigmoid, Softmax
from ..io.datasets import load_table
from ..io.model import Model
from ..io.model_file import load_model
from ..io.tables import Table


def model_and_table(path: str, source: str | None) -> tuple[Model, Table]:
    """The model in a file and the table named, or the one that it was trained on where the file says which."""
    model = load_model(path)
    named = source or model.facts.get("source")
    if not named:
        raise ValueError(f"{path} does not say what it was trained on; name a CSV file or a data set after it")
    return model, load_table(named)


def loss_of(model: Model, given: str | None) -> str:
    """The loss given, or that of the training, or the one that goes with the output activation."""
    if given is not None:
        return given
    output = model.network.activations[-1]
    usual = "nllm" if isinstance(output, Softmax) else "nll" if isinstance(output, Sigmoid) else "square"
    return str(model.facts.get("loss", usual))
