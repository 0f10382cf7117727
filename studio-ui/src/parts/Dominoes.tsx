/** A product as dominoes (m × 1)(1 × n): pieces that join where their inner sides are equal; each is turned, two are swapped. */
import { Tex } from "./Tex";
import type { Written } from "./types";

export interface Domino {
  symbol: Written;
  shape: readonly [number, number];
}

export interface DominoesProps {
  pieces: readonly Domino[];
  onTurn: (index: number) => void;
  /** Swaps a piece with the next one. */
  onSwap: (index: number) => void;
}

export function Dominoes({ pieces, onTurn, onSwap }: DominoesProps) {
  return (
    <div class="dominoes" role="group" aria-label="The shapes of the product, as pieces">
      {pieces.map((piece, index) => {
        const next = pieces[index + 1];
        const joins = next && piece.shape[1] === next.shape[0];
        return (
          <>
            <button
              key={piece.symbol.plain}
              type="button"
              class="domino"
              title="Turn it: its transpose"
              onClick={() => onTurn(index)}
            >
              <Tex code={piece.symbol.latex} label={piece.symbol.plain} />
              <span class="sides" aria-hidden="true">
                <b>{piece.shape[0]}</b>
                <b>{piece.shape[1]}</b>
              </span>
              <span class="unseen">
                {piece.shape[0]} by {piece.shape[1]}: turn it
              </span>
            </button>
            {next && (
              <button
                key={`joint ${index}`}
                type="button"
                class={`joint ${joins ? "joins" : "apart"}`}
                title="Swap the two"
                aria-label={`${joins ? "They join" : "They do not join"}: swap the two`}
                onClick={() => onSwap(index)}
              >
                <span aria-hidden="true">{joins ? "⇄" : "✕ ⇄"}</span>
              </button>
            )}
          </>
        );
      })}
    </div>
  );
}
