"""LaTeX: an explanation on paper."""
