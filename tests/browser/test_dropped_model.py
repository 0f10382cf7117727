"""A model file that is dropped on the page becomes its network; one that it cannot hold, or a damaged one, changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting import fit
from clearprop.io import sealed
from clearprop.live.embedded import of_table

from .conftest import Opened
from .test_model_file import written
from .test_own_data import drop, html
from .test_studio import READY, fact, saved

Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def models() -> dict[str, cp.Model]:
    """Trained by Python on some rows of their tables, so that each prepares its columns by numbers of its own."""
    return {name: fit(cp.load_table(name), layers="5:tanh", epochs=3).model for name in ("moons", "line", "few_digits")}


def heading(there: Opened, text: str) -> None:
    there.page.locator(".picture h2", has_text=text).wait_for()


@pytest.mark.parametrize("name", ["moons", "line"])
def test_a_model_of_python_goes_on_in_the_page_and_comes_back(
    visit: Open, tmp_path: Path, models: dict[str, cp.Model], name: str
) -> None:
    model, path = models[name], tmp_path / f"{name}.clearprop"
    cp.save_model(model, path)
    there = visit("studio-moons", html, ready=READY)
    drop(there, path)
    heading(there, f"{name} for {name}.clearprop")
    assert saved(there)["parameters"] == model.network.parameters.tolist()
    points = of_table(cp.load_table(name), model=model)
    own = cp.load_table(name)
    X, Y = model.inputs(own), model.targets(own)
    loss = float(fact(there, "training loss"))
    rest = float(fact(there, "test loss"))
    share = points.training / len(points.X)
    whole = float(cp.find(cp.Loss, str(model.facts["loss"])).L(model.network.predict(X), Y).mean())
    assert share * loss + (1 - share) * rest == pytest.approx(whole, abs=1e-4)
    back = cp.load_model(written(there, tmp_path / "back.clearprop"))
    assert np.array_equal(back.network.parameters, model.network.parameters)
    assert np.array_equal(back.predict(own), model.predict(own))
    there.page.get_by_role("button", name="One step").click()
    there.page.locator('[data-fact="step"] dd:text-is("1")').wait_for()
    assert saved(there)["parameters"] != model.network.parameters.tolist()
    assert there.complaints == []


def test_a_bare_network_takes_the_points_that_are_there_and_stays_in_the_page_s_file(
    visit: Open, tmp_path: Path
) -> None:
    net = cp.Network((2, 4, 3, 2), ("relu", "tanh", "softmax"), seed=5)
    net.save(tmp_path / "bare.clearprop")
    there = visit("studio-moons", html, ready=READY)
    drop(there, tmp_path / "bare.clearprop")
    first = there.page.get_by_label("Activation of layer 1").locator("option:checked", has_text="relu")
    first.wait_for(state="attached")
    fact(there, "training loss")
    assert saved(there)["parameters"] == net.parameters.tolist()
    there.page.get_by_role("button", name="Share", exact=True).click()
    assert there.page.locator("dialog.share input").count() == 0
    assert "clearprop.load" in there.page.locator("dialog.share textarea").input_value()
    with there.page.expect_download() as download:
        there.page.get_by_role("button", name="The page as it is").click()
    again = visit("studio-with-model", download.value.path().read_text(encoding="utf-8"), ready=READY)
    assert saved(again)["parameters"] == net.parameters.tolist()
    there.page.keyboard.press("Escape")
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    there.page.get_by_role("button", name="Start again").click()
    there.page.locator('[data-fact="step"] dd:text-is("0")').wait_for()
    assert saved(there)["parameters"] == net.parameters.tolist()
    there.page.locator(".choices select").first.select_option(label="circles")
    heading(there, "circles")
    assert saved(there)["parameters"] == net.parameters.tolist()
    assert there.complaints + again.complaints == []


def altered(content: bytes, old: bytes, new: bytes) -> bytes:
    """Changed, with a digest that is right again: what somebody does who knows the format."""
    assert content.count(old) == 1, (old, content[:900])
    content = content.replace(old, new)
    start, stop = sealed._digest_place(content)
    return content[:start] + sealed._digest(content).encode() + content[stop:]


def refused(tmp_path: Path, models: dict[str, cp.Model]) -> dict[str, tuple[bytes, str | None]]:
    """Files, and what the page says of them; None where it says what `load_model` says."""

    def of(net: Any) -> bytes:
        cp.save_model(net if isinstance(net, cp.Model) else cp.Model(net), tmp_path / "made.clearprop")
        return (tmp_path / "made.clearprop").read_bytes()

    good, size = of(models["moons"]), len(of(models["moons"])).to_bytes(8, "little")
    tree = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    normal = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0, normalization="batch_norm")
    columns = altered(good, b'\\"x1\\"', b'\\"u1\\"')
    return {
        "empty": (b"", None),
        "another file": (b"PK\x03\x04" + bytes(80), None),
        "cut": (good[: len(good) // 2], None),
        "shorter": (good[:-8], None),
        "longer": (good + b"more", None),
        "a weight altered": (good[:-1] + bytes([good[-1] ^ 1]), None),
        "no text": (good[:40] + b"\xff\xfe" + good[42:], "its header is no text"),
        "an endless header": ((2**60).to_bytes(8, "little") + good[8:], None),
        "a header beyond the end": (size + good[8:], None),
        "nested": ((4000).to_bytes(8, "little") + b'{"a":' + b"[" * 3995, "nested too deeply"),
        "a key twice": (twice(good), None),
        "another activation": (altered(good, b'\\"softmax\\"]', b'\\"softmix\\"]'), "unknown activation 'softmix'"),
        "another shape": (altered(good, b"[2,5,2]", b"[2,5,3]"), "its weights are those of Network 2-5-2"),
        "overlapping arrays": (overlapping(good), "is not where the arrays before it end"),
        "weights that are not finite": (not_finite(good), "weights that are not finite"),
        "an ensemble": (of(cp.Ensemble([tree, tree])), "an ensemble of 2 networks, and a page trains one"),
        "normalised": (of(normal), "its network is normalised"),
        "float32": (of(cp.Network((2, 3, 2), ("tanh", "softmax"), dtype="float32")), "computes in float32"),
        "too large": (of(cp.Network((2, 300, 100, 2), ("tanh", "tanh", "softmax"))), "a page trains at most 20000"),
        "another part": (of(cp.Network((2, 3, 2), ("elu(alpha=0.3)", "softmax"))), "does not offer there"),
        "other columns": (columns, "takes the columns u1, x2 and gives 2 outputs"),
        "other widths": (of(cp.Network((7, 3, 2), ("tanh", "softmax"))), "takes 7 inputs and gives 2 outputs"),
        "markup": (marked(good), "takes the columns <img src=x"),
    }


def moved(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """With another header, and a digest that is right again."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header, separators=(",", ":")).encode()
    made = len(text).to_bytes(8, "little") + text + content[8 + length :]
    start, stop = sealed._digest_place(made)
    return made[:start] + sealed._digest(made).encode() + made[stop:]


