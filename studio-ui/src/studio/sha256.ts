/** SHA-256 (FIPS 180-4). The browser's own is not there on a page that came over plain http. */

/** The fractional bits of the roots of the first primes. */
const PRIMES = Array.from({ length: 311 }, (_, n) => n + 2).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
});
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const K = PRIMES.slice(0, 64).map((p) => fraction(Math.cbrt(p)));

const turned = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** The digest of some bytes, in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const padded = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const H = Int32Array.from(START);
  const W = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let t = 0; t < 64; t++) W[t] = t < 16 ? view.getInt32(at + 4 * t) : mixed(W, t);
    block(H, W);
  }
  return Array.from(H, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function mixed(W: Int32Array, t: number): number {
  const [a, b] = [W[t - 15] as number, W[t - 2] as number];
  const first = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
  const second = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
  return (W[t - 16] as number) + first + (W[t - 7] as number) + second;
}

function block(H: Int32Array, W: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = H as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const chosen = (e & f) ^ (~e & g);
    const first =
      (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + (K[t] as number) + (W[t] as number)) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, k) => {
    H[k] = (H[k] as number) + word;
  });
}
