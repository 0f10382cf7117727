"""Back-propagation you can read, check and see."""
