"""Text: an explanation in a terminal."""
