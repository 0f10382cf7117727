"""The account: the story of a step, told once, as blocks that every rendering sets in its own way."""
