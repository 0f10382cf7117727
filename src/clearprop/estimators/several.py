"""An estimator that is the mean of several networks: each is a fitted estimator of its own, a member.

Each member draws its weights, its split and its order of points from a seed of its own, so it is what a fit with that
`random_state` alone would be. Points are checked and prepared once for all.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from ..ensemble import Ensemble, Function
from .calls import Call
from .continuing import beginning
from .improvement import HISTORY
from .offered import NotOffered

SHARED = (
    *("n_features_in_", "feature_names_in_", "columns_", "scaler_", "n_outputs_"),
    *("classes_", "_labels", "_label_binarizer", "target_mean_", "target_scale_"),
)
"""What is learnt of points and targets, for all members."""
OF_ONE = (
    *("coefs_", "intercepts_", "_network", "_views", "_made_with", "_optimizer", "_stream", "_best"),
    *("_no_improvement_count", "restart_losses_", "t_", "temperature_", *HISTORY),
)
"""What belongs to one network."""
FROM_MEMBERS = ("n_layers_", "out_activation_", "_output_part")
"""What is the same in every member, and is the whole estimator's too."""


def is_fitted(estimator: Any) -> bool:
    """Whether the estimator has several networks."""
    return "members_" in vars(estimator)


def function_of(estimator: Any) -> Function:
    """The network, or the ensemble of the members'."""
    return Ensemble(each._net() for each in estimator.members_) if is_fitted(estimator) else estimator._net()


def member_of(estimator: Any, member: int | None) -> Any:
    """The estimator, or the member of that number. ValueError where it has several and none is named, or has it not."""
    if not is_fitted(estimator):
        if member not in {None, 0}:
            raise ValueError(f"there is no member {member!r}: this is one network")
        return estimator
    count = len(estimator.members_)
    if member is None:
        raise ValueError(
            f"this is the mean of {count} networks, and this is of one of them: give member=0 to {count - 1}"
        )
    if member not in range(count):
        raise ValueError(f"there is no member {member!r}: they are counted from 0 to {count - 1}")
    return estimator.members_[member]


def refuse(estimator: Any, what: str) -> None:
    """NotOffered where the estimator has several networks, and `what` is of one."""
    if is_fitted(estimator):
        raise NotOffered(of_one(estimator, what))


def of_one(estimator: Any, what: str) -> str:
    """Why there is no such thing, and where there is."""
    count = len(estimator.members_)
    return f"this is the mean of {count} networks, and {what} is of one: members_[k].{what} is that of network k"


class OfOneNetwork:
    """An attribute that is missing where there are several networks, and says so; where it is there, the object has it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, estimator: Any, owner: type) -> Any:
        if estimator is None:
            return self
        there = is_fitted(estimator) and self.name in vars(estimator.members_[0])
        said = of_one(estimator, self.name) if there else f"{owner.__name__!r} object has no attribute {self.name!r}"
        raise AttributeError(said, name=self.name, obj=estimator)


def begin(estimator: Any) -> None:
    """New members, each with random numbers of its own; what an earlier fit has left of one network is forgotten."""
    for name in OF_ONE:
        vars(estimator).pop(name, None)
    estimator._began = beginning(estimator)
    kind: Any = type(estimator)
    estimator.members_ = [kind.__new__(kind) for _ in range(estimator.ensemble)]
    tell(estimator)


def draw(estimator: Any, widths: tuple[int, ...], dtype: Any) -> None:
    """New members with networks that are drawn and not trained."""
    begin(estimator)
    for member in estimator.members_:
        member._begin(widths, dtype)
    gather(estimator)


def tell(estimator: Any) -> None:
    """Give every member the parameters as they are now, what is known of points and targets, and its random numbers."""
    made = vars(estimator)
    told = {name: made[name] for name in estimator._parameter_constraints}
    told |= {name: each for name, each in made.items() if name in SHARED or "callback" in name}
    seeds = estimator._random_state.randint(np.iinfo(np.int32).max, size=len(estimator.members_))
    for member, seed in zip(estimator.members_, seeds.tolist(), strict=True):
        own = vars(member)
        own.update(told, ensemble=1, random_state=seed)
        own.update(_written=estimator._written, _replaced=dict(estimator._replaced))
        member._random_state = np.random.RandomState(seed)
        if "_stream" in own:
            own.pop("_stream").update_solver()


def learn(estimator: Any, call: Call, anew: bool, *learnt: Any) -> None:
    """Train one member after another; where a new one fails, nothing is fitted.

    Ctrl-C ends them all. New members are then those that were finished, or the first alone.
    """
    try:
        for k, member in enumerate(estimator.members_):
            own = copy(call)
            own.repeats = k > 0
            member._learn_network(own, anew, *learnt)
            call.said, call.interrupted = own.said, own.interrupted
            if call.interrupted:
                break
    except BaseException:
        if anew:
            made = vars(estimator)
            for name in [name for name in made if _is_learnt(name)]:
                del made[name]
        raise
    if call.interrupted and anew:
        del estimator.members_[max(k, 1) :]
    gather(estimator)


def _is_learnt(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def gather(estimator: Any) -> None:
    """What is shown of all members together: the most epochs, and the mean of the losses."""
    members = estimator.members_
    first, losses = vars(members[0]), [vars(each)["loss_"] for each in members if "loss_" in vars(each)]
    vars(estimator).update({name: first[name] for name in FROM_MEMBERS if name in first})
    estimator.n_iter_ = max(each.n_iter_ for each in members)
    vars(estimator).pop("loss_", None)
    if losses:
        estimator.loss_ = np.float64(np.mean(losses))
    if "_found" in first:
        vars(estimator).setdefault("_found", {}).update(first["_found"])


def deviation(estimator: Any, X: Any) -> Any:
    """The standard deviation (n, k) of what all members say: of the mean of their variances and the variance of their means."""
    points, loss = estimator._checked_points(X), estimator._loss()
    outputs = [member._of_prepared(points) for member in estimator.members_]
    stds = [loss.deviation(A) for A in outputs]
    if stds[0] is None:
        return None
    means = np.array([A[:, : estimator.n_outputs_] for A in outputs])
    return np.sqrt(np.mean(np.square(stds), axis=0) + means.var(axis=0))
