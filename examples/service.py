"""A service that answers with a network and learns from what comes back: HTTP, JSON, one process, nothing to install."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

import clearprop as cp

CLASSES = ["left", "middle", "right"]


def opened(path: Path) -> cp.Trainer:
    """The trainer of the last checkpoint, or a new one."""
    if path.exists():
        return cp.Trainer.load(path)
    net = cp.Network((2, 16, 3), ("tanh", "softmax"), seed=0)
    return cp.Trainer(net, loss="nllm", optimizer="adam", eta=0.01, classes=CLASSES)


def server(path: Path, port: int = 8000, *, every: int = 50) -> ThreadingHTTPServer:
    """POST /predict with {"x": [...]}, /learn with {"x": [...], "y": "left"}; a checkpoint after every so many steps."""
    trainer = opened(path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer, status = self.answer(given), 200
            except (ValueError, TypeError, KeyError, ArithmeticError) as error:  # the message says what to send instead
                answer, status = {"error": str(error)}, 400
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self, given: dict) -> dict:
            X = np.array([given["x"]], float)
            if self.path == "/learn":
                loss = trainer.step(X, [given["y"]])  # one step at a time: a trainer has a lock
                if trainer.step_count % every == 0:
                    trainer.save(path)  # complete or not at all
                return {"loss": loss, "steps": trainer.step_count}
            return dict(zip(CLASSES, trainer.network.predict(X)[0].tolist(), strict=True))

        def log_message(self, *given: object) -> None:
            """Nothing is logged."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    server(Path(sys.argv[1] if len(sys.argv) > 1 else "service.clearprop")).serve_forever()
