/** Dictionaries and sets: keys are equal where Python finds them equal, and keep the order in which they came. */

import { KeyError } from "./errors";
import { PyObject, type Tuple, tuple_of, type Value } from "./value";

const numbered = new WeakMap<object, string>();
let count = 0;

/** What a `Map` can tell keys apart by: texts and numbers themselves, of a tuple or a record what is in it. */
export const keyOf = (key: Value): Value => {
  if (typeof key === "string") return key;
  if (typeof key === "boolean") return Number(key);
  if (Array.isArray(key)) return `\u0000(${key.map((each) => inside(keyOf(each))).join("\u0000")})`;
  if (typeof key !== "object" && typeof key !== "function") return key;
  if (key === null) return key;
  if (key.__key__)
    return `\u0000{${key
      .__key__()
      .map((each: Value) => inside(keyOf(each)))
      .join("\u0000")}}`;
  let name = numbered.get(key);
  if (name === undefined) {
    name = `\u0000#${count++}`;
    numbered.set(key, name);
  }
  return name;
};

const inside = (key: Value): string => (typeof key === "string" ? `s${key}` : `n${String(key)}`);

export class Dict {
  private readonly found = new Map<Value, Value>();
  /** The keys that are told apart by something else than themselves. */
  private named: Map<Value, Value> | null = null;

  constructor(pairs: Iterable<[Value, Value]> = []) {
    for (const pair of pairs) this.__setitem__(pair[0], pair[1]);
  }

  __getitem__(key: Value): Value {
    const value = this.found.get(keyOf(key));
    if (value === undefined) throw new KeyError(String(key));
    return value;
  }

  __setitem__(key: Value, value: Value): void {
    const known = keyOf(key);
    if (known !== key) {
      this.named ??= new Map();
      if (!this.named.has(known)) this.named.set(known, key);
    }
    this.found.set(known, value);
  }

  __delitem__(key: Value): void {
    if (!this.found.delete(keyOf(key))) throw new KeyError(String(key));
  }

  __contains__(key: Value): boolean {
    return this.found.has(keyOf(key));
  }

  __len__(): number {
    return this.found.size;
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (const known of this.found.keys()) yield this.named?.get(known) ?? known;
  }

  /** Pairs as they are now. */
  items(): [Value, Value][] {
    const pairs: [Value, Value][] = [];
    this.found.forEach((value, known) => {
      pairs.push([this.named?.get(known) ?? known, value]);
    });
    return pairs;
  }

  keys(): Keys {
    return new Keys(this);
  }

  values(): Value[] {
    return [...this.found.values()];
  }

  get(key: Value, otherwise: Value = null): Value {
    const value = this.found.get(keyOf(key));
    return value === undefined ? otherwise : value;
  }

  setdefault(key: Value, value: Value = null): Value {
    if (!this.__contains__(key)) this.__setitem__(key, value);
    return this.__getitem__(key);
  }

  pop(key: Value, ...otherwise: Value[]): Value {
    if (!this.__contains__(key) && otherwise.length) return otherwise[0];
    const value = this.__getitem__(key);
    this.__delitem__(key);
    return value;
  }

  update(other: Value = []): void {
    for (const [key, value] of pairsOf(other)) this.__setitem__(key, value);
  }

  copy(): Dict {
    return new Dict(this.items());
  }

  __or__(other: Value): Dict {
    return new Dict([...this.items(), ...pairsOf(other)]);
  }
}

/** Pairs of a mapping, or of a list of pairs. */
export const pairsOf = (given: Value): [Value, Value][] =>
  typeof given.items === "function" ? given.items() : [...given];

/** The keys of a dictionary, which compare as a set. */
class Keys {
  constructor(private readonly of: Dict) {}

  [Symbol.iterator](): Iterator<Value> {
    return this.of[Symbol.iterator]();
  }

  __len__(): number {
    return this.of.__len__();
  }

  __contains__(key: Value): boolean {
    return this.of.__contains__(key);
  }

  __eq__(other: Value): boolean {
    return new PySet(this).__eq__(new PySet(other));
  }
}

export class PySet {
  protected readonly found = new Map<Value, Value>();

  constructor(elements: Iterable<Value> = []) {
    for (const each of elements) this.add(each);
  }

  add(element: Value): void {
    const key = keyOf(element);
    if (!this.found.has(key)) this.found.set(key, element);
  }

  __contains__(element: Value): boolean {
    return this.found.has(keyOf(element));
  }

  __len__(): number {
    return this.found.size;
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.found.values();
  }

  __eq__(other: Value): boolean {
    return other instanceof PySet && this.__len__() === other.__len__() && this.__le__(other);
  }

  __le__(other: Value): boolean {
    return [...this].every((each) => other.__contains__(each));
  }

  __or__(other: Value): PySet {
    return new PySet([...this, ...other]);
  }

  __and__(other: Value): PySet {
    return new PySet([...this].filter((each) => other.__contains__(each)));
  }

  __sub__(other: Value): PySet {
    return new PySet([...this].filter((each) => !other.__contains__(each)));
  }
}

/** What a class with `__getitem__`, `__iter__` and `__len__` has beside them. */
export class Mapping extends PyObject {
  __contains__(key: Value): boolean {
    const known = keyOf(key); // Python asks __getitem__, whose error would cost more than a look at the keys
    for (const each of this) if (keyOf(each) === known) return true;
    return false;
  }

  get(key: Value, otherwise: Value = null): Value {
    return this.__contains__(key) ? this.__getitem__(key) : otherwise;
  }

  keys(): Value[] {
    return [...this];
  }

  values(): Value[] {
    return [...this].map((key) => this.__getitem__(key));
  }

  items(): [Value, Value][] {
    return [...this].map((key) => tuple_of(key, this.__getitem__(key)) as Value);
  }
}

export const range_of = (start: number, stop: number, step: number): number[] => {
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const made = new Array<number>(count);
  for (let i = 0; i < count; i++) made[i] = start + i * step;
  return made;
};

export const tuple = (elements: Iterable<Value> = []): Tuple => tuple_of(...elements);
