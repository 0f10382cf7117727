r"""What stands around an account in LaTeX: the macros that a fragment provides, and a document that compiles as it is."""

from __future__ import annotations

from ...tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER


def _provided() -> str:
    back, forward, shared = (
        each.removeprefix("#").upper() for each in (BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER)
    )
    return rf"""\providecommand{{\clearpropback}}[1]{{\textcolor[HTML]{{{back}}}{{#1}}}}
\providecommand{{\clearpropforward}}[1]{{\textcolor[HTML]{{{forward}}}{{#1}}}}
\providecommand{{\clearpropshared}}[1]{{\textcolor[HTML]{{{shared}}}{{#1}}}}
\providecommand{{\clearpropquiet}}[1]{{\textcolor{{gray}}{{#1}}}}
\providecommand{{\clearpropfit}}[1]{{#1}}
\providecommand{{\clearpropkeep}}{{}}
\providecommand{{\clearpropbar}}[1]{{\rule{{2pt}}{{#1ex}}\hspace{{0.6pt}}}}
"""


PROVIDED = _provided()
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=22mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,booktabs,graphicx,tikz}
% Struck out by a line from corner to corner, as the package cancel does it.
\newcommand{\cancel}[1]{\tikz[baseline=(x.base)]{\node[inner sep=1pt](x){$#1$};\draw(x.south west)--(x.north east);}}
% An equation as wide as the page at most.
\newsavebox{\clearpropbox}
\newcommand{\clearpropfit}[1]{\sbox{\clearpropbox}{$\displaystyle #1$}%
  \ifdim\wd\clearpropbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\clearpropbox}}\else\usebox{\clearpropbox}\fi}
% A heading stays with what it is the heading of.
\newcommand{\clearpropkeep}{\par\vskip0pt plus 9\baselineskip\penalty-200\vskip0pt plus -9\baselineskip}
\AtBeginDocument{\abovedisplayskip=5pt plus 2pt\belowdisplayskip=5pt plus 2pt}
\setlength{\parindent}{0pt}
\setlength{\emergencystretch}{3em}
\setlength{\parskip}{4pt plus 2pt}
\begin{document}
"""


def as_document(fragment: str, picture: str) -> str:
    """A document around a fragment, with a picture before it."""
    return f"{PREAMBLE}\\begin{{center}}\n{picture}\\end{{center}}\n{fragment}\\end{{document}}\n"
