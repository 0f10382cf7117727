/** The code of pages, by its digest: loaded once for all pages of a window, though each widget loads its module anew. */
import type { Bytes } from "./bridge";

/** Milliseconds after which a view asks by itself for what another one has asked for: that one's Python may be gone. */
const PATIENCE = 10_000;

/** The text of what Python has packed. */
export function unpacked(packed: Bytes): Promise<string> {
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

class Assets {
  private readonly texts = new Map<string, Promise<string>>();
  private readonly waiting = new Map<string, (text: string | Promise<string>) => void>();

  /** The text of an asset; `ask` asks for it where nobody has. */
  text(digest: string, ask: (digest: string) => void): Promise<string> {
    const found = this.texts.get(digest);
    if (found) {
      const again = setTimeout(() => this.waiting.has(digest) && ask(digest), PATIENCE);
      return found.finally(() => clearTimeout(again));
    }
    const coming = new Promise<string>((resolve) => this.waiting.set(digest, resolve));
    this.texts.set(digest, coming);
    ask(digest);
    return coming;
  }

  arrived(digest: string, packed: Bytes): void {
    this.waiting.get(digest)?.(unpacked(packed));
    this.waiting.delete(digest);
  }
}

const PLACE = Symbol.for("clearprop: the code of pages");
const shared = globalThis as { [PLACE]?: Assets };
shared[PLACE] ??= new Assets();
export const assets: Assets = shared[PLACE];
