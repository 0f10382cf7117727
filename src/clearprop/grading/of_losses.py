"""NLL: its value and its derivative."""

from __future__ import annotations

import numpy as np

from ..diagnosis import Diagnosis, diagnose
from ..formulas.catalogue import Array
from ..network import Network
from .criterion import CRITERIA, Answers, Criterion, Given, Slip, draw
from .script import Steps

CLASSES, POINTS = 3, 4


class _OfLoss(Criterion):
    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        Z, Y = draw(rng, CLASSES, POINTS), np.eye(CLASSES)[:, rng.integers(CLASSES, size=POINTS)]
        return {"Z": Z, "A": np.exp(Z) / np.exp(Z).sum(axis=0), "Y": Y}


def _slip(name: str, about: str, formula: str, lesson: str, factor: float) -> Slip:
    return Slip(name, about, formula, lesson, lambda g: {"L": np.array(-(g["Y"] * np.log(g["A"])).sum() * factor)})


@CRITERIA.add
class NLLForward(_OfLoss):
    """The loss."""

    name = "NLL.forward"
    about = "NLL.forward(Ypred, Y) returns the loss, summed over the points."
    rule = "L = −Σ y log a, over classes and points"
    slips = (
        _slip(
            "loss_mean",
            "It is the mean over the points.",
            "L = −(1/n) Σ y log a",
            "The interface asks for the sum over the points.",
            1 / POINTS,
        ),
        _slip(
            "loss_mean_of_all",
            "It is the mean over points and classes.",
            "L = −mean(Y log A)",
            "The interface asks for the sum.",
            1 / POINTS / CLASSES,
        ),
        _slip(
            "loss_sign_forward",
            "The minus sign is missing.",
            "L = Σ y log a",
            "A loss is small where the guess is good.",
            -1.0,
        ),
        _slip(
            "loss_other_logarithm",
            "It is the logarithm to base 2.",
            "L = −Σ y log₂ a",
            "log is the natural logarithm, np.log.",
            1 / np.log(2),
        ),
        _slip(
            "loss_decimal_logarithm",
            "It is the logarithm to base 10.",
            "L = −Σ y log₁₀ a",
            "log is the natural logarithm, np.log.",
            1 / np.log(10),
        ),
        Slip(
            "loss_without_targets",
            "The targets are missing.",
            "L = −Σ log a",
            "Only the right class counts, y picks it.",
            lambda g: {"L": -np.log(g["A"]).sum()},
        ),
        Slip(
            "loss_binary",
            "It is the loss of two classes, for every class.",
            "L = −Σ y log a + (1 − y) log(1 − a)",
            "With softmax the loss is −Σ y log a: the other classes are in the sum below a.",
            lambda g: {"L": -(g["Y"] * np.log(g["A"]) + (1 - g["Y"]) * np.log(1 - g["A"])).sum()},
        ),
        Slip(
            "loss_by_point",
            "There is a number for each point.",
            "L_i = −Σ_j y_j log a_j",
            "The interface asks for one number, the sum.",
            lambda g: {"L": -(g["Y"] * np.log(g["A"])).sum(axis=0)},
        ),
        Slip(
            "loss_by_entry",
            "There is a number for each entry.",
            "−Y log A",
            "The interface asks for one number, the sum.",
            lambda g: {"L": -(g["Y"] * np.log(g["A"]))},
        ),
        Slip(
            "loss_square",
            "It is the square loss.",
            "L = Σ (a − y)²",
            "NLL takes the logarithm.",
            lambda g: {"L": ((g["A"] - g["Y"]) ** 2).sum()},
        ),
    )

    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("loss", "NLL")
        steps.call("loss", "forward", given["A"], given["Y"], to="L", give=True)
        return steps


@CRITERIA.add
class NLLBackward(_OfLoss):
    """A − Y."""

    name = "NLL.backward"
    about = "NLL.backward() returns dLdZ, the derivative by what goes into SoftMax."
    rule = "dLdZ = Ypred − Y (Concept 19)"
    slips = (
        Slip(
            "nll_by_a",
            "It is the derivative by Ypred. This interface asks for the one by Z, with softmax in it.",
            "dL/dA = −Y/Ypred",
            "SoftMax.backward hands on what it gets, so softmax must be in it: A − Y.",
            lambda g: {"dLdZ": -g["Y"] / g["A"]},
        ),
    )

    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("loss", "NLL")
        steps.call("loss", "forward", given["A"], given["Y"], to="L")
        steps.call("loss", "backward", to="dLdZ", give=True)
        return steps

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        net = Network.from_weights([(np.eye(CLASSES), np.zeros(CLASSES))], activations=("softmax",))
        return diagnose(net, given["Z"].T, given["Y"].T, loss="nllm", dL_dZ={1: answers["dLdZ"].T})
