"""Sphinx's configuration of the site. `tools/site/__main__.py` gives it the folders."""

from __future__ import annotations

import inspect
import os
import re
from typing import Any

from latex2mathml.converter import convert
from sphinx.ext import napoleon
from sphinx.ext.napoleon import NumpyDocstring

import clearprop
from tools.site.runnable import OWN, PYODIDE

project = "clearprop"
project_copyright = "clearprop, MIT licence"
version = release = clearprop.__version__
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_design"]
myst_enable_extensions = ["dollarmath", "colon_fence", "html_image"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
# `loss` in an annotation is a text, as in Literal["loss"], and not one of the attributes of that name.
suppress_warnings = ["ref.python"]

default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
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


def _mathml(latex: str, display: str) -> str:
    """A formula as MathML. A bar over a term is drawn by the style, as wide as the term; few fonts have one that stretches."""
    return BAR.sub('<mspace class="bar" />', convert(latex, display=display))


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(_mathml(node.astext(), "inline"))
    raise _skip()


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f'<div class="formula">{_mathml(node.astext(), "block")}</div>')
    raise _skip()


def _skip() -> Exception:
    from docutils import nodes

    return nodes.SkipNode()


SECTION = re.compile(r"^[-=~]{3,}$")
SECTIONS = napoleon.Config(napoleon_use_param=False, napoleon_use_rtype=False)


def _as_rest(app: Any, what: str, name: str, it: Any, options: Any, lines: list[str]) -> None:
    """Docstrings of this project are prose with `code`, with sections underlined as NumPy has them.

    What reST would read as marks of its own is escaped. An attribute's docstring has no sections: of it, napoleon would take
    what stands before a colon for a type.
    """
    for at, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")) or SECTION.match(line):
            continue
        parts = re.split(r"(`[^`]*`)", line)
        prose = (re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", part) for part in parts)
        lines[at] = "".join(
            part if part.startswith("`") else escaped for part, escaped in zip(parts, prose, strict=True)
        )
    if what not in ("attribute", "property", "data"):
        lines[:] = NumpyDocstring(lines, SECTIONS, app, what, name, it, options).lines()


class _Written(str):
    """An annotation as it is written in the source, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return re.sub(r"\b(npt|np|random)\.", "", self)


def _as_written(
    _app: Any, what: str, _name: str, it: Any, _options: Any, signature: str | None, _returns: str | None
) -> tuple[str, str | None] | None:
    """The signature with `ArrayLike` as it is called, not as the six types that NumPy means by it."""
    if not signature:
        return None
    try:
        found = inspect.signature(it)
    except (TypeError, ValueError):
        return None
    parameters = [
        each.replace(annotation=_Written(each.annotation)) if isinstance(each.annotation, str) else each
        for each in found.parameters.values()
        if each.name != "self"
    ]
    given = found.return_annotation
    returns = repr(_Written(given)) if isinstance(given, str) and what != "class" else None
    return str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty)), returns


def _is_foreign(_app: Any, _what: str, _name: str, it: Any, _skip: bool, _options: Any) -> bool | None:
    """Methods that scikit-learn writes into a class are left to its documentation."""
    return True if str(getattr(it, "__module__", "")).startswith("sklearn") else None


def setup(app: Any) -> None:
    """Formulas as MathML, which browsers set without a script; docstrings as they are written here."""
    app.connect("autodoc-process-signature", _as_written)
    app.connect("autodoc-skip-member", _is_foreign)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("autodoc-process-docstring", _as_rest, priority=400)
