/** The shape rail of a product: its pieces can be turned and swapped, and it says whether they still join and what they give. */
import { useState } from "preact/hooks";
import { type Matrix, toNumber } from "../numbers";
import { Dominoes } from "../parts/Dominoes";
import { fill } from "../parts/fill";
import { shapeText } from "../parts/Matrix";
import { type Product, shown, type Trace, transposed } from "../trace/reading";

interface Piece {
  /** Which of the product's factors it is, and whether it has been turned. */
  factor: number;
  turned: boolean;
}

export function Rail({ trace, product }: { trace: Trace; product: Product }) {
  const asIs = product.factors.map((_, factor): Piece => ({ factor, turned: false }));
  const [arranged, setArranged] = useState<{ of: string; pieces: Piece[] }>({ of: product.result, pieces: asIs });
  if (trace.header.scalar || product.factors.length < 2) return null;
  const pieces = arranged.of === product.result ? arranged.pieces : asIs;
  const set = (next: Piece[]) => setArranged({ of: product.result, pieces: next });
  const dominoes = pieces.map((piece) => dominoOf(product, piece));
  const moved = pieces.some((piece, index) => piece.factor !== index || piece.turned);
  const verdict = verdictOf(trace, product, pieces);
  return (
    <div class="rail" data-verdict={verdict.kind}>
      <h3>The shape rail</h3>
      <Dominoes
        pieces={dominoes}
        onTurn={(at) => set(pieces.map((piece, index) => (index === at ? { ...piece, turned: !piece.turned } : piece)))}
        onSwap={(at) =>
          set(pieces.map((piece, index) => pieces[index === at ? at + 1 : index === at + 1 ? at : index] ?? piece))
        }
      />
      <p class={`note ${verdict.kind === "right" ? "ok" : "alarm"}`} role="status">
        {verdict.text}
      </p>
      {moved ? (
        <button type="button" class="plain-button" onClick={() => set(asIs)}>
          As it was
        </button>
      ) : (
        <p class="note">{trace.words.rail.help}</p>
      )}
    </div>
  );
}

function dominoOf(product: Product, { factor, turned }: Piece) {
  const own = product.factors[factor];
  const [rows = 0, columns = 0] = own?.shape ?? [];
  const symbol = own?.symbol ?? { plain: "", latex: "" };
  return turned
    ? { symbol: turnedSymbol(symbol), shape: [columns, rows] as const }
    : { symbol, shape: [rows, columns] as const };
}

/** A symbol with a T, or without the one that it has. */
function turnedSymbol({ plain, latex }: { plain: string; latex: string }) {
  const bare = /^\\left\((.*)\\right\)\^\{T\}$/.exec(latex)?.[1];
  if (bare) return { plain: plain.replace(/^\(?(.*?)\)?ᵀ$/, "$1"), latex: bare };
  return { plain: `(${plain})ᵀ`, latex: `\\left(${latex}\\right)^{T}` };
}

function verdictOf(trace: Trace, product: Product, pieces: readonly Piece[]) {
  const { rail } = trace.words;
  const own = pieces.map((piece) => dominoOf(product, piece).shape);
  const [first, last] = [own[0]?.[0] ?? 0, own.at(-1)?.[1] ?? 0];
  const apart = own.findIndex((shape, index) => index > 0 && own[index - 1]?.[1] !== shape[0]);
  if (apart > 0) {
    const places = { left: String(own[apart - 1]?.[1]), right: String(own[apart]?.[0]) };
    return { kind: "apart", text: fill(rail.apart, places) };
  }
  const wanted = trace.values[product.result]?.shape ?? [0, 0];
  const places = { shape: shapeText([first, last]), symbol: product.symbol.plain, wanted: shapeText(wanted) };
  if (first !== wanted[0] || last !== wanted[1]) return { kind: "other", text: fill(rail.other, places) };
  const inTruth = multiplied(
    trace,
    product,
    product.factors.map((_, factor) => ({ factor, turned: false })),
  );
  const same = alike(multiplied(trace, product, pieces), inTruth);
  return same
    ? { kind: "right", text: fill(rail.right, places) }
    : { kind: "numbers", text: fill(rail.numbers, places) };
}

/** The product of the pieces as they lie; of folded arrays that of the entries shown, whose units are the same everywhere. */
function multiplied(trace: Trace, product: Product, pieces: readonly Piece[]): number[][] {
  const arrays = pieces.map(({ factor, turned }) => {
    const own = product.factors[factor];
    const { values } = shown(trace, own?.value ?? "", own?.transposed);
    return numbers(turned ? transposed(values) : values);
  });
  return arrays.reduce((left, right) =>
    left.map((row) =>
      (right[0] ?? []).map((_, column) => row.reduce((sum, x, k) => sum + x * (right[k]?.[column] ?? 0), 0)),
    ),
  );
}

const numbers = (values: Matrix) => values.map((row) => row.map(toNumber));

function alike(one: readonly number[][], other: readonly number[][]): boolean {
  const largest = Math.max(...one.flat().map(Math.abs), ...other.flat().map(Math.abs)) || 1;
  const near = (a: number, b: number) => a === b || Number.isNaN(a) || Math.abs(a - b) <= 1e-9 * largest;
  return one.every((row, i) => row.every((value, j) => near(value, other[i]?.[j] ?? Number.NaN)));
}
