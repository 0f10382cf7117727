"""A graph as C: loops over the units of a layer, one for as many operators as can share it. One row, and only local arrays.

A value is a number, or an array of as many numbers as there are units. Operators that go unit by unit share a loop, and a
product with weights is a loop inside it. What needs a whole array, such as a sum over units, comes after the loop that
fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ...operators import CannotExpress, Graph, Node
from .c_places import NUMBER, TEXT, TRUTH, Constants, Place
from .writing import PRODUCT, TRUTHS, Lines, Words, count_up, uses_of

BY_THEMSELVES = {"ReduceSum", "ReduceMean", "ReduceMax", "ArgMax", "Concat", "LogSoftmax"}
"""Operators that go through an array in a way of their own."""
OF_WHOLE_ARRAYS = BY_THEMSELVES | {"MatMul", "Gather"}
"""Operators of which one unit needs all units of what they take."""


class Body:
    """The statements of a function that computes the outputs of a graph."""

    def __init__(
        self, graph: Graph, places: Mapping[str, Place], constants: Constants, about: Mapping[str, str]
    ) -> None:
        self.graph, self.constants, self.about = graph, constants, about
        self.forms = constants.forms
        self.places = dict(places)
        self.uses = uses_of(graph)
        self.said: list[str] = []
        self.sharing: list[Node] = []
        self.name = count_up("t")
        self.goals: dict[str, str] = {}
        self.weights: dict[str, tuple[str, str | None]] = {}

    def written(self, goals: Mapping[str, str]) -> list[str]:
        """The lines; `goals` says where outputs go, such as `out[{j}]`."""
        self.goals = dict(goals)
        for node in self.graph.nodes:
            self._take(node)
        self._write_loop()
        for name, goal in self.goals.items():
            place = self._place(name)
            if place.words != goal:  # an output that is an input
                self._copy(place, goal)
        return self.said

    def _take(self, node: Node) -> None:
        """Let a node share the loop of those before it, or begin another."""
        if node.operator == "MatMul" and node.takes[1] not in self.weights:
            name = node.takes[1]
            self.weights[name] = self.constants.weights(self.graph.constants[name], self.about.get(name, "weights"))
        width, alone = self._width(node), node.operator in BY_THEMSELVES
        in_loop = {each.gives for each in self.sharing}
        needs_whole = node.operator in OF_WHOLE_ARRAYS and in_loop.intersection(node.takes)
        if self.sharing and (alone or needs_whole or self.places[self.sharing[0].gives].width != width):
            self._write_loop()
        self.places[node.gives] = Place(node.gives, width, TRUTH if node.operator in TRUTHS else NUMBER)
        if alone:
            _ALONE[node.operator](self, node)
        else:
            self.sharing.append(node)

    def _width(self, node: Node) -> int:
        """How many units a node gives."""
        if node.operator in BY_THEMSELVES - {"Concat", "LogSoftmax"}:
            return 1
        if node.operator == "MatMul":
            return int(self.graph.constants[node.takes[1]].shape[1])
        if node.operator == "Gather" or self._is_of_texts(node):
            return int(self.graph.constants[node.takes[1]].size)
        widths = [self._place(name).width for name in node.takes]
        if node.operator == "Concat":
            return sum(widths)
        if len(set(widths) - {1}) > 1:
            raise CannotExpress(f"{node.operator} of arrays of {' and '.join(map(str, widths))} units")
        return max(widths)

    def _is_of_texts(self, node: Node) -> bool:
        first = self.places.get(node.takes[0])
        return first is not None and first.kind == TEXT

    def _place(self, name: str) -> Place:
        """Where a value is; a constant array is declared when it is first asked for."""
        if name not in self.places:
            values = self.graph.constants[name]
            if values.size == 1:
                number = self.forms.constant(values.ravel()[0])
                self.places[name] = Place(number.text, level=number.level)
            elif max(values.shape) == values.size:
                array = self.constants.declared(values.ravel(), self.about.get(name, "constant"))
                self.places[name] = Place(f"{array}[{{j}}]", values.size)
            else:
                raise CannotExpress(f"a constant of shape {values.shape} has no place among the numbers of one row")
        return self.places[name]

    # ---- loops over units

    def _write_loop(self) -> None:
        """The loop of the nodes that share one. Values that are used after it are stored, others are local to it."""
        nodes, self.sharing = self.sharing, []
        if not nodes:
            return
        width = self.places[nodes[0].gives].width
        inside = [name for node in nodes for name in node.takes]
        lines = Lines(self.forms.form_of, self.uses, {}, self.forms.declared, self.name)
        after: dict[str, Place] = {}
        for node in nodes:
            made = self._expression(node, lines)
            kind = self.places[node.gives].kind
            outlives = self.uses[node.gives] > inside.count(node.gives)
            if node.gives in self.goals or (outlives and width > 1):
                after[node.gives] = self._stored(node.gives)
                lines.words[node.gives] = after[node.gives].at("j")
                lines.said.append(f"{lines.words[node.gives].text} = {made.text};")
            elif node.operator == "Identity":
                lines.words[node.gives] = made
            else:
                lines.keep(node, made)
            if outlives and width == 1:
                words = lines.words[node.gives]
                after[node.gives] = Place(words.text, kind=kind, level=words.level)
        self._loop(width, lines.said)
        self.places |= after

    def _expression(self, node: Node, lines: Lines) -> Words:
        """What a node gives at unit j, of what it takes."""
        special = {"MatMul": self._product, "Gather": self._picked}.get(node.operator)
        if special is not None:
            return special(node, lines)
        if self._is_of_texts(node):
            return self._same_text(node)
        operands = [lines.words.get(name) or self._place(name).at("j") for name in node.takes]
        return operands[0] if node.operator == "Identity" else self.forms.form_of(node).filled(operands)

    def _stored(self, value: str) -> Place:
        """A place for a value that outlives its loop: where an output goes, or a local array."""
        was = self.places[value]
        if value in self.goals:
            return Place(self.goals[value], was.width, was.kind)
        return self._new(was.width, was.kind)

    def _new(self, width: int, kind: str = NUMBER, start: str = "") -> Place:
        """A local number or array."""
        name = self.name()
        size = f"[{width}]" if width > 1 else ""
        self.said.append(f"{self._type(kind)} {name}{size}{start};")
        return Place(f"{name}[{{j}}]" if width > 1 else name, width, kind)

    def _type(self, kind: str) -> str:
        return self.forms.number if kind == NUMBER else "int"

    def _product(self, node: Node, lines: Lines) -> Words:
        """The sum over inputs i of a_i W_ij."""
        given, W = self._place(node.takes[0]), self.graph.constants[node.takes[1]]
        name, scale = self.weights[node.takes[1]]
        total, j = self.name(), "j" if W.shape[1] > 1 else "0"
        term = f"{total} += {given.at('i').text} * {name}[i][{j}];"
        lines.said += [f"{self.forms.number} {total} = {self.forms.constant(0).text};", *loop("i", len(W), [term])]
        return Words(total) if scale is None else Words(f"{total} * {scale}[{j}]", PRODUCT)

    def _picked(self, node: Node, lines: Lines) -> Words:
        """The units in some places: neighbours by an offset, others by a list of their numbers."""
        given, index = self._place(node.takes[0]), self.graph.constants[node.takes[1]].ravel()
        if len(index) == 1:
            return given.at(int(index[0]))
        if (np.diff(index) == 1).all():
            return given.at(f"j + {index[0]}" if index[0] else "j")
        return given.at(f"{self.constants.declared(index.astype(np.int32), 'places')}[j]")

    def _same_text(self, node: Node) -> Words:
        """Whether a text is the j-th of those that have a meaning."""
        j = "j" if self.graph.constants[node.takes[1]].size > 1 else "0"
        return Words(f"same_text({self.places[node.takes[0]].words}, {self.about[node.takes[1]]}[{j}])")

    def _loop(self, width: int, body: list[str]) -> None:
        self.said += loop("j", width, body) if width > 1 else body

    def _copy(self, given: Place, goal: str) -> None:
        self._loop(given.width, [f"{goal.replace('{j}', 'j')} = {given.at('j').text};"])

    # ---- what goes through an array in a way of its own

    def _beside(self, node: Node) -> None:
        """Arrays and numbers one after another in one array."""
        made, start = self._stored(node.gives), 0
        for part in map(self._place, node.takes):
            if part.width == 1:
                self.said.append(f"{made.at(start).text} = {part.at(0).text};")
            else:
                self._loop(part.width, [f"{made.at(f'j + {start}' if start else 'j').text} = {part.at('j').text};"])
            start += part.width
        self.places[node.gives] = made

    def _log_softmax(self, node: Node) -> None:
        given = self._place(node.takes[0])
        self.places[node.gives] = made = self._stored(node.gives)
        if given.width == 1:
            self.said.append(f"(void)({given.at(0).text});")  # of one unit it is 0, whatever its pre-activation
            self.said.append(f"{made.words} = {self.forms.constant(0).text};")
        else:
            self.said.append(f"log_softmax({given.array}, {made.array}, {given.width});")

    def _total(self, node: Node) -> None:
        """A sum or a mean over units."""
        given, made = self._place(node.takes[0]), self._new(1, start=f" = {self.forms.constant(0).text}")
        self._loop(given.width, [f"{made.words} += {given.at('j').text};"])
        if node.operator == "ReduceMean":
            self.said.append(f"{made.words} /= {self.forms.constant(given.width).text};")
        self.places[node.gives] = made

    def _maximum(self, node: Node) -> None:
        given = self._place(node.takes[0])
        made = self._new(1, start=f" = {given.at(0).text}")
        each = given.at("j").text
        self._loop(given.width, [f"if ({each} > {made.words}) {made.words} = {each};"])
        self.places[node.gives] = made

    def _largest(self, node: Node) -> None:
        """Which unit is the largest, the first of several."""
        given, made = self._place(node.takes[0]), self._new(1, TRUTH, " = 0")
        if given.width > 1:
            self._loop(given.width, [f"if ({given.at('j').text} > {given.at(made.words).text}) {made.words} = j;"])
        self.places[node.gives] = made


_ALONE: dict[str, Callable[[Body, Node], None]] = {
    "Concat": Body._beside,  # noqa: SLF001 - of this file
    "LogSoftmax": Body._log_softmax,  # noqa: SLF001
    "ReduceSum": Body._total,  # noqa: SLF001
    "ReduceMean": Body._total,  # noqa: SLF001
    "ReduceMax": Body._maximum,  # noqa: SLF001
    "ArgMax": Body._largest,  # noqa: SLF001
}


def loop(index: str, count: int, body: list[str]) -> list[str]:
    """A loop over 0 .. count - 1."""
    return [f"for (int {index} = 0; {index} < {count}; {index}++) {{", *(f"  {line}" for line in body), "}"]
