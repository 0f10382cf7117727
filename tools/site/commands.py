"""The command line as a page: of every command what it does, and its options, each with what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import TYPE_CHECKING

from clearprop.cli.exits import MEANINGS

if TYPE_CHECKING:
    import click

COLUMNS = 78
AS_IT_STANDS = "\b"
"""click's mark before a paragraph whose lines it does not fill."""
IN_CODE = re.compile(r"(`[^`]*`)")
OPTION = re.compile(r"(?<![\w-])(--?[a-z][\w-]*(?:=[^\s,;:)]+)?)")
MARKS = re.compile(r"([\\*_<>\[\]|#$])")


def commands() -> str:
    """One page: each command with its help, and the exit statuses."""
    import click

    from clearprop.cli import COMMANDS, clearprop

    lines = [
        "# The commands",
        "",
        "Every command with its options, and what each means.",
        "",
        "`clearprop COMMAND --help` prints the same on a terminal. Options that take a part take any of",
        "[the catalogue](../catalogue/README.md).",
        "",
    ]
    group = click.Context(clearprop, info_name="clearprop", terminal_width=COLUMNS, max_content_width=COLUMNS)
    for name, about in COMMANDS.items():
        command = clearprop.get_command(group, name)
        assert command is not None
        context = click.Context(command, group, info_name=name, terminal_width=COLUMNS, max_content_width=COLUMNS)
        lines += [f"## {name}", "", *_about(command, about), *_usage(command, context), *_options(command, context)]
    lines += ["## Exit statuses", "", "| status | meaning |", "| --- | --- |"]
    lines += [f"| {status} | {meaning} |" for status, meaning in MEANINGS.items()]
    return "\n".join(lines) + "\n"


def _about(command: click.Command, about: str) -> Iterator[str]:
    """What it does: its help, or what the list of commands says of it."""
    for paragraph in cleandoc(command.help or about).split("\n\n"):
        if paragraph.startswith(AS_IT_STANDS):
            yield from ("```text", paragraph.removeprefix(AS_IT_STANDS).strip("\n"), "```", "")
        else:
            yield from (prose(" ".join(paragraph.split())), "")


def _usage(command: click.Command, context: click.Context) -> list[str]:
    pieces = " ".join(command.collect_usage_pieces(context))
    return [f"`{context.command_path} {pieces}`", ""]


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """A list of definitions, so that a line is as long as the page is wide."""
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record and record[1] and "--help" not in record[0]:
            yield from (f"`{record[0]}`", f": {prose(' '.join(record[1].split()))}", "")


def prose(text: str) -> str:
    """A text as Markdown that shows it as it is, with options as code."""
    parts = IN_CODE.split(text)
    return "".join(part if part.startswith("`") else _marked(part) for part in parts)


def _marked(text: str) -> str:
    pieces = OPTION.split(text)
    return "".join(f"`{piece}`" if at % 2 else MARKS.sub(r"\\\1", piece) for at, piece in enumerate(pieces))
