r"""What stands around an account in LaTeX: the macros that a fragment provides, and a document that compiles as it is."""

from __future__ import annotations

from ...tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER


def _provided() -> str:
    back, forward, shared = (
        each.removeprefix("#").upper() for each in (BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER)
    )
    return rf"""% Without parameters: these lines may stand inside a frame of beamer, which does not take them.
\providecommand{{\clearpropback}}{{\textcolor[HTML]{{{back}}}}}
\providecommand{{\clearpropforward}}{{\textcolor[HTML]{{{forward}}}}}
\providecommand{{\clearpropshared}}{{\textcolor[HTML]{{{shared}}}}}
\providecommand{{\clearpropquiet}}{{\textcolor{{gray}}}}
\providecommand{{\clearpropkeep}}{{}}
\providecommand{{\clearpropbar}}{{\hspace{{0.6pt}}\rule{{2pt}}}}
\ifdefined\resizebox\providecommand{{\clearpropfit}}{{\resizebox{{\ifdim\width>\linewidth\linewidth\else\width\fi}}{{!}}}}\fi
\providecommand{{\clearpropfit}}{{\mbox}}
\ifdefined\frametitle
\providecommand{{\clearpropsection}}{{\par\bigskip\textbf}}\providecommand{{\clearproppart}}{{\par\medskip\textbf}}\fi
\providecommand{{\clearpropsection}}{{\section*}}\providecommand{{\clearproppart}}{{\paragraph}}
"""


PROVIDED = _provided()
CANCEL = r"""% Struck out by a line from corner to corner, as the package cancel does it.
\newcommand{\cancel}[1]{\tikz[baseline=(x.base)]{\node[inner sep=1pt](x){$#1$};\draw(x.south west)--(x.north east);}}
"""
PREAMBLE = (
    r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=22mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,booktabs,graphicx,tikz}
"""
    + CANCEL
    + r"""% A heading stays with what it is the heading of.
\newcommand{\clearpropkeep}{\par\vskip0pt plus 9\baselineskip\penalty-200\vskip0pt plus -9\baselineskip}
\AtBeginDocument{\abovedisplayskip=5pt plus 2pt\belowdisplayskip=5pt plus 2pt}
\setlength{\parindent}{0pt}
\setlength{\emergencystretch}{3em}
\setlength{\parskip}{4pt plus 2pt}
\begin{document}
"""
)


def as_document(fragment: str, picture: str) -> str:
    """A document around a fragment, with a picture before it."""
    return f"{PREAMBLE}\\begin{{center}}\n{picture}\\end{{center}}\n{fragment}\\end{{document}}\n"
