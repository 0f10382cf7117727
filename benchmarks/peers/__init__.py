"""Peers, one module each. `steps(work, order)` gives a call that takes these steps from the workload's start and returns
the flat parameters, or None where the peer cannot be asked for exactly these steps. An ImportError says what is missing.
"""
