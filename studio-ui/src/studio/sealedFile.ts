/** A file's bytes, as the rules for model files see them: `clearprop.io.sealed_rules`, which the page has translated. */
import type { SeenFile, StoredArray } from "../live/step";
import { sha256 } from "./sha256";

/** Bytes before the header, which hold its length; and the header is not looked at beyond that. */
const [LENGTH, MOST_HEADER] = [8, 1_000_000];
const DIGEST = /\\"sha256\\":\\"([0-9a-f]{64})\\"/;
const BYTES: Record<string, number> = { F64: 8, F32: 4 };

export class SealedFile implements SeenFile {
  readonly size: number;
  readonly length: number;

  constructor(private readonly content: Uint8Array<ArrayBuffer>) {
    this.size = content.length;
    const start = new Uint8Array(LENGTH);
    start.set(content.subarray(0, LENGTH));
    this.length = Number(new DataView(start.buffer).getBigUint64(0, true));
  }

  begins(): boolean {
    return this.content[LENGTH] === 0x7b;
  }

  headerText(): string | null {
    try {
      const bytes = this.content.subarray(LENGTH, LENGTH + this.length);
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  digest(): string {
    const letters = new TextDecoder("latin1").decode(this.content.subarray(0, LENGTH + MOST_HEADER));
    const found = DIGEST.exec(letters);
    const blank = this.content.slice();
    if (found) blank.fill(0x30, found.index + found[0].indexOf(":") + 3, found.index + found[0].length - 2);
    return sha256(blank);
  }

  /** The arrays that the header names; together they must be all that follows it. */
  arrays(): StoredArray[] {
    const header = JSON.parse(this.headerText() ?? "") as Record<string, Entry>;
    const named = Object.entries(header).filter(([name]) => name !== "__metadata__");
    const begin = (entry: Entry) => entry.data_offsets?.[0] as number;
    let end = 0;
    return named
      .sort(([, a], [, b]) => begin(a) - begin(b))
      .map(([name, { dtype, shape, data_offsets }]) => {
        const size = BYTES[dtype ?? ""];
        if (!size)
          throw new Error(`${name} has the type ${dtype}, and a page reads ${Object.keys(BYTES).join(" and ")}`);
        if (!Array.isArray(shape) || !shape.every((side) => Number.isSafeInteger(side) && side >= 0))
          throw new Error(`${name} has no shape`);
        const [from, to] = data_offsets ?? [];
        if (from !== end || to !== end + size * shape.reduce((all, side) => all * side, 1))
          throw new Error(`${name} is not where the arrays before it end, or not as long as its shape`);
        end = to;
        const bytes = this.content.slice(LENGTH + this.length + from, LENGTH + this.length + to);
        const values = size === 8 ? new Float64Array(bytes.buffer) : Float64Array.from(new Float32Array(bytes.buffer));
        return { name, shape, values };
      });
  }
}

/** What a header says of an array, if it is right. */
interface Entry {
  dtype?: string;
  shape?: number[];
  data_offsets?: number[];
}
