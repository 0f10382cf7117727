"""The pictures in docs/explain.md and docs/teaching.md: `python -m tests.browser.pictures` takes them again.

Each shows what the commands and programs of these documents make: the step of row 17 of the moons, and the training of XOR.
It needs a Chromium for pages, and pdflatex and a Firefox, which shows PDF files, for what LaTeX makes.
"""

from __future__ import annotations

import base64
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import clearprop as cp

from .conftest import CHROMIUM, PATIENCE
from .firefox import started

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "pictures"
MADE = "step.html", "step.tex", "network.svg"
"""What the commands of docs/explain.md make and a picture shows, beside the talk of docs/teaching.md."""
SHOTS = {
    # name: page, width and height, theme, keys, what to scroll to
    "explain-step": ("step", (1366, 768), "light", 8, None),
    "explain-phone": ("step", (390, 844), "dark", 8, None),
    "explain-chain": ("step", (1160, 880), "light", 10, "#chain"),
    "explain-training": ("training", (1160, 880), "light", 0, None),
}
SHEETS = {
    # name: document, page, how large
    "explain-latex": ("step", 2, 150),
    "teaching-frame": ("talk", 9, 150),
}
WHOLE = """
const page = document.querySelector('.page[data-page-number="{page}"][data-loaded] canvas');
if (!page || !page.width) return null;
const {{ data }} = page.getContext("2d").getImageData(0, 0, page.width, page.height);
let [left, top, right, bottom] = [page.width, page.height, 0, 0];
for (let y = 0; y < 0.93 * page.height; y++) for (let x = 0; x < page.width; x++) {{
  if (data[4 * (y * page.width + x)] > 250) continue;
  [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
}}
if (right < left) return null;
const cut = document.createElement("canvas");
[cut.width, cut.height] = [right - left + 48, bottom - top + 48];
const into = cut.getContext("2d");
into.fillStyle = "white";
into.fillRect(0, 0, cut.width, cut.height);
into.drawImage(page, 24 - left, 24 - top);
return cut.toDataURL();
"""
"""A page of a PDF file as a picture, without its margins and its number."""


def commands_of(document: str) -> list[list[str]]:
    """The commands of a document that train the moons, and that explain a row to files."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (DOCS / document).read_text(), flags=re.DOTALL | re.MULTILINE)
    lines = "".join(blocks).replace("\\\n", "").splitlines()
    return [
        shlex.split(line) for line in lines if line.startswith(("clearprop train moons", "clearprop explain moons"))
    ]


def make(folder: Path) -> None:
    """What is shown, in a folder."""
    talk = next(command for command in commands_of("teaching.md") if "--beamer" in command)
    talk[talk.index("--beamer") + 1] = "talk.tex"
    of_step = [command for command in commands_of("explain.md") if "train" in command or {*MADE} & {*command}]
    for command in (*of_step, talk):
        subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for name in ("step", "talk"):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / "training.html").write_text(training(), encoding="utf-8")


def training() -> str:
    """The page of the training in docs/explain.md."""
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, epochs=2000, record=40, progress=False)
    return cp.replay(run).html()


def take_pages(folder: Path) -> None:
    """Pictures of pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (source, (width, height), theme, keys, place) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
            )
            page.set_default_timeout(PATIENCE)
            page.goto((folder / f"{source}.html").as_uri())
            for _ in range(keys):
                page.keyboard.press("ArrowRight")
            if place:
                page.locator(place).evaluate("one => one.scrollIntoView()")
            page.wait_for_timeout(400)  # for what moves to have come to rest
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


def take_sheets(folder: Path) -> None:
    """Pictures of pages that LaTeX has set."""
    with TemporaryDirectory() as profile, started(Path(profile)) as firefox:
        for name, (document, page, zoom) in SHEETS.items():
            address = f"{(folder / f'{document}.pdf').as_uri()}#page={page}&zoom={zoom}"
            firefox.send("WebDriver:Navigate", {"url": address})
            end = time.monotonic() + PATIENCE / 1000
            while not (picture := firefox.run(WHOLE.format(page=page))):
                assert time.monotonic() < end, f"page {page} of {document}.pdf is not shown"
                time.sleep(0.2)
            time.sleep(1)  # for what is still being drawn
            picture = firefox.run(WHOLE.format(page=page))
            (PICTURES / f"{name}.png").write_bytes(base64.b64decode(picture.partition(",")[2]))


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder:
        make(Path(folder))
        shutil.copy(Path(folder, "network.svg"), PICTURES / "explain-network.svg")
        take_pages(Path(folder))
        take_sheets(Path(folder))


if __name__ == "__main__":
    main()
