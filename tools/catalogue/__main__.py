"""`make catalogue`: writes the catalogue's pages and their pictures, and removes those of parts that no longer exist."""

from __future__ import annotations

from pathlib import Path

from .pages import FOLDER, pages

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write all pages from the records."""
    made = pages()
    for old in (ROOT / FOLDER).rglob("*"):
        if old.is_file() and str(old.relative_to(ROOT)) not in made:
            old.unlink()
    for name, content in made.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(content)
    print(f"{FOLDER}: {len(made)} files")


if __name__ == "__main__":
    main()