def twice(content: bytes) -> bytes:
    def change(header: dict[str, Any]) -> None:
        text = header["__metadata__"]["clearprop"]
        header["__metadata__"]["clearprop"] = '{"schema":3,' + text[1:]

    return moved(content, change)


def marked(content: bytes) -> bytes:
    def change(header: dict[str, Any]) -> None:
        text = header["__metadata__"]["clearprop"]
        header["__metadata__"]["clearprop"] = text.replace('"x1"', '"<img src=x onerror=alert(1)>"')

    return moved(content, change)


def overlapping(content: bytes) -> bytes:
    def change(header: dict[str, Any]) -> None:
        header["W0[2]"]["data_offsets"] = [0, 16]

    return moved(content, change)


def not_finite(content: bytes) -> bytes:
    made = content[:-8] + np.array([np.nan]).tobytes()
    start, stop = sealed._digest_place(made)
    return made[:start] + sealed._digest(made).encode() + made[stop:]


def python_s(path: Path) -> str:
    """What Python says of the file."""
    with pytest.raises(ValueError, match=r"\w") as error:
        cp.load_model(path)
    return str(error.value).replace(str(path), path.name)


def test_what_cannot_be_opened_is_said_and_changes_nothing(
    visit: Open, tmp_path: Path, models: dict[str, cp.Model]
) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="One step").click()
    there.page.locator('[data-fact="step"] dd:text-is("1")').wait_for()
    before = saved(there)
    for name, (content, said) in refused(tmp_path, models).items():
        path = tmp_path / "bad.clearprop"
        path.write_bytes(content)
        sentence = said or python_s(path)
        drop(there, path)
        alarm = there.page.get_by_role("alert").filter(has_text="The file is refused, and nothing has changed")
        alarm.filter(has_text=sentence).wait_for(timeout=5000)
        assert fact(there, "step") == "1", name
    assert saved(there) == before  # at the end, as a browser lets a page save some ten files
    assert there.page.locator("img").count() == 0
    assert there.complaints == []


