"""Which parameters were written and which a preset has filled in: the attributes are what runs, whoever set them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import Any, ClassVar, TypeVar, cast

Constructor = TypeVar("Constructor", bound=Callable[..., None])


def remembered(constructor: Constructor) -> Constructor:
    """A constructor that remembers which arguments it was called with; the preset fills in the others."""
    of_constructor = signature(constructor)
    names = list(of_constructor.parameters)[1:]

    @wraps(constructor)
    def construct(self: Any, *args: Any, **given: Any) -> None:
        constructor(self, *args, **given)
        vars(self).update(_written=tuple(sorted({*names[: len(args)], *given})), _replaced={})
        self._fill_in()

    construct.__signature__ = of_constructor  # type: ignore[attr-defined]  # for tools that do not look behind a wrapper
    return cast("Constructor", construct)


class Parameters:
    """An estimator's parameters as attributes. One that is set, in the constructor or later, stays as it was set.

    A preset sets the attributes of the others, and taking it away gives them their defaults back. So a copy that is made
    from the values alone, by any tool, is the same estimator. What was written is remembered for a preset that comes
    later, and for `settings`; scikit-learn's `clone` and pickles keep it.
    """

    preset: str | None
    _recipes: ClassVar[dict[str, dict[str, Any]]]
    _parameter_constraints: ClassVar[dict[str, list[Any]]]
    _written: tuple[str, ...]
    """Names of parameters that somebody set, in order, so that equal estimators are pickled alike."""
    _replaced: dict[str, Any]
    """What the preset's values stand in for, by name."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in self._parameter_constraints:
            made = vars(self)
            made["_written"] = tuple(sorted({*made.get("_written", ()), name}))
            made.setdefault("_replaced", {}).pop(name, None)
            made.get("_found", {}).pop(name, None)
            if name == "preset":
                self._fill_in()

    def _recipe(self) -> dict[str, Any]:
        """The preset's values by name; nothing for one that does not exist, which `fit` refuses."""
        return self._recipes.get(self.preset, {}) if isinstance(self.preset, str) else {}

    def _fill_in(self) -> None:
        """Give every parameter that nobody set the preset's value, or else its default."""
        made = vars(self)
        made.update(self._replaced)
        stands_in = {
            name: value for name, value in self._recipe().items() if name in made and name not in self._written
        }
        self._replaced = {name: made[name] for name in stands_in}
        made.update(stands_in)

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """Code for the same estimator. With a preset a default that was written is shown, and what the preset sets is not."""
        if not self._recipe():
            return super().__repr__(N_CHAR_MAX)  # type: ignore[call-arg]  # scikit-learn's
        own = {**defaults_of(self), **self._recipe()}
        params: dict[str, Any] = self.get_params(deep=False)  # type: ignore[attr-defined]  # scikit-learn's
        shown = [
            f"{name}={value!r}" for name, value in params.items() if name not in own or not _same(value, own[name])
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def _warn_if_preset_is_idle(self) -> None:
        """Warn where every value of the preset has been replaced: by hand that is hardly meant, by a tool it happens."""
        recipe = self._recipe()
        if recipe and not self._replaced and not any(_same(getattr(self, name), recipe[name]) for name in recipe):
            warnings.warn(
                f"preset={self.preset!r} sets nothing: all of its parameters were given, with other values. "
                "Give only those that you want to differ.",
                stacklevel=5,
            )

    def __sklearn_clone__(self) -> Any:
        twin = super().__sklearn_clone__()  # type: ignore[misc]  # scikit-learn's
        vars(twin).update(_written=self._written, _replaced=dict(self._replaced))
        return twin

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]  # scikit-learn's
        if "_written" not in state:  # by a version that looked the preset up where a value was needed
            made, defaults = vars(self), defaults_of(self)
            made.update({name: value for name, value in defaults.items() if name not in made})
            made["_written"] = tuple(sorted(name for name in defaults if not _same(made[name], defaults[name])))
            made["_replaced"] = {}
            self._fill_in()


def defaults_of(estimator: Parameters) -> dict[str, Any]:
    """The defaults of an estimator's parameters; a subclass has those of the class with the recipes."""
    return _defaults(next(vars(kind)["__init__"] for kind in type(estimator).__mro__ if "_recipes" in vars(kind)))


@cache
def _defaults(constructor: Callable[..., None]) -> dict[str, Any]:
    return {name: each.default for name, each in list(signature(constructor).parameters.items())[1:]}


def _same(value: Any, other: Any) -> bool:
    return value is other or (type(value) is type(other) and bool(value == other))
