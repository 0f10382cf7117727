"""Who computes the steps."""