def test_pictures_say_how_many_are_trained_on(visit: Open, tmp_path: Path, models: dict[str, cp.Model]) -> None:
    cp.save_model(models["few_digits"], tmp_path / "digits.clearprop")
    there = visit("studio-moons", html, ready=READY)
    drop(there, tmp_path / "digits.clearprop")
    there.page.locator(".picture .note", has_text="Of 400 pictures 320 are trained on").wait_for()
    assert there.complaints == []


def dropped(there: Opened, path: Path) -> None:
    """A file that is let go over the page."""
    there.page.evaluate(
        "([name, bytes]) => { const all = new DataTransfer(); all.items.add(new File([new Uint8Array(bytes)], name));"
        "  document.dispatchEvent(new DragEvent('drop', {dataTransfer: all, cancelable: true, bubbles: true})); }",
        [path.name, list(path.read_bytes())],
    )


def test_a_model_that_is_dropped_on_a_step_takes_its_point(opened: Open, tmp_path: Path) -> None:
    net = cp.Network((2, 4, 3, 2), ("relu", "tanh", "softmax"), seed=5)
    net.save(tmp_path / "other.clearprop")
    there = opened("moons")
    dropped(there, tmp_path / "other.clearprop")
    there.page.locator("button:enabled", has_text="Undo").wait_for()
    there.page.keyboard.press("End")
    there.page.locator('.now-card[data-step="update:3"]').wait_for()
    there.page.keyboard.press("Home")
    for _ in range(6):  # to the outputs, by Z and A of three layers
        there.page.keyboard.press("ArrowRight")
    a = net.predict(np.array([[0.41, -1.2]]))[0, 0]
    there.page.locator(".now-card", has_text=f"{a:.4f}").wait_for()
    there.page.get_by_role("button", name="Undo").click()
    there.page.keyboard.press("End")
    there.page.locator('.now-card[data-step="update:2"]').wait_for()
    assert there.complaints == []


@pytest.mark.parametrize(
    ("name", "widths", "says"),
    [
        ("wide.clearprop", (3, 2), "wide.clearprop has 3 inputs and 2 outputs, and this step's points 2 inputs"),
        ("table.csv", None, "table.csv is no model file; drop a table on the page of a training"),
    ],
)
def test_what_a_step_cannot_take_is_refused_with_the_place_for_it(
    opened: Open, tmp_path: Path, name: str, widths: tuple[int, ...] | None, says: str
) -> None:
    path = tmp_path / name
    if widths:
        cp.Network(widths, ("softmax",), seed=0).save(path)
    else:
        path.write_text("a,b\n1,2\n")
    there = opened("moons")
    dropped(there, path)
    there.page.get_by_text(says).wait_for()
    assert there.complaints == []
