"""Faults of pages in a notebook, which Python and the page share, and of slides."""

from __future__ import annotations

from ..fault import Fault

NOTEBOOKS = (
    Fault(
        "a step on a page in a notebook leaves the network in Python as it was",
        "explanation/step_widget.py",
        "            self._shared.parameters = self._now.net.parameters\n",
        "",
    ),
    Fault(
        "a notebook's cells call a page that is closed",
        "explanation/page/widget.py",
        'self._shell.events.unregister("post_run_cell", self._after)',
        "pass",
    ),
    Fault(
        "a page that one of two views shows is closed with the other",
        "explanation/page/widget.py",
        "        if not self._views:\n            self.close()",
        "        self.close()",
    ),
    Fault(
        "the code of pages is sent with every page",
        "explanation/page/widget.py",
        "        pieces, used = apart(self.page(), _assets())",
        "        pieces, used = [self.page()], list[str]()",
    ),
    Fault(
        "a second view of a training sets the network in Python back to the first weights",
        "live/widget.py",
        'return [{"parameters": self._now.parameters.tolist()}] if _same(began, self._now) and moved else []',
        "return []",
    ),
    Fault(
        "a drawing of units lights the phase after the one that was asked for",
        "explanation/slides/units.py",
        "self.at = len(phases) if phase is None else phase - 1",
        "self.at = len(phases) if phase is None else phase",
    ),
    Fault(
        "a beamer frame of a link shows the product of another",
        "explanation/slides/beamer.py",
        "step = None if last and index == 0 else layer.steps[index - last]",
        "step = None if last and index == 0 else layer.steps[0]",
    ),
    Fault(
        "the frame of one phase is that of the phase before it",
        "explanation/slides/beamer.py",
        'phases[whole_number(phase, 1, "phase", most=len(phases)) - 1]',
        'phases[whole_number(phase, 1, "phase", most=len(phases)) - 2]',
    ),
    Fault(
        "a symbol that was written before is given for its transpose",
        "explanation/notation/symbols.py",
        'key = f"{name}:{l}:{transposed}"',
        'key = f"{name}:{l}"',
    ),
    Fault(
        "a macro of a fragment takes a parameter, which no frame of beamer can define",
        "explanation/latex/document.py",
        r"\providecommand{{\clearpropquiet}}{{\textcolor{{gray}}}}",
        r"\providecommand{{\clearpropquiet}}[1]{{\textcolor{{gray}}{{#1}}}}",
    ),
)
