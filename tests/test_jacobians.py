"""The links as matrices: their product is what back-propagation gives, in either layout."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from clearprop import Links, Network, back_propagate, forward_pass, in_layout
from clearprop.backprop import ForwardPass
from clearprop.formulas.activations import Activation, Softmax, Tanh
from clearprop.formulas.losses import Loss
from tests.parts import LEGAL, all_of, complex_step, label, random_case, relative_error

Layout = Literal["denominator", "numerator"]
both_layouts = pytest.mark.parametrize("layout", ["denominator", "numerator"])


def links_of(output: Activation, loss: Loss, layout: Layout = "denominator", point: int = 0) -> Links:
    """Links of a random network, three layers deep."""
    case = random_case(np.random.default_rng(4), output, loss, 3, hidden=(Tanh(), Softmax()), n=3)
    return Links(case.net, case.forward(), point, layout)


def one_point_gradients(links: Links):
    """Back-propagation at the links' point alone, without its batch."""
    fwd, point = links.fwd, slice(links.point, links.point + 1)
    return back_propagate(links.net, forward_pass(links.net, fwd.A[0][point], fwd.Y[point], fwd.loss_function))


@both_layouts
@pytest.mark.parametrize(("output", "loss"), LEGAL, ids=label)
def test_the_product_of_the_links_is_what_back_propagation_gives(
    output: Activation, loss: Loss, layout: Layout
) -> None:
    links = links_of(output, loss, layout, point=1)
    grads = one_point_gradients(links)
    for l in links.net.layers:
        ours = in_layout(links.dL_dW(l), layout)  # the transpose of a transpose
        # The same products in matrix form; the long way divides by a and multiplies by it again.
        assert relative_error(ours, grads.dL_dW[l]) < 1e-12, f"{output}, {loss}, layer {l}"
        assert relative_error(in_layout(links.dL_dZ(l), layout).ravel(), grads.dL_dZ[l][0]) < 1e-12


@pytest.mark.parametrize(("output", "loss"), LEGAL, ids=label)
def test_the_long_way_is_the_shortcut(output: Activation, loss: Loss) -> None:
    links = links_of(output, loss)
    for l in links.net.layers:
        assert relative_error(links.dL_dW(l, long_way=False), links.dL_dW(l, long_way=True)) < 1e-12, (
            "a quotient undone"
        )


@both_layouts
def test_every_link_has_the_shape_of_its_layout(layout: Layout) -> None:
    net = Network((2, 4, 3), ("tanh", "softmax"), seed=0)
    links = Links(net, forward_pass(net, np.ones((5, 2)), [0, 1, 2, 1, 0], "nllm"), 2, layout)
    shapes = {
        "dL_dA": (links.dL_dA(), (3, 1)),
        "dA_dZ": (links.dA_dZ(1), (4, 4)),
        "dZ_dA": (links.dZ_dA(2), (4, 3)),
        "dZ_dW": (links.dZ_dW(1), (2, 1)),
        "dL_dZ": (links.dL_dZ(1), (4, 1)),
        "dL_dW": (links.dL_dW(2), (4, 3)),
    }
    for name, (given, denominator) in shapes.items():
        assert given.shape == (denominator if layout == "denominator" else denominator[::-1]), name


def test_numerator_layout_is_the_transpose_link_by_link() -> None:
    ours, theirs = (links_of(Softmax(), all_of(Loss)[0], layout) for layout in ("denominator", "numerator"))
    for l in ours.net.layers:
        for name in ("dA_dZ", "dZ_dA", "dZ_dW", "dL_dZ", "dL_dW"):
            assert np.array_equal(getattr(ours, name)(l), getattr(theirs, name)(l).T), f"{name}({l})"
    assert np.array_equal(ours.dL_dA(), theirs.dL_dA().T)


def test_numerator_layout_multiplies_left_to_right() -> None:
    links = links_of(Softmax(), all_of(Loss)[0], "numerator")
    product = links.dL_dA() @ links.dA_dZ(3) @ links.dZ_dA(3) @ links.dA_dZ(2) @ links.dZ_dA(2) @ links.dA_dZ(1)
    assert relative_error(product, links.dL_dZ(1)) < 1e-14, "the same products in another order"


@pytest.mark.parametrize("l", [1, 2, 3])
def test_links_are_the_numeric_derivatives_of_what_they_link(l: int) -> None:
    links = links_of(Softmax(), all_of(Loss)[0])
    net, fwd = links.net, links.fwd
    before, z = fwd.A[l - 1][:1], fwd.Z[l][0]
    by_A = [complex_step(lambda A, j=j: (A @ net.W[l])[0, j], before)[0] for j in range(len(z))]
    by_Z = [complex_step(lambda z, j=j: net.f[l].A(z[None, :])[0, j], z) for j in range(len(z))]
    assert relative_error(links.dZ_dA(l), np.array(by_A).T) < 1e-14, "rows follow a, columns follow z"
    assert relative_error(links.dA_dZ(l), np.array(by_Z).T) < 1e-13, "rows follow z, columns follow a"


def test_a_link_is_of_the_chosen_point() -> None:
    net = Network((2, 1), ("identity",), seed=0)
    fwd: ForwardPass = forward_pass(net, [[1.0, 2.0], [3.0, 4.0]], [[0.0], [0.0]], "square")
    assert Links(net, fwd, point=1).dZ_dW(1).tolist() == [[3.0], [4.0]]


@pytest.mark.parametrize(("layout", "hint"), [("denominatr", "did you mean 'denominator'"), ("rows", "there are")])
def test_an_unknown_layout_is_refused(layout: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"unknown layout '{layout}'; {hint}"):
        in_layout(np.ones((1, 2)), layout)  # type: ignore[arg-type]  # the mistake
