"""Sphinx's configuration of the site. `tools/site/__main__.py` gives it the folders."""

from __future__ import annotations

import os
import re
from html import unescape
from typing import Any

from latex2mathml.converter import convert
from sphinx.ext import napoleon
from sphinx.ext.napoleon import NumpyDocstring
from sphinx.util import logging

import clearprop
from tools.site.docstrings import UNDERLINE, signature_of, strays_of
from tools.site.runnable import OWN, PYODIDE

logger = logging.getLogger(__name__)
project = "clearprop"
project_copyright = "clearprop, MIT licence"
version = release = clearprop.__version__
language = "en"
smartquotes_action = "D"  # dashes; quotes are those of the source, since many are a program's
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_design"]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "html_image"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
# `loss` in an annotation is a text, as in Literal["loss"], and not one of the attributes of that name.
suppress_warnings = ["ref.python"]

default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {"Array": "Array"}
python_maximum_signature_line_length = 80
add_module_names = False
toc_object_entries = False

html_theme = "pydata_sphinx_theme"
html_title = "clearprop"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/mark.svg"
html_context = {"default_mode": "auto"}
# What is loaded when a reader presses *Run*: a folder of this site, where `make docs PYODIDE=FOLDER` has put Python there.
PYTHON = f"{OWN}/" if os.environ.get("PYODIDE") else PYODIDE
html_js_files = [("run.js", {"defer": "defer", "data-python": PYTHON}), ("theme.js", {"defer": "defer"})]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "logo": {"text": f"clearprop {release}"},
    "navigation_depth": 3,
    "show_toc_level": 2,
    "header_links_before_dropdown": 5,
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "changelog": []}


BAR = re.compile(r'<mo (?:accent|stretchy)="true">&#x0(?:2015|00AF);</mo>')


TILDE = "<mi>&#x0007E;</mi>"
NAMED = r"<mi>(?:log|exp|sin|cos|tanh|cosh|sinh)</mi>"
BEFORE_NAMED = re.compile(
    rf"(?<=</m(?:i|n)>)(?={NAMED})|(?<=</m(?:sub|sup|row)>)(?={NAMED})|(?<=&#x00029;</mo>)(?={NAMED})"
)
AFTER_NAMED = re.compile(rf'({NAMED})(?!<mo stretchy="false">&#x00028;|<mspace|</)')
THIN = '<mspace width="0.167em" />'


def _mathml(latex: str, display: str) -> str:
    """A formula as MathML. A bar over a term is drawn by the style, as wide as the term; few fonts have one that stretches.

    The converter makes a letter of ∼, and leaves out the space around log, which TeX has.
    """
    made = convert(latex, display=display).replace(TILDE, "<mo>&#x0223C;</mo>")
    return BAR.sub('<mspace class="bar" />', AFTER_NAMED.sub(rf"\1{THIN}", BEFORE_NAMED.sub(THIN, made)))


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(_mathml(node.astext(), "inline"))
    raise _skip()


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f'<div class="formula">{_mathml(node.astext(), "block")}</div>')
    raise _skip()


def _skip() -> Exception:
    from docutils import nodes

    return nodes.SkipNode()


SECTIONS = napoleon.Config(napoleon_use_param=False, napoleon_use_rtype=False)


def _as_rest(app: Any, what: str, name: str, it: Any, options: Any, lines: list[str]) -> None:
    """Docstrings of this project are prose with `code`, with sections underlined as NumPy has them.

    What reST would read as marks of its own is escaped. An attribute's docstring has no sections: of it, napoleon would take
    what stands before a colon for a type.
    """
    for stray in strays_of(lines):
        logger.warning("%s: %r is in a section of names; give it a heading, Examples, Notes or Raises", name, stray)
    for at, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")) or UNDERLINE.match(line):
            continue
        parts = re.split(r"(`[^`]*`)", line)
        prose = (re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", part) for part in parts)
        lines[at] = "".join(
            part if part.startswith("`") else escaped for part, escaped in zip(parts, prose, strict=True)
        )
    if what not in ("attribute", "property", "data"):
        made = NumpyDocstring(lines, SECTIONS, app, what, name, it, options).lines()
        lines[:] = [re.sub(r"^(\.\. attribute:: \w+)\\_$", r"\1_", line) for line in made]  # it escapes `coefs_`


def _as_written(
    _app: Any, what: str, _name: str, it: Any, _options: Any, signature: str | None, _returns: str | None
) -> tuple[str, str | None] | None:
    return signature_of(it, what) if signature else None


def _is_foreign(_app: Any, _what: str, _name: str, it: Any, _skip: bool, _options: Any) -> bool | None:
    """Methods that scikit-learn writes into a class are left to its documentation."""
    return True if str(getattr(it, "__module__", "")).startswith("sklearn") else None


WORD = re.compile(r'<span class="pre">([^<]+)</span>')
LONG = 20
"""Letters of a word of code from which on it may be broken; a shorter one, such as `--na=-999`, stays whole."""
BREAKS = re.compile(r"(?<=\w)(?:_+|::|/)(?=\w)")
"""Behind what a long one breaks, and not where a line happens to end."""


def _words(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Mark the words of code that stay whole, and where the others may break."""

    def marked(word: re.Match[str]) -> str:
        if len(unescape(word[1])) < LONG:
            return word[0].replace("pre", "pre whole", 1)
        broken = BREAKS.sub(r"\g<0><wbr>", word[1])
        return f'<span class="pre">{broken}</span>'

    if context.get("body"):
        context["body"] = WORD.sub(marked, context["body"])


def setup(app: Any) -> None:
    """Formulas as MathML, which browsers set without a script; docstrings as they are written here."""
    app.connect("autodoc-process-signature", _as_written)
    app.connect("html-page-context", _words)
    app.connect("autodoc-skip-member", _is_foreign)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("autodoc-process-docstring", _as_rest, priority=400)
