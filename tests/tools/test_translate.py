"""The translator: what it writes of each construct, run by Node, gives what Python gives; what it does not know it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.translate.live import live_module
from tools.translate.module import translated
from tools.translate.sources import Defined, Refused, Sources


def translate(tmp_path: Path, text: str, start: str = "f") -> str:
    """The module that a source becomes, as `clearprop.here`."""
    (tmp_path / "clearprop").mkdir(exist_ok=True)
    (tmp_path / "clearprop" / "here.py").write_text(text)
    return translated(Sources(tmp_path), {start: Defined("clearprop.here", start)})


@pytest.mark.parametrize(
    ("python", "javascript"),
    [
        ("def f(a, b): return a + b", "return py.add(a, b);"),
        ("def f(a): return a if a else None", "return (py.truth(a) ? a : null);"),
        ("def f(a): return a is None", "return (a === null);"),
        ("def f(a): return a == 'x'", 'return (a === "x");'),
        ("def f(a): return f'{a:.3g} of {a!r}'", "return `${py.format(a, `.3g`)} of ${py.repr(a)}`;"),
        ("def f(a): return [x for x in a if x]", "return py.map_over(a, (x) => x, (x) => py.truth(x));"),
        ("def f(a): return a.join('x')", 'return m.join(a, "x");'),
        ("def f(a): return a[1:, None]", "return py.item(a, py.tuple_of(py.slice(1, null, null), null));"),
        ("def g(x, *, y=1): return x\ndef f(a): return g(a, y=2)", "return g(a, 2);"),
        ("def g(x, **more): return x\ndef f(a): return g(1, **a)", "return g(1, py.dict([...a.items()]));"),
        ("def f(a): return a(1)", "return py.call(a, [1]);"),
        ("def f(default): return default", "function f(default$)"),
        ("class G:\n    def default(self): return 1\ndef f(): return G().default()", "default() {"),
    ],
)
def test_a_construct_becomes_the_expression_that_means_it(tmp_path: Path, python: str, javascript: str) -> None:
    assert javascript in translate(tmp_path, python)


@pytest.mark.parametrize(
    ("python", "why"),
    [
        ("async def f(): pass", "here.py: f is not defined"),
        ("def f(a):\n    global b\n    b = a", "here.py:2: the statement Global is not translated"),
        ("def f(a):\n    with open(a): pass", r"here.py:2: with open\(a\) is not translated"),
        ("import numpy as np\ndef f(a): return np.fft(a)", "here.py:2: the runtime in .* has no numpy.fft"),
        ("def f(a): return a @ b", "here.py:1: what is b"),
        ("def g(x): return x\ndef f(a): return g(y=a)", "here.py:2: no parameter y in g"),
        ("def f(a):\n    for x in a: pass\n    else: return 1", "here.py:2: else of a loop"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(tmp_path: Path, python: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        translate(tmp_path, python)


def test_only_what_can_be_reached_is_kept(tmp_path: Path) -> None:
    text = """
class Used:
    def asked(self): return 1
    def left_out(self): return not_there()
def not_there(): return 2
def f(): return Used().asked()
"""
    found = translate(tmp_path, text)
    assert "asked" in found
    assert "left_out" not in found
    assert "not_there" not in found


@pytest.mark.lengthy
def test_the_live_page_s_module_is_the_same_each_time_and_has_no_docstring() -> None:
    module = live_module()
    assert module == live_module()
    assert "One point as a row" not in module
    assert "asdict" not in module
