/** NumPy's random generator: a seed gives the numbers that it gives there, to the bit (PCG64, seeded by SeedSequence). */

import type { Value } from "../value";
import { asarray, empty, type NdArray, sizeOf } from "./array";
import { ACCEPT, EDGE, HEIGHT, WIDTH } from "./ziggurat";

const MASK32 = 0xffffffffn;
const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** A seed as four words of state and four of increment: the pool of 128 bits that SeedSequence mixes. */
const seeded = (seed: bigint): [bigint, bigint] => {
  const words: number[] = [];
  for (let rest = seed; rest > 0n || words.length === 0; rest >>= 32n) words.push(Number(rest & MASK32));
  let hash = 0x43b0d7e5;
  const mixed = (value: number): number => {
    let v = (value ^ hash) >>> 0;
    hash = Math.imul(hash, 0x931e8875) >>> 0;
    v = Math.imul(v, hash) >>> 0;
    return (v ^ (v >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const v = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) >>> 0;
    return (v ^ (v >>> 16)) >>> 0;
  };
  const pool = Array.from({ length: 4 }, (_, i) => mixed(words[i] ?? 0));
  for (let from = 0; from < 4; from++)
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to] as number, mixed(pool[from] as number));
  for (const word of words.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mix(pool[to] as number, mixed(word));
  let last = 0x8b51f9dd;
  const out = Array.from({ length: 8 }, (_, i) => {
    let v = ((pool[i % 4] as number) ^ last) >>> 0;
    last = Math.imul(last, 0x58f38ded) >>> 0;
    v = Math.imul(v, last) >>> 0;
    return BigInt((v ^ (v >>> 16)) >>> 0);
  }) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  const long = (i: number): bigint => (out[2 * i] as bigint) | ((out[2 * i + 1] as bigint) << 32n);
  return [(long(0) << 64n) | long(1), (long(2) << 64n) | long(3)];
};

export class Generator {
  private state: bigint;
  private readonly increment: bigint;
  /** The upper half of a word of which the lower has been used. */
  private kept: number | null = null;

  constructor(seed: number) {
    const [state, sequence] = seeded(BigInt(seed));
    this.increment = ((sequence << 1n) | 1n) & MASK128;
    this.state = ((this.increment + state) * MULTIPLIER + this.increment) & MASK128;
  }

  private next64(): bigint {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK128;
    const turn = this.state >> 122n;
    const mixed = ((this.state >> 64n) ^ this.state) & MASK64;
    return ((mixed >> turn) | (mixed << (64n - turn))) & MASK64;
  }

  private next32(): number {
    if (this.kept !== null) {
      const half = this.kept;
      this.kept = null;
      return half;
    }
    const word = this.next64();
    this.kept = Number(word >> 32n);
    return Number(word & MASK32);
  }

  /** In [0, 1), 53 bits. */
  private next(): number {
    return Number(this.next64() >> 11n) / 9007199254740992;
  }

  private gauss(): number {
    for (;;) {
      const word = this.next64();
      const layer = Number(word & 0xffn);
      const size = Number((word >> 9n) & 0xfffffffffffffn);
      const x = size * (WIDTH[layer] as number) * ((word >> 8n) & 1n ? -1 : 1);
      if (size < (ACCEPT[layer] as number)) return x;
      if (layer === 0) return this.tail(Math.floor(size / 256) % 2 === 1);
      const [above, below] = [HEIGHT[layer - 1] as number, HEIGHT[layer] as number];
      if ((above - below) * this.next() + below < Math.exp(-0.5 * x * x)) return x;
    }
  }

  private tail(isNegative: boolean): number {
    for (;;) {
      const x = -Math.log1p(-this.next()) / EDGE;
      const y = -Math.log1p(-this.next());
      if (2 * y > x * x) return isNegative ? -(EDGE + x) : EDGE + x;
    }
  }

  private drawn(size: Value, draw: () => number): Value {
    if (size === null || size === undefined) return draw();
    const made = empty(typeof size === "number" ? [size] : [...size]);
    for (let i = 0; i < sizeOf(made.sides); i++) made.data[made.offset + i] = draw();
    return made;
  }

  normal(...given: Value[]): Value {
    const [mean = 0, deviation = 1, size = null] = byPlace(given, ["loc", "scale", "size"]);
    return this.drawn(size, () => mean + deviation * this.gauss());
  }

  uniform(...given: Value[]): Value {
    const [low = 0, high = 1, size = null] = byPlace(given, ["low", "high", "size"]);
    return this.drawn(size, () => low + (high - low) * this.next());
  }

  /** A whole number from 0 to `most`, by Lemire's way. */
  private below(most: number): number {
    if (most === 0) return 0;
    const range = BigInt(most + 1);
    let product = BigInt(this.next32()) * range;
    if ((product & MASK32) < range) {
      const least = (MASK32 - BigInt(most)) % range;
      while ((product & MASK32) < least) product = BigInt(this.next32()) * range;
    }
    return Number(product >> 32n);
  }

  /** So many different numbers below `all`, by Floyd's way, shuffled. */
  choice(all: number, count: number, _options: Value): NdArray {
    const found: number[] = [];
    for (let j = all - count; j < all; j++) {
      const drawn = this.below(j);
      found.push(found.includes(drawn) ? j : drawn);
    }
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i);
      [found[i], found[j]] = [found[j] as number, found[i] as number];
    }
    return asarray(found).astype("i");
  }
}

const byPlace = (given: Value[], names: string[]): Value[] => {
  const last = given[given.length - 1];
  const named = last?.constructor === Object ? last : {};
  const placed = last?.constructor === Object ? given.slice(0, -1) : given;
  return names.map((name, i) => placed[i] ?? named[name]);
};

export const default_rng = (seed: Value): Generator => (seed instanceof Generator ? seed : new Generator(seed));
