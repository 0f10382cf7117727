"""Which parameters were written and which a preset has filled in: the attributes are what runs, whoever set them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, update_wrapper
from inspect import Parameter, Signature, signature
from typing import Any, ClassVar, TypeVar, cast

from sklearn.utils._param_validation import InvalidParameterError

from ..advice.warned import warn
from .parameters import reason
from .presets import GO_WITH

Constructor = TypeVar("Constructor", bound=Callable[..., None])


class Remembered:
    """A constructor that remembers which arguments it was called with; the preset fills in the others.

    scikit-learn shows those parameters of an object that differ from the defaults of its constructor. One that was written as
    its default, where the preset has another value, has to be shown as well: without it, what is shown would be code for
    another estimator. So in the constructor of such an object it has no default, and neither has the preset. A value that the
    preset has filled in is the default there: only what was written is shown.
    """

    def __init__(self, constructor: Callable[..., None]) -> None:
        self.constructor = constructor
        update_wrapper(self, constructor)
        self.__signature__ = signature(constructor)  # for tools that do not look behind a wrapper
        self.names = list(self.__signature__.parameters)[1:]

    def __call__(self, estimator: Any, *args: Any, **given: Any) -> None:
        self.constructor(estimator, *args, **given)
        vars(estimator).update(_written=tuple(sorted({*self.names[: len(args)], *given})), _replaced={})
        estimator._fill_in()

    def __get__(self, estimator: Any, kind: type | None = None) -> Any:
        if estimator is None:
            return self
        bound, made = partial(self, estimator), vars(estimator)
        recipe = estimator._recipe() if "_written" in made else {}
        written = [name for name in recipe if name in made.get("_written", ())]
        differ = {"preset", *(name for name in written if not same_value(made[name], recipe[name]))}
        stands_in = made.get("_replaced", {})
        if recipe:
            listed = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in signature(bound).parameters.values()]
            plain = [each.replace(default=made[each.name]) if each.name in stands_in else each for each in listed]
            shown = [each.replace(default=each.empty) if each.name in differ else each for each in plain]
            bound.__signature__ = Signature(shown)  # type: ignore[attr-defined]  # where `signature` looks first
        return bound


def remembered(constructor: Constructor) -> Constructor:
    """`Remembered`, as a decorator that keeps the constructor's type."""
    return cast("Constructor", Remembered(constructor))


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

    def _validate_params(self) -> None:
        """scikit-learn's check of the parameters, and its error, which also says which name is near."""
        try:
            super()._validate_params()  # type: ignore[misc]  # scikit-learn's
        except InvalidParameterError as error:
            why = reason(self, str(error).split("'")[1])  # the message begins with the parameter's name
            if not why:
                raise
            raise InvalidParameterError(f"{str(error).removesuffix('.')}{why}") from None

    def _recipe(self) -> dict[str, Any]:
        """The preset's values by name; nothing for one that does not exist, which `fit` refuses."""
        return self._recipes.get(self.preset, {}) if isinstance(self.preset, str) else {}

    def _fill_in(self) -> None:
        """Give every parameter that nobody set the preset's value, or else its default."""
        made = vars(self)
        made.update(self._replaced)
        written = set(self._written)
        alone = {name for name, other in GO_WITH.items() if other in written}  # the recipe's value is for its own
        stands_in = {
            name: value for name, value in self._recipe().items() if name in made and name not in written | alone
        }
        self._replaced = {name: made[name] for name in stands_in}
        made.update(stands_in)

    def _warn_if_preset_is_idle(self) -> None:
        """Warn where every value of the preset has been replaced: by hand that is hardly meant, by a tool it happens."""
        recipe = self._recipe()
        if recipe and not self._replaced and not any(same_value(getattr(self, name), recipe[name]) for name in recipe):
            warn(
                f"preset={self.preset!r} sets nothing: all of its parameters were given, with other values. "
                "Give only those that you want to differ."
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
            made["_written"] = tuple(sorted(name for name in defaults if not same_value(made[name], defaults[name])))
            made["_replaced"] = {}
            self._fill_in()


def defaults_of(estimator: Parameters) -> dict[str, Any]:
    """The defaults of an estimator's parameters; a subclass has those of the class with the recipes."""
    return _defaults(next(vars(kind)["__init__"] for kind in type(estimator).__mro__ if "_recipes" in vars(kind)))


@cache
def _defaults(constructor: Callable[..., None]) -> dict[str, Any]:
    return {name: each.default for name, each in list(signature(constructor).parameters.items())[1:]}


def same_value(value: Any, other: Any) -> bool:
    """Whether a parameter has one value and not another: 1 and True are different ones."""
    return value is other or (type(value) is type(other) and bool(value == other))
