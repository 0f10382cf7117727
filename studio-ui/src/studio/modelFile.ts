/** A model file as clearprop writes it: weights, preprocessing and facts, with the digest of the whole. `cp.load_model` reads it. */
import type { Shape } from "../live/step";
import { sha256 } from "./sha256";

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is in the file beside the weights. */
export interface Described {
  readonly facts: { readonly [key: string]: Json };
  readonly preprocessing: Json;
}

const ZEROS = "0".repeat(64);

/** The file's bytes: a safetensors file with one metadata key. `schema` is the version of the format that Python writes. */
export function modelFile(
  { widths, activations }: Shape,
  parameters: Float64Array,
  { facts, preprocessing }: Described,
  schema: number,
): Uint8Array<ArrayBuffer> {
  if (!parameters.every(Number.isFinite)) throw new Error("the network has weights that are not finite");
  const tensors = tensorsOf(widths, parameters);
  const network = { activations, dtype: "float64", normalizations: activations.map(() => null), widths };
  const text = canonical({ facts, network, preprocessing, schema, sha256: ZEROS });
  let end = 0;
  const entries = tensors.map(({ name, shape, values }): [string, Json] => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: "F64", shape, data_offsets: [begin, end] }];
  });
  const written = JSON.stringify({ __metadata__: { clearprop: text }, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(written.padEnd(8 * Math.ceil(written.length / 8)));
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  const place = 8 + written.indexOf(ZEROS);
  file.set(new TextEncoder().encode(sha256(file)), place);
  return file;
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array<ArrayBuffer>;
}

/** W[l] and W0[l] of the flat vector, in the order of their names. */
function tensorsOf(widths: readonly number[], parameters: Float64Array): Tensor[] {
  const tensors: Tensor[] = [];
  let at = 0;
  for (let l = 1; l < widths.length; l++) {
    const [m, n] = [widths[l - 1] as number, widths[l] as number];
    tensors.push({ name: `W[${l}]`, shape: [m, n], values: Float64Array.from(parameters.subarray(at, at + m * n)) });
    at += m * n;
    tensors.push({ name: `W0[${l}]`, shape: [n], values: Float64Array.from(parameters.subarray(at, at + n)) });
    at += n;
  }
  return tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** JSON with sorted keys, without spaces, in ASCII. */
export function canonical(of: Json): string {
  if (Array.isArray(of)) return `[${of.map(canonical).join(",")}]`;
  if (typeof of === "object" && of !== null) {
    const keys = Object.keys(of).sort();
    return `{${keys.map((key) => `${canonical(key)}:${canonical((of as Record<string, Json>)[key] as Json)}`).join(",")}}`;
  }
  return JSON.stringify(of).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
