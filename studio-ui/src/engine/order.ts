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

/** The rows 0 .. n - 1 of an epoch 0, 1, ...: as `np.argsort(words(seed, 0, 0, epoch + 1, n)[epoch], kind="stable")` has them. */
export function orderOfEpoch(seed: number, epoch: number, n: number): Int32Array<ArrayBuffer> {
  const key = on(on(on(mix(seed >>> 0), 0), 0), epoch);
  const words = Uint32Array.from({ length: n }, (_, i) => on(key, i));
  return Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (words[a] as number) - (words[b] as number) || a - b,
  );
}

/** The batches of steps on n points, b at a time, an epoch's last one smaller where n is no multiple of b. */
export class Order {
  readonly stepsPerEpoch: number;
  private readonly n: number;
  private readonly b: number;
  private readonly seed: number;
  private epoch = -1;
  private rows = new Int32Array(0);

  constructor(n: number, b: number, seed: number) {
    this.n = n;
    this.b = Math.min(b, n);
    this.seed = seed;
    this.stepsPerEpoch = Math.ceil(n / this.b);
  }

  /** Those of `steps` steps after the first `taken`. */
  batches(taken: number, steps: number): { rows: Int32Array<ArrayBuffer>; begins: Int32Array<ArrayBuffer> } {
    const rows = new Int32Array(steps * this.b);
    const begins = new Int32Array(steps + 1);
    let end = 0;
    for (let s = 0; s < steps; s++) {
      const batch = this.batch(taken + s);
      rows.set(batch, end);
      end += batch.length;
      begins[s + 1] = end;
    }
    return { rows: rows.slice(0, end), begins };
  }

  private batch(step: number): Int32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.rows = orderOfEpoch(this.seed, epoch, this.n);
    }
    const first = (step % this.stepsPerEpoch) * this.b;
    return this.rows.subarray(first, Math.min(first + this.b, this.n));
  }
}
