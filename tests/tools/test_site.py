"""The site's plan: every document has its place, every link of a document leads somewhere, and programs make what pages show.

`make docs` builds the site itself, with every warning an error; it is not part of the tests, because it needs Sphinx.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from tools.site import (
    built,
    commands,
    docstrings,
    gather,
    in_browser,
    live,
    markdown,
    notebooks,
    reference,
    runnable,
    sections,
)

import clearprop as cp
from clearprop import estimators
from clearprop.advice import warned
from clearprop.explanation import findings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sections.documents()
CHAPTERS = [name for name in DOCUMENTS if name.startswith("docs/learn/")]
NOT_LEARNING = (ROOT / "docs/not-learning.md").read_text()


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks_of(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_every_document_is_on_the_site_once() -> None:
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    there |= {path.name for path in ROOT.glob("*.md")}
    assert sorted(DOCUMENTS) == sorted(there), "tools/site/sections.py lists every document once"
    assert len({sections.page_of(document) for document in DOCUMENTS}) == len(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_to_a_file_and_a_heading(document: str) -> None:
    for link in markdown.links_of(text_of(document)):
        target, anchor = markdown.target_of(document, link)
        assert (ROOT / target).exists(), f"{document}: {link}"
        if anchor and target.endswith(".md"):
            assert anchor in markdown.anchors_of(text_of(target)), f"{document}: {link}"


def test_chapters_name_every_row_of_the_notes_and_make_a_live_page() -> None:
    named: set[int] = set()
    for chapter in CHAPTERS:
        text, names = text_of(chapter), dict[str, Any]()
        for first, last in re.findall(r"7\.(\d+)(?:(?: to |-)7\.(\d+))?", text):
            named |= set(range(int(first), int(last or first) + 1))
        with contextlib.redirect_stdout(io.StringIO()):
            for block in blocks_of(text):
                exec(compile(block, chapter, "exec"), names)
        page = names["page"]
        assert "<html" in (page if isinstance(page, str) else page.html), chapter
        assert "<summary>Answer</summary>" in text, chapter
    assert len(CHAPTERS) == 12
    assert named >= set(range(1, 51)), set(range(1, 51)) - named


def test_a_chapter_is_a_notebook_with_what_its_programs_make() -> None:
    made = json.loads(notebooks.notebook_of("docs/learn/03-forward.md"))
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    source = ["".join(cell["source"]) for cell in code]
    assert [each.rstrip() for each in blocks_of(text_of("docs/learn/03-forward.md"))][:-1] == source[:-1]
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for each in source:
            exec(compile(each, "cell", "exec"), names)
    outputs = [output for cell in code for output in cell["outputs"]]
    streams = [each["text"] for each in outputs if each["output_type"] == "stream"]
    assert "".join(text for lines in streams for text in lines) == printed.getvalue() != ""
    (shown,) = (each["data"] for each in outputs if each["output_type"] == "display_data")
    assert "<iframe" in shown["text/html"]
    assert shown["text/plain"].startswith("Trace of")
    prose = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "markdown"]
    assert prose[0].startswith("# 3. ")
    links = [link for text in prose for link in markdown.links_of(text)]
    assert "04-one-neuron.ipynb" in links
    assert all(
        (ROOT / "examples/notebooks" / link.partition("#")[0]).resolve().exists()
        for link in links
        if ".ipynb" not in link
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_says_what_it_needs_and_nothing_that_is_true_of_the_site_alone(chapter: str) -> None:
    made = json.loads(notebooks.notebook_of(chapter, on_site=True))
    prose = " ".join("".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "markdown")
    assert "pip install" in made["cells"][0]["source"][2]
    assert not markdown.links_of(prose)
    for said in ("on the site", "under each live page", "page.html"):
        assert said not in prose


def test_what_notebooks_leave_out_is_in_the_chapters() -> None:
    chapters = " ".join(" ".join(text_of(chapter).split()) for chapter in CHAPTERS)
    for said in notebooks.OF_THE_SITE:
        assert said in chapters


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_card_of_a_chapter_is_a_line_that_sums_it_up(chapter: str) -> None:
    title, summary, rows, *_ = text_of(chapter).split("\n\n")
    assert title.startswith("# ")
    assert markdown.opening(text_of(chapter)) == " ".join(summary.split())
    assert len(summary) < 150
    assert rows.startswith("*")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_last_cell_of_a_chapter_shows_its_page(chapter: str) -> None:
    last = notebooks.as_cell(blocks_of(text_of(chapter))[-1]).splitlines()[-1]
    assert last.startswith(("cp.explain(", "cp.studio("))
    assert last.endswith(")")
    assert not last.endswith(".html()")


def test_the_glossary_has_the_notes_terms_in_the_order_of_the_alphabet() -> None:
    terms = re.findall("^## (.*)$", text_of("docs/glossary.md"), re.MULTILINE)
    notes = ["Forward pass", "Back-propagation", "Weight gradient", "Matrix derivative", "Partial derivative"]
    notes += ["Multivariable chain rule", "Total derivative", "Size of a matrix", "Planar approximation"]
    notes += [f"{of}/{by} derivative" for of in ("Scalar", "Vector") for by in ("scalar", "vector")]
    assert set(notes) <= set(terms)
    assert terms == sorted(terms, key=str.lower)


WORDED_OTHERWISE = {
    "Initialisation": "weights are drawn",
    "Normalisation": "normalised",
    "Test points": "held out",
    "Validation points": "validation",
    **{f"{of}/{by} derivative": f"{of} by {by}" for of in ("Scalar", "Vector") for by in ("scalar", "vector")},
}


def test_what_the_glossary_says_is_seen_somewhere_is_there() -> None:
    for entry in re.split("^## ", text_of("docs/glossary.md"), flags=re.MULTILINE)[1:]:
        term, text = entry.split("\n", 1)
        pages = [markdown.target_of("docs/glossary.md", link)[0] for link in markdown.links_of(text)]
        assert pages, f"{term} leads nowhere"
        word = WORDED_OTHERWISE.get(term, term).lower()
        assert any(word in " ".join(text_of(page).lower().split()) for page in pages), (
            f"{term}: {word} in none of {pages}"
        )


def test_what_a_case_is_told_by_is_what_its_program_gives() -> None:
    names: dict[str, Any] = {}
    _run(blocks_of(NOT_LEARNING.split("\n## ")[0]), names)
    for case in NOT_LEARNING.split("\n## ")[1:]:
        given = _run(blocks_of(case), names)
        told = re.search(r"^\*Told by\*: (.*?)\n\n", case, re.DOTALL | re.MULTILINE)
        assert told, case
        first = told[1].partition(";")[0]  # after it stands what other programs get
        said = {span for span in first.split("`")[1::2] if "." not in span}
        assert said <= given, f"{case.splitlines()[0]}: says {said}, its program gives {given}"
        assert bool(said) == (told[1].startswith(("lint", "warning"))), case


def _run(blocks: list[str], names: dict[str, Any]) -> set[str]:
    """The lints and warnings of programs."""
    given: set[str] = set()
    for block in blocks:
        names.pop("trace", None)
        with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("always")
            exec(compile(block, "docs/not-learning.md", "exec"), names)
        given |= {warning.category.__name__ for warning in caught}
        given |= {lint.code for lint in names["trace"].lints} if "trace" in names else set()
    return given


def test_every_lint_and_every_warning_of_a_training_has_its_case() -> None:
    source = "".join(path.read_text() for path in Path(findings.__file__).parent.glob("lints_of_*.py"))
    codes = set(re.findall(r'code="([^"]+)"', source)) | {"zero weights", "symmetric units", "dead units", "units off"}
    for code in codes:
        assert f"`{code}`" in NOT_LEARNING, code
    for kind in warned.TrainingWarning.__subclasses__():
        assert f"`{kind.__name__}`" in NOT_LEARNING, kind
        assert kind.opening.removesuffix(" for the steps asked for") in NOT_LEARNING, kind.opening


def test_the_walk_through_a_step_names_what_is_there() -> None:
    text, home = text_of("docs/one-step.md"), Path(cp.__file__).parent
    exec(compile(blocks_of(text)[0].replace("print(run.engine)", ""), "docs/one-step.md", "exec"), {})
    named = re.findall(r"`([a-z_/]+\.[a-z]+)`: `(\w+)`", text)
    assert len(named) == 13
    for file, name in named:
        path = home / file if "/" in file else home / "engines/kernels" / file
        assert re.search(rf"\b{name}\(", path.read_text()), f"{file} has no {name}"
    for formula in re.findall(r"^\| `(.*?)` \| `\w+\.hpp`", text, re.MULTILINE):
        assert f"{formula}  #" in (home / "backprop.py").read_text(), formula


def test_every_public_name_is_on_one_page_of_the_reference() -> None:
    listed = [name for title in reference.GROUPS for name in reference.names_of(title)]
    assert sorted([*listed, *reference.PLAIN]) == sorted(cp.__all__)
    assert set(reference.ESTIMATORS) | {"ColumnWarning"} == set(estimators.__all__)


def test_the_check_of_the_built_site_sees_a_broken_link_and_what_is_loaded_from_outside(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<h1 id="top"></h1><a href="b.html#x">b</a><a href="#top">up</a>')
    choice = '<a href="a.html#notation=dd">a choice, and no place</a>'
    outside = '<a href="https://example.org">outside is no fault of a link</a>'
    (tmp_path / "b.html").write_text(f'{choice}<p id="y"></p>{outside}')
    (tmp_path / "c.html").write_text('<script src="https://cdn.example.org/x.js"></script><a href="gone.html"></a>')
    (tmp_path / "s.css").write_text("@import url(https://fonts.example.org/f.css);")
    faults = built.faults_of(tmp_path)
    assert [fault.split(" ")[0].rstrip(":") for fault in faults] == ["a.html", "c.html", "c.html", "s.css"]


def test_programs_on_numpy_alone_are_marked_as_runnable_and_no_others() -> None:
    marked = runnable.marked(
        "```python\nx = 1\n```\n\n```python\nfrom clearprop.estimators import MLPClassifier\n```\n"
    )
    assert marked.startswith("```{code-block} python\n:class: runnable\n\nx = 1\n```\n\n```python\nfrom")


def test_the_archive_has_what_a_page_needs_to_run_its_programs_and_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        runnable.write_archive(tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with ZipFile(tmp_path / "a.zip") as packed:
        packed.extractall(tmp_path / "there")
    assert not list((tmp_path / "there").rglob("*.so"))
    program = (  # an installation that leads back to these sources would come first
        "import sys; sys.meta_path = [each for each in sys.meta_path if not type(each).__module__.startswith('_editable')]; "
        "from tools.site.in_browser import Session; print(Session().run('import clearprop; print(clearprop.__file__)'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "there",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "there")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "there") in json.loads(ran.stdout)["printed"]


def test_a_session_keeps_names_and_tells_what_a_program_made_printed_warned_of_and_raised() -> None:
    session = in_browser.Session()
    first = json.loads(session.run("import warnings\npage = '<html>'\nprint('a')"))
    assert first == {"printed": "a\n", "page": "<html>", "curve": "", "raised": False}
    for _ in range(2):
        second = json.loads(session.run("def f():\n    warnings.warn('b')\n    return c\nf()"))
        assert second["raised"]
        assert (second["page"], second["curve"]) == ("", "")
        assert "UserWarning (line 2): b\n" in second["printed"]
        assert second["printed"].endswith("return c\n           ^\nNameError: name 'c' is not defined\n")
        assert "in_browser.py" not in second["printed"]
    assert json.loads(session.run("import sys\nsys.exit()"))["raised"]
    later = json.loads(session.run("print(page)"))  # an earlier program's page is still there, and is not made again
    assert (later["printed"], later["page"]) == ("<html>\n", "")


def test_a_folder_that_is_not_pyodide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"lacks pyodide.js, .*python_stdlib.zip"):
        runnable.write_pyodide(tmp_path, tmp_path / "there")


def test_a_card_says_how_a_document_begins() -> None:
    head = "# A\n\n```sh\nx\n```\n\n*Aside.*\n\n"
    text = head + "Short. But [two](b.md) of\nthem: `enough` is said with sixty letters or more. No more.\n"
    assert markdown.opening(text) == "Short. But two of them: `enough` is said with sixty letters or more."
    assert markdown.opening("# A\n\n- b\n") == ""


def test_a_link_is_called_by_the_title_of_its_page_where_a_file_s_name_stood() -> None:
    text = "See [design.md](a/design.md), [`b.md`](b.md#c) and [this](c.md).\n\n```sh\n[d.md](d.md)\n```"
    titled = markdown.titled(text, lambda target: f"T {target}")
    assert titled.startswith("See [T a/design.md](a/design.md), [T b.md#c](b.md#c) and [this](c.md).")
    assert "\n[d.md](d.md)\n" in titled
    assert (
        markdown.unlinked("[a `b`](c.md#d) ![p](p.png) [e](https://f.org)").strip()
        == "a `b` ![p](p.png) [e](https://f.org)"
    )


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/pictures").glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_brings_its_ground(picture: Path) -> None:
    svg = picture.read_text(encoding="utf-8")
    _, _, width, height = re.search(r'viewBox="([^"]*)"', svg)[1].split()  # type: ignore[index]
    own = f'<rect (?:class="p" )?width="{width}" height="{height}"'  # the class is filled in light and in dark
    matplotlib = rf'<path d="M 0 {height}\s+L {width} {height}\s+L {width} 0\s+L 0 0\s+z\s+" style="fill: #ffffff"'
    assert re.search(f"{own}|{matplotlib}", svg)


def test_what_a_document_shows_that_its_program_prints_is_not_shown_twice(tmp_path: Path) -> None:
    program = "```python\nprint(1)\n```\n"
    assert live.with_results("a", f"{program}\n```text\n1\n```\n", tmp_path).count("```text") == 1
    assert live.with_results("a", f"{program}\nMore.\n", tmp_path).count("```text") == 1


@pytest.mark.parametrize("chapter", CHAPTERS[:-1])
def test_a_chapter_leads_to_the_next_one_and_leaves_that_to_the_site(chapter: str) -> None:
    text = text_of(chapter)
    assert len(gather.NEXT.findall(text)) == 1
    assert "[Next:" not in gather.NEXT.sub("", text)


def test_tables_whose_last_column_names_tests_are_found() -> None:
    tables = gather.WITH_TESTS.findall(text_of("docs/mathematics.md"))
    assert len(tables) == 3
    assert all("::test_" in line for table in tables for line in table.splitlines()[2:])


def test_links_in_code_are_no_links_and_headings_have_githubs_anchors() -> None:
    text = (
        '# A `b` [c](d.md)\n\n[e\nf](g.md#h)\n\n```python\nx[0](i)\n```\n\n## W_t + x\n## W_t + x\n<img src="p.png">\n'
    )
    assert markdown.links_of(text) == ["d.md", "g.md#h", "p.png"]
    assert markdown.links_of("[![a](b.png)](c.md) [![d](e.png)](https://example.org)") == ["b.png", "c.md", "e.png"]
    assert markdown.anchors_of(text) == {"a-b-c", "w_t--x", "w_t--x-1"}
    assert markdown.relinked(text, str.upper).count("G.MD#H") == 1


def test_every_docstring_has_its_sections_whole() -> None:
    for path in (ROOT / "src/clearprop").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                lines = (ast.get_docstring(node) or "").splitlines()
                assert docstrings.strays_of(lines) == [], f"{path}: {node.name}: give them a heading of their own"


@pytest.mark.parametrize(
    "after",
    [
        "x\n    A.\n\n>>> f(1)\n2",
        "x\n    A.\n\nEvery link uses x.",
        "x, y,\nz\n    A.",
        "x\n    A.\n\nValueError for z.",
    ],
)
def test_what_stands_in_a_section_of_names_and_is_none_is_seen(after: str) -> None:
    assert docstrings.strays_of(["Does it.", "", "Parameters", "----------", *after.splitlines()])
    headed = after.replace("\n\n", "\n\nNotes\n-----\n", 1).replace("Notes\n-----\n>>>", "Examples\n--------\n>>>")
    if headed != after:
        assert not docstrings.strays_of(["Does it.", "", "Parameters", "----------", *headed.splitlines()])


def test_a_signature_is_what_a_person_would_write() -> None:
    arguments, _ = docstrings.signature_of(cp.Recipe, "class") or ("", "")
    assert "kinds: Mapping[str, str] = {}" in arguments
    report, _ = docstrings.signature_of(cp.Report, "class") or ("", "")
    assert "state: Callable[[], State] = ..." in report
    given, returns = docstrings.signature_of(cp.Preprocessing.X, "method") or ("", "")
    assert "dtype: DTypeLike = float64" in given
    assert returns == "Array"
    for name in (each for each in cp.__all__ if callable(getattr(cp, each))):
        found = docstrings.signature_of(getattr(cp, name), "class")
        assert not found or not re.search(r"<(?:factory|class|function)| at 0x", found[0]), f"{name}{found}"


def test_the_check_of_the_built_site_sees_a_docstring_that_broke(tmp_path: Path) -> None:
    page = tmp_path / "reference/a.html"
    page.parent.mkdir()
    page.write_text("<li><p><strong>&gt;&gt;&gt; f(1)</strong></p></li><em>x = &lt;factory&gt;</em>")
    assert len(built.faults_of(tmp_path)) == 2


def test_the_page_of_commands_has_every_option_and_shows_its_text_as_it_is() -> None:
    page = commands.commands()
    for option in ("--target COLUMN", "-o, --output FOLDER", "--header / --no-header", "--kind COLUMN=KIND"):
        assert f"\n`{option}`\n: " in page, option
    assert (
        commands.prose("With --na=-999 a cell_1 of `--x` is <b>.") == "With `--na=-999` a cell\\_1 of `--x` is \\<b\\>."
    )


def test_what_the_documents_import_from_other_modules_is_in_the_reference() -> None:
    made = "\n".join(reference.reference().values())
    for document in DOCUMENTS:
        for block in blocks_of(text_of(document)):
            for module, names in re.findall(r"^from (clearprop\.\w+) import ([\w, ]+)$", block, re.MULTILINE):
                for name in names.split(", "):
                    assert f"## {name}\n" in made, f"{document}: {module}.{name}"


def test_code_in_documents_fits_on_a_page() -> None:
    for document in (
        "README.md",
        *(name for name in DOCUMENTS if not name.startswith(("docs/learn/", "docs/catalogue"))),
    ):
        for block in blocks_of(text_of(document)):
            assert max(map(len, block.splitlines())) <= 104, f"{document}: {block}"


def test_the_catalogues_tables_and_curves_are_in_the_page(tmp_path: Path) -> None:
    page = gather._staged("docs/catalogue/losses.md", tmp_path)
    assert ":::{container} parts\n\n| name |" in page
    assert '<div class="curve"><svg' in page
    assert "](curves/" not in page
