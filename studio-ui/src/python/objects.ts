/** Classes: attributes of a class, records with fields, methods as values. */

import { Dict, pairsOf } from "./collections";
import { AttributeError, TypeError } from "./errors";
import { repr } from "./text";
import { PyObject, type Value } from "./value";

const define = (owner: object, name: string, value: Value): void => {
  Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
};

/** What stands in the body of a class: of the class, and of each object that has no such value of its own. */
export const attributes = (definition: Value, found: Record<string, Value>): void => {
  for (const [name, value] of Object.entries(found)) {
    define(definition, name, value);
    define(definition.prototype, name, value);
  }
};

/** A base for a class of several bases: the first, and of the others what it lacks. */
export const mixed = (first: Value, ...others: Value[]): Value => {
  const made = class extends first {};
  for (const other of others) {
    for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(other.prototype)))
      if (name !== "constructor" && !Object.hasOwn(first.prototype, name))
        Object.defineProperty(made.prototype, name, value);
    if (other.$fields) define(made, "$fields", [...(first.$fields ?? []), ...other.$fields]);
  }
  return made;
};

/** Class methods and static methods can be called on objects too. */
export const shared = (definition: Value, names: string[]): void => {
  for (const name of names)
    define(definition.prototype, name, function (this: Value, ...given: Value[]) {
      return this.constructor[name](...given);
    });
};

/** A field of a record. */
export class Field {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly default$: Value,
    readonly factory: (() => Value) | null,
    readonly compare: boolean,
    /** Whether it is given when a record is made. */
    readonly init: boolean,
    readonly metadata: Dict,
  ) {}

  get default(): Value {
    return this.default$;
  }
}

interface FieldOptions {
  default?: Value;
  default_factory?: () => Value;
  compare?: boolean;
  init?: boolean;
  metadata?: Dict;
}

/** `dataclasses.field(...)`, which its class completes with name and type. */
export class FieldGiven {
  constructor(readonly options: FieldOptions) {}
}

const fieldFrom = (name: string, type: string, rest: Value[]): Field => {
  const [given] = rest;
  const options: FieldOptions = given instanceof FieldGiven ? given.options : rest.length ? { default: given } : {};
  const { compare = true, init = true, metadata = new Dict() } = options;
  return new Field(name, type, options.default, options.default_factory ?? null, compare, init, metadata);
};

/** Make a class a record: an `__init__` that fills its fields, those of its bases first, and comparison by fields. */
export const dataclass = (definition: Value, own: [string, string, ...Value[]][], equal = true): void => {
  const known = new Map<string, Field>((definition.$fields ?? []).map((each: Field) => [each.name, each]));
  for (const [name, type, ...rest] of own) known.set(name, fieldFrom(name, type, rest));
  const all = [...known.values()];
  define(definition, "$fields", all);
  for (const each of all) if (each.default !== undefined) attributes(definition, { [each.name]: each.default });
  const { prototype } = definition;
  if (Object.hasOwn(prototype, "__init__")) return;
  define(prototype, "__init__", function (this: Value, ...given: Value[]) {
    if (given.length > all.length) throw new TypeError(`${definition.name} takes ${all.length} values`);
    for (let i = 0; i < all.length; i++) {
      const field = all[i] as Field;
      let value = given[i];
      if (value === undefined) value = field.factory ? call(field.factory, []) : field.default;
      if (value === undefined) throw new TypeError(`${definition.name} needs ${field.name}`);
      this[field.name] = value;
    }
    this.__post_init__?.();
  });
  if (!equal) return;
  const compared = all.filter((each) => each.compare);
  define(prototype, "__key__", function (this: Value) {
    return [this.constructor, ...compared.map((each) => this[each.name])];
  });
};

export const setattr = (owner: Value, name: string, value: Value): null => {
  owner[name] = value;
  return null;
};

export const fields = (of: Value): Field[] => (typeof of === "function" ? of.$fields : of.constructor.$fields) ?? [];

/** Call a function or make an object, with arguments by name as well. */
export const call = (what: Value, given: Value[], named: Dict = new Dict()): Value => {
  const isClass = typeof what === "function" && what.prototype instanceof PyObject;
  const placed = [...given];
  for (const [name, value] of named.items()) {
    const at = isClass ? fields(what).findIndex((each) => each.name === name) : -1;
    if (at < 0) throw new TypeError(`${what.name} has no parameter ${name}`);
    placed[at] = value;
  }
  return isClass ? new what(...placed) : what(...placed);
};

/** A record with some fields replaced; those that are not given are made anew. */
export const replace = (of: Value, changes: Dict = new Dict()): Value => {
  const own = fields(of).map((each) => {
    if (changes.__contains__(each.name)) return changes.__getitem__(each.name);
    return each.init ? of[each.name] : undefined;
  });
  return new of.constructor(...own);
};

/** A method as a value, which keeps its object. */
export const bound = (owner: Value, name: string): Value => {
  const found = owner[name];
  return typeof found === "function" && !(found.prototype instanceof PyObject) ? found.bind(owner) : found;
};

/** The value of a property that is computed once. */
export const cached = (owner: Value, name: string, compute: () => Value): Value => {
  const kept = `$${name}`;
  let value = owner[kept];
  if (value === undefined) {
    value = compute();
    owner[kept] = value;
  }
  return value;
};

export const getattr = (owner: Value, name: string, ...otherwise: Value[]): Value => {
  const value = owner === null ? undefined : owner[name];
  if (value !== undefined) return value;
  if (otherwise.length) return otherwise[0];
  throw new AttributeError(`${repr(owner)} has no ${name}`);
};

export const hasattr = (owner: Value, name: string): boolean => owner !== null && owner[name] !== undefined;

export const vars = (owner: Value): Dict => new Dict(Object.entries(owner));

/** A shallow copy of an object. */
export const copy = (of: Value): Value => {
  const made = Object.create(Object.getPrototypeOf(of));
  for (const [name, value] of Object.entries(of)) made[name] = value;
  return made;
};

export { pairsOf };
