/** What the translated sources use of Python's smaller libraries. */

import { asarray, type NdArray } from "./arrays/array";
import { known_type } from "./builtins";
import { Dict } from "./collections";
import { FieldGiven, Field as FieldOf } from "./objects";
import { type Tuple, tuple_of, type Value } from "./value";

// dataclasses

export { copy, fields, replace } from "./objects";
export const field = (options: Value = {}): Value => new FieldGiven(options);
export const Field = FieldOf;

// collections.abc, numbers

export const Mapping = known_type({}, (of) => of instanceof Dict || typeof of?.__getitem__ === "function");
export const Sequence = known_type({}, (of) => Array.isArray(of) || typeof of === "string");
/** Records are what is asked about here, and each of them can be a key. */
export const Hashable = known_type({}, () => true);
export const Real = known_type({}, (of) => typeof of === "number" || typeof of === "boolean");

// functools: nothing that is kept changes, so a function of no arguments is computed once

export const cache = (of: (...given: Value[]) => Value): Value => {
  const known = new Dict();
  return (...given: Value[]): Value => {
    const key = tuple_of(...given);
    if (!known.__contains__(key)) known.__setitem__(key, of(...given));
    return known.__getitem__(key);
  };
};

export const lru_cache = (_options: Value) => cache;

// itertools

export const pairwise = (over: Iterable<Value>): Tuple[] => {
  const all = [...over];
  return all.slice(1).map((each, i) => tuple_of(all[i], each));
};
export const chain = Object.assign((...over: Iterable<Value>[]): Value[] => over.flatMap((each) => [...each]), {
  from_iterable: (over: Iterable<Iterable<Value>>): Value[] => [...over].flatMap((each) => [...each]),
});
/** Neighbours with the same key, by that key. */
export const groupby = (over: Iterable<Value>, key: (each: Value) => Value): Tuple[] => {
  const groups: [Value, Value[]][] = [];
  for (const each of over) {
    const own = key(each);
    const last = groups.at(-1);
    if (last && last[0] === own) last[1].push(each);
    else groups.push([own, [each]]);
  }
  return groups.map((group) => tuple_of(...group));
};

// string

/** Words with places in braces, as pieces: words, the name of the place behind them, its format and its conversion. */
export const Formatter = (): Value => ({
  parse: (text: string): Tuple[] => {
    const pieces: Tuple[] = [];
    for (const [whole, words, twice, name] of text.matchAll(/([^{}]*)(?:([{}])\2|\{([^}]*)\}|$)/g))
      if (whole) pieces.push(tuple_of(`${words}${twice ?? ""}`, name ?? null, name === undefined ? null : "", null));
    return pieces;
  },
});

// difflib

/** Nothing is near: a page offers what there is, and does not guess what was meant. */
export const get_close_matches = (..._given: Value[]): Value[] => [];

// typing: of a name for several texts those texts

export const get_args = (of: Value): Value => of;

// warnings: none is given here

export const simplefilter = (..._given: Value[]): null => null;

// clearprop: what somebody gives is numbers here, so nothing has to be told of what it is called

export const numbers_of = (given: Value, _name: string): NdArray => asarray(given);
