"""A contextual bandit: a network predicts the reward of every arm, and learns from the one that was pulled."""

from __future__ import annotations

import numpy as np

import clearprop as cp

ARMS, CONTEXT = 4, 3


def world(seed: int) -> tuple[np.random.Generator, np.ndarray]:
    """A generator, and what each arm pays: a reward of 1 with probability sigmoid(context · arm)."""
    rng = np.random.default_rng(seed)
    return rng, 3 * rng.normal(size=(CONTEXT, ARMS))


def play(rounds: int = 4000, *, explore: float = 0.1, seed: int = 0) -> np.ndarray:
    """The regret of each round, (rounds,): how much less likely a reward was than with the best arm."""
    rng, arms = world(seed)
    net = cp.Network((CONTEXT, 32, ARMS), ("tanh", "sigmoid"), seed=seed)
    # Only the reward of the arm that was pulled is known: the other targets are NaN, and have no part in the loss.
    trainer = cp.Trainer(net, loss="nll", optimizer="adam", eta=0.01, missing_targets="ignore")
    regret, X, Y = np.empty(rounds), np.empty((rounds, CONTEXT)), np.full((rounds, ARMS), np.nan)
    for t in range(rounds):
        context = rng.normal(size=CONTEXT)
        chances = 1 / (1 + np.exp(-context @ arms))
        expected = trainer.network.predict(context[None])[0]
        arm = int(rng.integers(ARMS)) if rng.random() < explore else int(expected.argmax())
        regret[t] = chances.max() - chances[arm]
        X[t], Y[t, arm] = context, rng.random() < chances[arm]
        rows = rng.integers(t + 1, size=16)  # of this round and those before
        trainer.step(X[rows], Y[rows])
    return regret


if __name__ == "__main__":
    regret = play()
    for begin in range(0, len(regret), 500):
        print(f"rounds {begin + 1:>5} to {begin + 500:>5}: mean regret {regret[begin : begin + 500].mean():.3f}")
