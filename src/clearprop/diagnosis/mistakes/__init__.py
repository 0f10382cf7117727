"""The catalogue of mistakes: one record each, in a file for each link of the chain."""

# isort: off - the catalogue lists them in the order of the chain, from the loss down
from . import of_activations, of_gradients, of_links, of_losses, of_updates

# isort: on

__all__ = ["of_activations", "of_gradients", "of_links", "of_losses", "of_updates"]
