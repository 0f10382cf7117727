"""Pictures: the network with its weights and values, as SVG and as TikZ."""
