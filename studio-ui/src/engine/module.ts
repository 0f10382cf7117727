/** The kernels as a WebAssembly module: how it is unpacked, what it exports, and arrays in its memory. It knows no training. */

/** Places in the module's memory and handles of its objects are numbers. */
type Place = number;

/** What `engines/kernels/wasm.cpp` exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(bytes: number): Place;
  release(at: Place): void;
  activations(): Place;
  losses(): Place;
  optimizers(): Place;
  make(description: Place, X: Place, Y: Place, weights: Place, n: number, largestBatch: number): Place;
  end(engine: Place): void;
  kernel(engine: Place): Place;
  together(engine: Place): number;
  run(
    engine: Place,
    parameters: Place,
    order: Place,
    begins: Place,
    steps: number,
    etas: Place,
    etasGiven: number,
    t: number,
    answer: Place,
  ): void;
  loss_and_gradient(engine: Place, parameters: Place, rows: Place, size: number, t: number, gradient: Place): number;
  apply(engine: Place, parameters: Place, gradient: Place, eta: number): number;
  arrays(engine: Place): number;
  set_state(engine: Place, kept: Place, t: number, product: number): void;
  get_state(engine: Place, kept: Place, answer: Place): void;
  fits(engine: Place, networks: number): number;
  run_side_by_side(
    engine: Place,
    parameters: Place,
    networks: number,
    order: Place,
    steps: number,
    etas: Place,
    etasGiven: number,
    losses: Place,
  ): void;
  predict(engine: Place, parameters: Place, X: Place, n: number, A: Place): void;
}

/** A part that the kernels have: its code, and how many hyper-parameters it takes. */
export interface KnownPart {
  readonly code: number;
  readonly hypers: number;
}
export type PartKind = "activation" | "loss" | "optimizer";

/** The module's bytes from what a page carries: base64 of gzip. */
export async function unpacked(carried: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(carried), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** One instance of the module. */
export class Kernels {
  readonly exports: Exports;
  /** By kind and name, as the module lists them. */
  readonly parts: Readonly<Record<PartKind, ReadonlyMap<string, KnownPart>>>;

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    this.exports._initialize();
    this.parts = {
      activation: this.listed(this.exports.activations()),
      loss: this.listed(this.exports.losses()),
      optimizer: this.listed(this.exports.optimizers()),
    };
  }

  /** From what a page carries. A page compiles once and hands the module to its worker. */
  static async compiled(carried: string): Promise<WebAssembly.Module> {
    return WebAssembly.compile(await unpacked(carried));
  }

  /** A text that ends with a zero. */
  text(at: Place): string {
    const bytes = new Uint8Array(this.exports.memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  private listed(at: Place): Map<string, KnownPart> {
    const lines = this.text(at).trimEnd().split("\n");
    return new Map(
      lines.map((line, code) => {
        const [name, hypers] = line.split(" ") as [string, string];
        return [name, { code, hypers: Number(hypers) }];
      }),
    );
  }
}

/** Numbers in the module's memory, of which there is more room only after `reserve`. */
export class Floats {
  private readonly kernels: Kernels;
  private view: Float64Array<ArrayBuffer> = new Float64Array(0);
  at: Place = 0;
  length = 0;

  constructor(kernels: Kernels, given: number | ArrayLike<number> = 0) {
    this.kernels = kernels;
    if (typeof given === "number") this.reserve(given);
    else this.set(given);
  }

  /** The numbers where they are: to be read before the next call of the module, whose memory may grow and move. */
  get values(): Float64Array<ArrayBuffer> {
    const memory = this.kernels.exports.memory.buffer as ArrayBuffer;
    if (this.view.buffer !== memory || this.view.byteOffset !== this.at || this.view.length !== this.length)
      this.view = new Float64Array(memory, this.at, this.length);
    return this.view;
  }

  /** Room for so many; what was in it is lost where there was less. */
  reserve(length: number): this {
    if (length > this.length) {
      this.release();
      this.at = this.kernels.exports.allocate(8 * length) >>> 0;
      if (this.at === 0) throw new RangeError(`there is no memory for ${length} numbers`);
      this.length = length;
    }
    return this;
  }

  set(given: ArrayLike<number>): this {
    this.reserve(given.length).values.set(given);
    return this;
  }

  copy(length = this.length): Float64Array<ArrayBuffer> {
    return this.values.slice(0, length);
  }

  release(): void {
    if (this.at) this.kernels.exports.release(this.at);
    this.at = this.length = 0;
  }
}

/** Whole numbers as the kernels have them, of 64 bits. */
export class Wholes {
  private readonly floats: Floats;
  private readonly kernels: Kernels;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
    this.floats = new Floats(kernels);
  }

  /** All of `given`, each from 0 to `below` - 1; RangeError names one that is not. Gives their place. */
  set(given: ArrayLike<number>, below: number, what: string): Place {
    this.floats.reserve(given.length);
    const halves = new Int32Array(this.kernels.exports.memory.buffer, this.floats.at, 2 * given.length);
    for (let i = 0; i < given.length; i++) {
      const value = given[i] as number;
      if (!(value >= 0 && value < below) || value !== Math.floor(value))
        throw new RangeError(`${what} ${i} is ${value}; it must be a whole number from 0 to ${below - 1}`);
      halves[2 * i] = value;
      halves[2 * i + 1] = 0;
    }
    return this.floats.at;
  }

  release(): void {
    this.floats.release();
  }
}
