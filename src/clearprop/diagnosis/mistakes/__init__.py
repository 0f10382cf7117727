"""The catalogue of mistakes: one record each, in a file for each link of the chain."""

from . import of_activations, of_gradients, of_links, of_losses, of_updates

__all__ = ["of_activations", "of_gradients", "of_links", "of_losses", "of_updates"]
