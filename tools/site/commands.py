"""The command line as pages: the help of every command, as `--help` prints it."""

from __future__ import annotations

from clearprop.cli.exits import MEANINGS

COLUMNS = 96


def commands() -> str:
    """One page: each command with its help, and the exit statuses."""
    import click

    from clearprop.cli import COMMANDS, clearprop

    lines = [
        "# The commands",
        "",
        "`clearprop COMMAND --help` prints the same. Options that take a part take any of",
        "[the catalogue](../catalogue/README.md).",
        "",
    ]
    group = click.Context(clearprop, info_name="clearprop", terminal_width=COLUMNS, max_content_width=COLUMNS)
    for name, about in COMMANDS.items():
        command = clearprop.get_command(group, name)
        assert command is not None
        context = click.Context(command, group, info_name=name, terminal_width=COLUMNS, max_content_width=COLUMNS)
        lines += [f"## {name}", "", about, "", "```text", command.get_help(context), "```", ""]
    lines += ["## Exit statuses", "", "| status | meaning |", "| --- | --- |"]
    lines += [f"| {status} | {meaning} |" for status, meaning in MEANINGS.items()]
    return "\n".join(lines) + "\n"
