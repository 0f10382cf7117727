"""A Firefox that is installed, driven over Marionette, its own protocol: JSON messages with their length, on a local port."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
PATIENCE = 60.0
"""Seconds until it has started, on a machine that does much else."""
KEYS = {
    "ArrowRight": "\ue014",
    "ArrowLeft": "\ue012",
    "End": "\ue010",
    "Home": "\ue011",
    "Enter": "\ue007",
    "ArrowUp": "\ue013",
}


class Firefox:
    """One window of it."""

    def __init__(self, link: socket.socket, downloads: Path) -> None:
        self.link, self.count, self.downloads = link, 0, downloads
        self._receive()  # its greeting
        self.send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})

    def send(self, name: str, given: dict[str, Any]) -> Any:
        """A command's answer."""
        self.count += 1
        text = json.dumps([0, self.count, name, given]).encode()
        self.link.sendall(b"%d:%s" % (len(text), text))
        _, _, error, answer = self._receive()
        assert error is None, error
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    def _receive(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self.link.recv(1)
        length, text = int(head[:-1]), b""
        while len(text) < length:
            text += self.link.recv(length - len(text))
        return json.loads(text)

    def open(self, path: Path, width: int, height: int) -> None:
        """A file, in a window whose inside has this size."""
        self.send("WebDriver:Navigate", {"url": path.as_uri()})
        self.send("WebDriver:SetWindowRect", {"width": width, "height": height})
        inner = self.run("return [innerWidth, innerHeight]")
        self.send("WebDriver:SetWindowRect", {"width": 2 * width - inner[0], "height": 2 * height - inner[1]})
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script: str) -> Any:
        """A script's value, in a sandbox that the page's own policy does not rule."""
        return self.send("WebDriver:ExecuteScript", {"script": script, "args": [], "sandbox": "tests"})

    def press(self, key: str) -> None:
        """A key, down and up."""
        moves = [{"type": move, "value": KEYS.get(key, key)} for move in ("keyDown", "keyUp")]
        self.send("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": moves}]})
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def click(self, selector: str) -> None:
        """The middle of the first element that a selector finds, clicked."""
        self._point(selector, [])

    def drag(self, selector: str, by: int) -> None:
        """The same, dragged so many pixels to the right."""
        self._point(selector, [by // 2, by])

    def _point(self, selector: str, ways: list[int]) -> None:
        place = f"const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
        x, y = self.run(f"{place} return [box.x + box.width / 2, box.y + box.height / 2]")
        moves = [{"type": "pointerMove", "x": round(x + by), "y": round(y), "duration": 20} for by in (0, *ways)]
        down, up = ({"type": name, "button": 0} for name in ("pointerDown", "pointerUp"))
        self.send(
            "WebDriver:PerformActions",
            {"actions": [{"type": "pointer", "id": "mouse", "actions": [moves[0], down, *moves[1:], up]}]},
        )
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def downloaded(self, name: str) -> Path:
        """A file that the page has just given, complete."""
        end = time.monotonic() + PATIENCE
        path = self.downloads / name
        while not path.exists() or not path.stat().st_size or list(self.downloads.glob("*.part")):
            assert time.monotonic() < end, f"no {name} has come"
            time.sleep(0.05)
        return path

    def picture(self, path: Path) -> None:
        """What the window shows."""
        path.write_bytes(base64.b64decode(self.send("WebDriver:TakeScreenshot", {"full": False})))


@contextmanager
def started(folder: Path) -> Iterator[Firefox]:
    """A Firefox with a profile of its own in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"marionette.port": port, "app.update.enabled": False} | {
        f"browser.download.{name}": value
        for name, value in {
            "folderList": 2,  # the folder that is named
            "dir": str(folder / "downloads"),
            "useDownloadDir": True,
            "always_ask_before_handling_new_types": False,
        }.items()
    }
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (folder / "user.js").write_text("".join(lines))
    command = [str(FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    try:
        with _connected(port) as link:
            yield Firefox(link, folder / "downloads")
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
