"""A policy learnt by REINFORCE: a cart balances a pole. Each step is weighted by its advantage, which may be negative."""

from __future__ import annotations

import math

import numpy as np

import clearprop as cp

LONGEST = 200


def moved(state: np.ndarray, right: bool) -> np.ndarray:
    """The cart and pole a fiftieth of a second later (Barto, Sutton and Anderson 1983): x, v, angle and its speed."""
    x, v, angle, turning = state
    force = 10.0 if right else -10.0
    push = (force + 0.05 * turning**2 * math.sin(angle)) / 1.1
    turned = (9.8 * math.sin(angle) - math.cos(angle) * push) / (0.5 * (4 / 3 - 0.1 * math.cos(angle) ** 2 / 1.1))
    sped = push - 0.05 * turned * math.cos(angle) / 1.1
    return np.array([x + 0.02 * v, v + 0.02 * sped, angle + 0.02 * turning, turning + 0.02 * turned])


def episode(policy: cp.Network, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """States (T, 4) and actions (T,), until the pole or the cart has gone too far."""
    state, states, actions = rng.uniform(-0.05, 0.05, 4), [], []
    while abs(state[0]) < 2.4 and abs(state[2]) < 0.21 and len(states) < LONGEST:
        states.append(state)
        actions.append(int(rng.random() < policy.predict(state[None])[0, 1]))
        state = moved(state, actions[-1] == 1)
    return np.array(states), np.array(actions)


def learn(updates: int = 60, *, episodes: int = 8, seed: int = 0) -> np.ndarray:
    """The mean number of steps that the pole stayed up, for each update."""
    rng = np.random.default_rng(seed)
    net = cp.Network((4, 16, 2), ("tanh", "softmax"), seed=seed)
    trainer, lasted = cp.Trainer(net, loss="nllm", optimizer="adam", eta=0.02, negative_weights=True), np.empty(updates)
    for update in range(updates):
        played = [episode(trainer.network, rng) for _ in range(episodes)]
        lengths = [len(states) for states, _ in played]
        returns = np.concatenate([(1 - 0.99 ** np.arange(length, 0, -1)) / (1 - 0.99) for length in lengths])
        advantages = (returns - returns.mean()) / (returns.std() + 1e-9)
        # The loss is the mean of -advantage · log π(action | state), which is nllm with weights.
        trainer.step(np.concatenate([s for s, _ in played]), np.concatenate([a for _, a in played]), advantages)
        lasted[update] = np.mean(lengths)
    return lasted


if __name__ == "__main__":
    for update, steps in enumerate(learn(), 1):
        print(f"update {update:>3}: the pole stayed up for {steps:5.1f} of {LONGEST} steps")
