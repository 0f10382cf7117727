"""Make src/fonts/: what the page needs of two fonts, as small as it can be.

STIX Two Math sets formulas: their glyphs, and the table of mathematical constants. Source Serif 4 sets prose: the letters
of English and its punctuation; any other letter, as in a column's name, is set in the next font that has it. The licence of
Source Serif reserves its name, so what is cut out of it has another one.

Run in an environment with `pip install fonttools brotli`, on folders of the npm packages `@fontsource/stix-two-math` (5.3.0)
and `@fontsource/source-serif-4` (5.3.1):

    python studio-ui/tools/subset_fonts.py FOLDER_OF_STIX FOLDER_OF_SERIF
"""

import sys
from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parent.parent / "src" / "fonts"
PROSE = "Clearprop Serif"

LETTERS = [*range(0x20, 0x7F), 0xA0, *range(0x391, 0x3AA), *range(0x3B1, 0x3CA), 0x3D1, 0x3D5, 0x3F5]
ITALIC = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)]
SCRIPT = [0x2112, 0x1D49C, 0x211D, 0x2115]
MONOSPACE = [*range(0x1D670, 0x1D6A4), *range(0x1D7F6, 0x1D800)]
RAISED_AND_LOWERED = [0xB9, 0xB2, 0xB3, 0x2070, 0x2071, *range(0x2074, 0x2090), 0x1D40, 0x2E1, 0x2C7C, 0x1D62]
OPERATORS = map(ord, "·×÷±−∓∂∇∑∏∫√∛∞≈≃∼≠≡≤≥≪≫←→↔⇐⇒↦⊙⊗⊕∘∗∈∉∅⊂∪∩∀∃∥‖∣′″‴…⋯⋮⋱⟨⟩⌈⌉⌊⌋⟦⟧ℓ⏞⏟⏜⏝¬∧∨⊤⟂½¼¾°–—‘’“”ıȷˆ˜¯˙→‾")
ENGLISH = [*range(0x20, 0x7F), 0xA0, *map(ord, "–—‘’“”…·×é")]
FACES = ("400-normal", "400-italic", "600-normal")


def cut(face: Path, unicodes: list[int], features: list[str], target: Path, name: str = "") -> None:
    """Write what these characters need of a face, under another name where one is given."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [1, 2, 3, 4, 6] if name else ["*"]
    options.notdef_outline = True
    font = subset.load_font(str(face), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)
    for record in font["name"].names if name else ():
        font["name"].setName(
            name.replace(" ", "") if record.nameID == 6 else name,
            record.nameID,
            record.platformID,
            record.platEncID,
            record.langID,
        )
    subset.save_font(font, str(target), options)


def main(stix: Path, serif: Path) -> None:
    """Write the four faces."""
    letters = [*LETTERS, *ITALIC, *SCRIPT, *MONOSPACE, *RAISED_AND_LOWERED, *OPERATORS]
    face = stix / "files" / "stix-two-math-latin-400-normal.woff2"
    cut(face, letters, ["ss04", "ssty", "dtls", "flac", "ccmp", "mark", "kern"], FONTS / "stix-two-math.woff2")
    for each in FACES:
        source = serif / "files" / f"source-serif-4-latin-{each}.woff2"
        cut(source, ENGLISH, ["kern", "liga", "tnum"], FONTS / f"prose-{each}.woff2", PROSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
