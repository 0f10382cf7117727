"""The plan of the site: which document belongs to which section, in which order. Every document is in exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHAPTERS = tuple(sorted(f"docs/{path.relative_to(ROOT / 'docs')}" for path in (ROOT / "docs/learn").glob("*.md")))
CATALOGUE = tuple(
    sorted(f"docs/catalogue/{path.name}" for path in (ROOT / "docs/catalogue").glob("*.md") if path.name != "README.md")
)


@dataclass(frozen=True)
class Section:
    """A door of the site: its name in addresses, its title, what it is for, and its documents by their path."""

    name: str
    title: str
    about: str
    documents: tuple[str, ...]
    made: tuple[str, ...] = ()
    """Pages that the build writes, by their name on the site."""


SECTIONS = (
    Section(
        "learn",
        "Learn",
        "Back-propagation from one slope to the whole procedure: twelve short chapters, each with a page that you can "
        "move and an exercise.",
        (
            *CHAPTERS,
            "docs/glossary.md",
            "docs/mathematics.md",
            "docs/worked-examples.md",
            "docs/explain.md",
            "docs/studio.md",
            "docs/diagnose.md",
            "docs/quiz.md",
        ),
    ),
    Section(
        "use",
        "Use",
        "From a table to a report, from scikit-learn, for streams and services, on a microcontroller, and in a class.",
        (
            "docs/recipes.md",
            "docs/tables.md",
            "docs/columns.md",
            "docs/scores.md",
            "docs/estimators.md",
            "docs/not-learning.md",
            "docs/runs.md",
            "docs/tune.md",
            "docs/scaling.md",
            "docs/exports.md",
            "docs/serving.md",
            "docs/populations.md",
            "docs/own-loop.md",
            "docs/own-parts.md",
            "docs/teaching.md",
            "docs/grade.md",
        ),
    ),
    Section(
        "reference",
        "Reference",
        "Every public name, every command, every part with its formula, and the formats of files.",
        ("docs/catalogue/README.md",),
        ("reference/python", "reference/commands", "reference/schemas"),
    ),
    Section(
        "inside",
        "Inside",
        "How the house is built and why, how to change it, and what is promised.",
        ("docs/one-step.md", "docs/design.md", "CONTRIBUTING.md", "SECURITY.md"),
    ),
    Section(
        "results",
        "Results",
        "Every published figure with the command that makes it, what falls short, and what changed.",
        ("docs/published.md", "docs/performance.md", "CHANGELOG.md"),
    ),
)
HOME = "README.md"
BELOW = {"docs/catalogue/README.md": CATALOGUE}
"""Documents that list others under them."""


def documents() -> list[str]:
    """Every document of the site by its path from the project's root, the home page first."""
    listed = [name for section in SECTIONS for name in section.documents]
    return [HOME, *listed, *(name for below in BELOW.values() for name in below)]


def page_of(document: str) -> str:
    """The name of a document on the site, without an ending: `learn/01-slopes`, `design`, `index`."""
    if document == HOME:
        return "index"
    name = document.removeprefix("docs/").removesuffix(".md")
    return name.lower() if "/" not in document else name
