"""What a row is to reach: so many times as fast as the best peer, such a share of what the core can compute, such a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """The least of each, and the direction; None where a row has no such target."""

    ratio: float | None = None
    ratio_aim: float | None = None
    share: float | None = None
    """Of the peak of so many cores, 0 to 1."""
    share_aim: float | None = None
    seconds: float | None = None
    """At most."""
    seconds_aim: float | None = None

    def verdict(self, *, ratio: float | None = None, share: float | None = None, seconds: float | None = None) -> str:
        """The target in words, and whether what was measured reaches it; nothing where there is no target.

        What could not be measured, such as the share without a C compiler, or a ratio without peers, is left out and said.
        """
        told = (
            _told("{:g}x", self.ratio, self.ratio_aim, ratio),
            _told("{:.0%} of the peak", self.share, self.share_aim, share),
            _told("{}", self.seconds, self.seconds_aim, seconds, most=True),
        )
        parts = [part for part in told if part]
        return "" if not parts else "   " + "; ".join(parts)


NO_TARGET = Target()


def _told(form: str, least: float | None, aim: float | None, found: float | None, *, most: bool = False) -> str:
    """One target and its verdict."""
    if least is None:
        return ""
    sign = -1 if most else 1
    text = ("at most " if most else "at least ") + form.format(in_units(least) if most else least)
    if aim is not None:
        text += f", aim {form.format(in_units(aim) if most else aim)}"
    if found is None:
        return f"{text}: not measured"
    if aim is not None and sign * found >= sign * aim:
        return f"{text}: aim reached"
    return f"{text}: {outcome(sign * found >= sign * least)}"


def outcome(reached: bool) -> str:
    """A verdict in a word."""
    return "reached" if reached else "SHORT"


def in_units(seconds: float) -> str:
    """Three digits, and the unit that suits them."""
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= 0.9995 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
