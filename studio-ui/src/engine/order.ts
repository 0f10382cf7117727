/** In which order a page's training sees its points: each once an epoch, in an order that follows from seed and epoch alone. */

const GOLDEN = 0x9e3779b9;

/** The words of `formulas/counter_random.py`, which Python repeats the order with. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function on(h: number, i: number): number {
  return mix(h ^ Math.imul(i + 1, GOLDEN));
}

/** The rows of n points in the order of an epoch 0, 1, ..., one epoch after the other in the same memory. */
class Shuffled {
  readonly rows: Int32Array<ArrayBuffer>;
  private readonly seed: number;
  private epoch = -1;

  constructor(seed: number, n: number) {
    this.seed = seed;
    this.rows = new Int32Array(n);
  }

  /** As `clearprop.engines.in_page.order_of_epoch` has them. */
  ofEpoch(epoch: number): Int32Array<ArrayBuffer> {
    if (epoch === this.epoch) return this.rows;
    this.epoch = epoch;
    const { rows } = this;
    const key = on(on(on(mix(this.seed >>> 0), 0), 0), epoch);
    for (let i = 0; i < rows.length; i++) rows[i] = i;
    for (let i = rows.length - 1; i > 0; i--) {
      const j = Math.floor((on(key, i) * (i + 1)) / 2 ** 32); // the product is below 2^53, so exact
      const row = rows[i] as number;
      rows[i] = rows[j] as number;
      rows[j] = row;
    }
    return rows;
  }
}

/** The rows 0 .. n - 1 in the order of an epoch. */
export function orderOfEpoch(seed: number, epoch: number, n: number): Int32Array<ArrayBuffer> {
  return new Shuffled(seed, n).ofEpoch(epoch);
}

/** The batches of steps on n points, b at a time, an epoch's last one smaller where n is no multiple of b. */
export class Order {
  readonly stepsPerEpoch: number;
  private readonly n: number;
  private readonly b: number;
  private readonly shuffled: Shuffled;

  constructor(n: number, b: number, seed: number) {
    this.n = n;
    this.b = Math.min(b, n);
    this.stepsPerEpoch = Math.ceil(n / this.b);
    this.shuffled = new Shuffled(seed, n);
  }

  /** Those of `steps` steps after the first `taken`. */
  batches(taken: number, steps: number): { rows: Int32Array<ArrayBuffer>; begins: Int32Array<ArrayBuffer> } {
    const rows = new Int32Array(steps * this.b);
    const begins = new Int32Array(steps + 1);
    let end = 0;
    for (let done = 0; done < steps; ) {
      const first = (taken + done) % this.stepsPerEpoch;
      const last = Math.min(first + steps - done, this.stepsPerEpoch);
      const epoch = this.shuffled.ofEpoch((taken + done - first) / this.stepsPerEpoch);
      for (let s = first; s < last; s++) {
        const behind = Math.min((s + 1) * this.b, this.n);
        for (let i = s * this.b; i < behind; i++) rows[end++] = epoch[i] as number;
        begins[++done] = end;
      }
    }
    return { rows: rows.subarray(0, end), begins };
  }
}
