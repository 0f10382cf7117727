"""A page in a notebook as a widget: its code goes to the browser on asking, and messages go both ways. It needs anywidget.

A notebook that is saved keeps the small module that asks (`viewer/bridge.js`) and a still picture, and nothing of the page.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import anywidget
import traitlets

from ...engines import in_page
from .html import asset
from .notebook import HEIGHT

UNSEEN = 30.0
"""Seconds after which a page that only its cell held, and nobody sees, is closed: a cell that is moved is away for a moment."""
ASSETS = ("viewer.js", "live.js", "viewer.css")

Message = Mapping[str, Any]


class PageWidget(anywidget.AnyWidget):
    """A page in a frame. Subclasses say which page, and what is done with what a reader does there."""

    _esm = asset("bridge.js")
    title = traitlets.Unicode().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)
    """The picture, as SVG, where no Python answers."""
    height = traitlets.Int(HEIGHT).tag(sync=True)
    """Pixels."""
    changes = traitlets.Int(0)
    """How many changes have come from the page; `observe` it to be called back."""

    def __init__(self, title: str, still: str, *, only_seen: bool = False) -> None:
        """`only_seen`: no person holds it, so it is closed when its last view has gone."""
        self._views: set[str] = set()
        self._only_seen = only_seen
        super().__init__(title=title, still=still)
        self.on_msg(self._heard)

    def page(self) -> str:
        """The text of the page."""
        raise NotImplementedError

    def then(self) -> list[Message]:
        """What is said to a page that has loaded: how things are by now."""
        return []

    def told(self, what: Message, view: str) -> None:
        """What a reader has done. ValueError is told on the page."""

    def say(self, what: Message, *, by: str | None = None, to: str | None = None) -> None:
        """Says something to every view but `by`; to one alone where `to` is given."""
        some = {name: value for name, value in (("by", by), ("to", to)) if value is not None}
        self.send({"what": "say", "said": dict(what), **some})

    def reload(self) -> None:
        """Sends the page anew to all who see it."""
        for view in sorted(self._views):
            self._send_page(view)

    def _heard(self, _widget: Any, content: Message, _buffers: Sequence[Any]) -> None:
        view = str(content.get("view"))
        match content.get("what"):
            case "open":
                self._views.add(view)
                self._send_page(view)
            case "send":
                digest = str(content.get("digest"))
                for text in _assets():
                    if _digest(text) == digest:
                        self.send({"what": "asset", "to": view, "digest": digest}, [_packed(text)])
            case "told":
                try:
                    self.told(content["told"], view)
                except ValueError as error:
                    self.say({"refused": str(error)}, to=view)
            case "closed":
                self._views.discard(view)
                if self._only_seen and not self._views:
                    with suppress(RuntimeError):  # without a loop nothing waits
                        asyncio.get_running_loop().call_later(UNSEEN, self._close_unseen)

    def _send_page(self, view: str) -> None:
        pieces, used = apart(self.page(), _assets())
        assets = [_digest(text) for text in used]
        text = gzip.compress(json.dumps(pieces).encode(), mtime=0)
        self.send({"what": "page", "to": view, "assets": assets, "then": self.then()}, [text])

    def _close_unseen(self) -> None:
        if not self._views:
            self.close()

    def _repr_mimebundle_(self, **_given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**_given)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        picture = {"image/svg+xml": self.still} if self.still else {}
        return {**data, "text/plain": repr(self), **picture}, metadata

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.title}"


class FileWidget(PageWidget):
    """A page that shares nothing."""

    def __init__(self, title: str, still: str, text: Callable[[], str], *, only_seen: bool = False) -> None:
        self._text = text
        super().__init__(title, still, only_seen=only_seen)

    def page(self) -> str:
        return self._text()


class After:
    """Calls back after each cell of the notebook that this runs in; never, where it runs in none."""

    def __init__(self, call: Callable[[], None]) -> None:
        ipython = sys.modules.get("IPython")
        self._shell, self._call = ipython.get_ipython() if ipython else None, call
        if self._shell is not None:
            self._shell.events.register("post_run_cell", self._after)

    def end(self) -> None:
        """Calls back no more."""
        if self._shell is not None:
            self._shell.events.unregister("post_run_cell", self._after)
        self._shell = None

    def _after(self, _result: Any) -> None:
        self._call()


def apart(page: str, assets: Iterable[str]) -> tuple[list[str | int], list[str]]:
    """A page's text in pieces, with a number where an asset stands; and the assets that are there, by these numbers.

    >>> apart("one script, one style", ["script", "font", "style"])
    (['one ', 0, ', one ', 1], ['script', 'style'])
    """
    pieces: list[str | int] = [page]
    used: list[str] = []
    for asset_ in assets:
        for place, piece in enumerate(pieces):
            if isinstance(piece, str) and asset_ in piece:
                before, _, after = piece.partition(asset_)
                pieces[place : place + 1] = [before, len(used), after]
                used.append(asset_)
                break
    return [piece for piece in pieces if piece != ""], used


@cache
def _assets() -> tuple[str, ...]:
    """What all pages have in common: the scripts, the style, and the engine."""
    return *map(asset, ASSETS), in_page.module_text()


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)
