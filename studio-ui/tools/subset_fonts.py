"""Make src/fonts/: the glyphs that formulas need of STIX Two Math, with its table of mathematical constants.

Whole, the font would be as large as the rest of the page. Run in an environment with `pip install fonttools brotli`, on the
files of the npm package `@fontsource/stix-two-math`:

    python studio-ui/tools/subset_fonts.py FOLDER_OF_THE_PACKAGE
"""

import sys
from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parent.parent / "src" / "fonts"

LETTERS = [*range(0x20, 0x7F), 0xA0, *range(0x391, 0x3AA), *range(0x3B1, 0x3CA), 0x3D1, 0x3D5, 0x3F5]
ITALIC = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)]
BOLD_AND_SCRIPT = [*range(0x1D400, 0x1D434), *range(0x1D7CE, 0x1D7D8), 0x2112, 0x1D49C, 0x211D, 0x2115]
MONOSPACE = [*range(0x1D670, 0x1D6A4), *range(0x1D7F6, 0x1D800)]
RAISED_AND_LOWERED = [0xB9, 0xB2, 0xB3, 0x2070, 0x2071, *range(0x2074, 0x2090), 0x1D40, 0x2E1, 0x2C7C, 0x1D62]
OPERATORS = map(ord, "·×÷±−∓∂∇∑∏∫√∛∞≈≃≠≡≤≥≪≫←→↔⇐⇒↦⊙⊗⊕∘∗∈∉∅⊂∪∩∀∃∥‖∣′″‴…⋯⋮⋱⟨⟩⌈⌉⌊⌋⟦⟧ℓ⏞⏟⏜⏝¬∧∨⊤⟂½¼¾°–—‘’“”ıȷˆ˜¯˙→‾")


def main(package: Path) -> None:
    """Write the subset of the regular face."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["ss04", "ssty", "dtls", "flac", "ccmp", "mark", "kern"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    face = package / "files" / "stix-two-math-latin-400-normal.woff2"
    font = subset.load_font(str(face), options)
    subsetter = subset.Subsetter(options)
    letters = [*LETTERS, *ITALIC, *BOLD_AND_SCRIPT, *MONOSPACE]
    subsetter.populate(unicodes=[*letters, *RAISED_AND_LOWERED, *OPERATORS])
    subsetter.subset(font)
    subset.save_font(font, str(FONTS / "stix-two-math.woff2"), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
