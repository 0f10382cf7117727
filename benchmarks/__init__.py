"""What the kernels are held against: peers doing the same steps, and the machine's own limits."""
