/** The layers under the bell curve from which NumPy draws normal numbers (Marsaglia and Tsang 2000), 256 of equal area.
 *
 * They are computed here; the digits are by how many units in the last place NumPy's own tables differ.
 */

/** Where the outermost layer begins. */
export const EDGE = 3.6541528853610088;
const AREA = 0.004928673233974655;
const SCALE = 2 ** 52;

const WIDTH_DIGITS =
  "2222222222222222222222212222222222220222222222222222222222222222322222222222222222222222212223311222" +
  "3223222222212222222112222322212221122222222222222222222222232222322222222223222222222222222222222232" +
  "222222222222221222222222222222232222222222222222222223";
const ACCEPT_DIGITS =
  "0001011111001001000101000000010001000001000000000100100101000000000100101000000000001101001110000010" +
  "0100000010000000000000100010000010100100110000011010100110001001111010000001100000000000010110000001" +
  "001000000000010000010100000011001000000100001000011100";

/** A number so many units in the last place further. */
const moved = (x: number, units: number): number => {
  const buffer = new Float64Array([x]);
  const bits = new BigInt64Array(buffer.buffer);
  bits[0] = (bits[0] as bigint) + BigInt(units);
  return buffer[0] as number;
};

const widths = (): number[] => {
  const found = new Array<number>(256);
  found[255] = EDGE / SCALE;
  for (let i = 254; i > 0; i--) {
    const x = (found[i + 1] as number) * SCALE;
    const next = Math.sqrt(-2 * Math.log(AREA / x + Math.exp((-x * x) / 2))) / SCALE;
    found[i] = moved(next, Number(WIDTH_DIGITS[i - 1]) - 2);
  }
  found[0] = 3.910757959524912 / SCALE;
  return found;
};

/** How wide each layer is, for a size of 52 bits. */
export const WIDTH = widths();

/** Below which size a number lies under the curve for sure. */
export const ACCEPT = WIDTH.map((width, i) => {
  if (i < 2) return i === 0 ? 4208095142473578 : 0;
  return Math.floor(((WIDTH[i - 1] as number) / width) * SCALE) + Number(ACCEPT_DIGITS[i - 2]);
});

/** The height of the curve at the end of each layer. */
export const HEIGHT = WIDTH.map((width, i) => (i === 0 ? 1 : Math.exp(-((width * SCALE) ** 2) / 2)));
