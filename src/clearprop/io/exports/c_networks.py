"""The networks of a function in C: a function for each activation and layer, and of several for each network and the mean."""

from __future__ import annotations

from collections.abc import Sequence

from .c_loops import Body
from .c_places import Constants, Place, array
from .names import comment, identifiers
from .traced import Called, TracedLayer, Tracer, require_in_range
from .writing import Words, statements


class CNetworks:
    """The functions, and the lines that call them for a row."""

    def __init__(self, tracer: Tracer, constants: Constants) -> None:
        self.tracer, self.constants = tracer, constants
        self.forms, self.number = constants.forms, constants.forms.number
        self.networks = tracer.networks()
        names = identifiers([f"f_{each.f.name}" for each in tracer.called], "c")
        self.forms.calls[:] = names
        self.units = [self._unit(each, name) for each, name in zip(tracer.called, names, strict=True)]
        """The functions of activations of one unit."""
        layers = [self._layer(layer) for layers in self.networks for layer in layers]
        self.functions = layers + (self._of_several() if len(self.networks) > 1 else [])
        """The functions of layers, networks and the mean."""

    def lines(self, inputs: str) -> tuple[list[str], str]:
        """The lines of a prediction, and the array of its outputs. `inputs` fills the array of inputs: `{}` is its name."""
        if len(self.networks) > 1:
            return self._mean_of_networks(inputs)
        widest = max(self.tracer.function.networks[0].widths)
        calls, result = _alternating(self.networks[0], "a", "b", "a")
        return [f"{self.number} a[{widest}], b[{widest}];", inputs.format("a"), *calls], result

    def _mean_of_networks(self, inputs: str) -> tuple[list[str], str]:
        m, n = self.tracer.function.inputs, self.tracer.function.outputs
        calls = ["network_1(in, total);"]
        for k in range(2, len(self.networks) + 1):
            calls += [f"network_{k}(in, a);", "add(total, a);"]
        calls.append("mean(total, a);")
        return [f"{self.number} in[{m}], a[{n}], total[{n}];", inputs.format("in"), *calls], "a"

    # ---- functions

    def _unit(self, unit: Called, name: str) -> str:
        """An activation of one unit as a function."""
        lines = statements(unit.graph, {each: Words(each) for each in unit.takes}, self.forms, self.forms.declared)
        takes = ", ".join(f"{self.number} {each}" for each in unit.takes)
        formula = f": {unit.f.formula}" if unit.f.formula else ""
        about = f"/* {comment(str(unit.f) + formula)} */"
        return c_function(
            about, f"static {self.number} {name}({takes})", [*lines.said, f"return {lines.results[0].text};"]
        )

    def _layer(self, layer: TracedLayer) -> str:
        m, n = layer.net.W[layer.l].shape
        graph, said = layer.graph, layer.said
        require_in_range(graph, said.partition(":")[0])
        goal = {graph.outputs[0]: array("out", n)}
        lines = Body(graph, {"A": Place(array("a", m), m)}, self.constants, layer.about).written(goal)
        about = f"/* {comment(said[0].upper() + said[1:])}. */"
        return c_function(about, f"static void layer_{layer.name}(const {self.number} *a, {self.number} *out)", lines)

    def _of_several(self) -> list[str]:
        """A function for each network, which keeps its units to itself, and two for the mean."""
        return [*(self._network(k, layers) for k, layers in enumerate(self.networks, 1)), *self._mean()]

    def _network(self, k: int, layers: Sequence[TracedLayer]) -> str:
        calls, result = _alternating(layers, "a", "b", "x")
        calls[-1] = calls[-1].replace(f", {result});", ", out);")
        hidden = max(layers[0].net.widths[1:-1], default=0)
        units = ", ".join(f"{each}[{hidden}]" for each in "ab"[: len(layers) - 1])
        arrays = [f"{self.number} {units};"] if units else []
        about = f"/* The outputs of network {k}. */"
        return c_function(about, f"static void network_{k}(const {self.number} *x, {self.number} *out)", arrays + calls)

    def _mean(self) -> list[str]:
        n = self.tracer.function.outputs
        total, A = Place(array("total", n), n), Place(array("a", n), n)
        one_more, mean = self.tracer.mean()
        adding = Body(one_more, {"total": total, "A": A}, self.constants, {}).written(
            {one_more.outputs[0]: total.words}
        )
        dividing = Body(mean, {"total": total}, self.constants, {}).written({mean.outputs[0]: array("out", n)})
        of = f"static void {{}}({{}}{self.number} *total, {{}}{self.number} *{{}})"
        return [
            c_function(
                "/* The sum of networks' outputs, with those of one more. */",
                of.format("add", "", "const ", "a"),
                adding,
            ),
            c_function(
                "/* The mean of the outputs, by their sum. */", of.format("mean", "const ", "", "out"), dividing
            ),
        ]


def _alternating(layers: Sequence[TracedLayer], one: str, other: str, given: str) -> tuple[list[str], str]:
    """The calls of layers, of which each takes the array that the one before filled, and the array that is filled last."""
    calls, fills = [], other if given == one else one
    for layer in layers:
        calls.append(f"layer_{layer.name}({given}, {fills});")
        given, fills = fills, other if fills == one else one
    return calls, given


def c_function(about: str, signature: str, lines: list[str]) -> str:
    """A function with the comment before it."""
    head = [about] if about else []
    return "\n".join([*head, f"{signature} {{", *(f"  {line}" for line in lines), "}", ""])
