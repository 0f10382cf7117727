"""The demonstration: train on real images, save, load, predict, and read the chain rule of one step. Run by `make demo`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import clearprop as cp
from clearprop.cli.summary import print_fit, print_plan
from clearprop.fitting import carry_out, plan
from clearprop.io.plots import plot_losses

FOLDER = Path("demo")
SHADES = " ░▒▓█"


def main() -> None:
    """Train, save, load, predict and explain, in this order."""
    # 1. A table: 1,797 images of handwritten digits, 8 x 8 pixels each.
    table = cp.load_table("digits")

    # 2. What is to be trained, and how. Nothing has been computed yet.
    planned = plan(table, cp.Recipe(layers="32:relu", seed=0))
    print_plan(planned)

    # 3. Forward, back-propagate, step, repeat.
    fitted = carry_out(planned)

    # 4. A file with all that predictions need, and a picture of the loss.
    FOLDER.mkdir(exist_ok=True)
    cp.save_model(fitted.model, FOLDER / "digits.clearprop")
    plot_losses(fitted.run.history, FOLDER / "loss.svg", title="Digits: the loss during training")
    print_fit(fitted, FOLDER / "digits.clearprop", str(FOLDER / "loss.svg"))

    # 5. Predictions of the model in the file for images that were not used in training.
    model = cp.load_model(FOLDER / "digits.clearprop")
    held_out = table.rows(fitted.split.test)
    show_predictions(model, held_out.rows(np.arange(6)))

    # 6. The chain rule of one step, term by term.
    doubtful = int(model.probabilities(held_out).max(axis=1).argmin())
    x, y = model.inputs(held_out)[doubtful], model.targets(held_out)[doubtful]
    facts = model.facts
    print("\nThe chain rule of one step, on the image that it is least sure of\n")
    trace = cp.explain(model.network, x, y, loss=facts["loss"], eta=facts["eta"], penalty=facts["penalty"])
    print(trace.text(color=sys.stdout.isatty(), sections=("header", "forward", "backward", "health", "lints")))
    (FOLDER / "step.html").write_text(trace.html(), encoding="utf-8")
    print(f"\nThe same as a page to walk through, in any browser: {FOLDER / 'step.html'}")


def show_predictions(model: cp.Model, table: cp.Table) -> None:
    """Print images side by side, in block characters, with their true and predicted classes."""
    pixels = np.stack([table[f"pixel_{row}_{column}"] for row in range(8) for column in range(8)], axis=1)
    shades = (pixels.reshape(-1, 8, 8) * (len(SHADES) - 1) / 16).round().astype(int)
    print("\nHeld-out images and their predicted classes\n")
    for line in range(8):
        print("   ".join("".join(2 * SHADES[shade] for shade in image[line]) for image in shades))
    sure = model.probabilities(table).max(axis=1)
    answers = zip(model.predict(table), table["digit"].astype(int), sure, strict=True)
    print("   ".join(f"{f'{said}, {p:.1%}' + (f' (is {is_})' if said != is_ else ''):<16}" for said, is_, p in answers))


if __name__ == "__main__":
    main()
