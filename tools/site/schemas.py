"""The JSON schemas of the package as a page: what each describes, and the schema itself."""

from __future__ import annotations

import json
from pathlib import Path

import clearprop


def schemas() -> str:
    """One page with every schema that is installed with the package."""
    lines = [
        "# JSON schemas",
        "",
        "What clearprop writes as JSON is described here, so that other programs can read it and check it.",
        "",
    ]
    home = Path(clearprop.__file__).parent
    for path in sorted(home.rglob("*.schema.json")):
        schema = json.loads(path.read_text())
        lines += [f"## {path.name}", "", schema.get("description", schema.get("title", "")), ""]
        lines += [f"In the package: `clearprop/{path.relative_to(home)}`", ""]
        lines += [
            "<details><summary>The schema</summary>",
            "",
            "```json",
            json.dumps(schema, indent=1, ensure_ascii=False),
            "```",
            "",
            "</details>",
            "",
        ]
    return "\n".join(lines)
