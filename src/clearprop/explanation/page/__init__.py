"""The page: a trace as JSON, and the HTML file that shows it."""
