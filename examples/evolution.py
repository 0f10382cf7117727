"""A population that evolves: the better half of 200 networks, crossed and mutated, replaces the worse half.

Gradient steps and evolution take turns, on two spirals. Each network has a step size of its own, which is inherited too.
"""

import numpy as np

import clearprop as cp

K = 200
rng = np.random.default_rng(0)


def spirals(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) on two spirals, and which one each is on."""
    labels = rng.integers(2, size=n)
    angle = rng.uniform(0.5, 2 * np.pi, size=n)
    turned = angle + np.pi * labels
    points = angle[:, None] / 3 * np.column_stack([np.cos(turned), np.sin(turned)])
    return (points + rng.normal(scale=0.05, size=(n, 2))).astype(np.float32), labels


X, labels = spirals(400)
net = cp.Network((2, 16, 2), ("tanh", "softmax"), dtype="float32", seed=0)
population = cp.Population(net, K, loss="nllm", eta=rng.uniform(0.05, 1.0, K))

for generation in range(1, 21):
    for _ in range(20):
        rows = rng.integers(len(X), size=(K, 16))  # a batch of its own for each network
        population.step(X[rows], labels[rows])

    right = population.predict(X).argmax(axis=2) == labels  # (K, points)
    order = right.mean(axis=1).argsort()[::-1]
    parents, worse = order[: K // 2], order[K // 2 :]

    P, eta = population.parameters.copy(), population.eta
    first, second = rng.choice(parents, size=(2, len(worse)))
    units = rng.random(P[worse].shape) < 0.9  # most weights from the first parent
    P[worse] = np.where(units, P[first], P[second]) + rng.normal(scale=0.02, size=P[worse].shape)
    eta[worse] = eta[first] * rng.choice([0.8, 1.25], size=len(worse))
    population.parameters, population.eta = P, eta
    if generation % 5 == 0:
        best = right.mean(axis=1).max()
        print(f"generation {generation}: the best is right on {best:.0%}, eta around {np.median(eta):.2f}")

X_new, labels_new = spirals(400)
print(f"the best on new points: {(population[order[0]].predict(X_new).argmax(axis=1) == labels_new).mean():.0%}")
