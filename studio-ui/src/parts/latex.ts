/** LaTeX's formulas, as far as clearprop writes them, as a tree of MathML. A command that is not known is an Error. */

export interface MathNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (MathNode | string)[];
}

/** Signs that stand for a value. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ϵ", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ" },
  ...{ kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "ϕ" },
  ...{ varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", partial: "∂", nabla: "∇", infty: "∞", ell: "ℓ", ldots: "…" },
  ...{ dots: "…", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω" },
  ...{ $: "$", "%": "%", "#": "#", "&": "&", _: "_" },
};
const OPERATORS: Readonly<Record<string, string>> = {
  ...{ cdot: "·", times: "×", odot: "⊙", otimes: "⊗", oplus: "⊕", circ: "∘", pm: "±", mp: "∓", div: "÷", le: "≤" },
  ...{ leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", approx: "≈", sim: "∼", equiv: "≡", ll: "≪", gg: "≫" },
  ...{ in: "∈", leftarrow: "←", rightarrow: "→", to: "→", mapsto: "↦", Rightarrow: "⇒", cdots: "⋯" },
};
const LARGE: Readonly<Record<string, string>> = { sum: "∑", prod: "∏", int: "∫" };
const NAMED = "max min log ln exp sin cos tan sinh cosh tanh arctan det arg sign".split(" ");
const OPENING: Readonly<Record<string, string>> = { "{": "{", lVert: "‖", lvert: "|", lfloor: "⌊", lceil: "⌈" };
const CLOSING: Readonly<Record<string, string>> = { "}": "}", rVert: "‖", rvert: "|", rfloor: "⌋", rceil: "⌉" };
const SPACES: Readonly<Record<string, string>> = { ",": "0.1667em", ":": "0.2222em", ";": "0.2778em", quad: "1em" };
const SCRIPTED: Readonly<Record<string, string>> = { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ" };
const ACCENTS: Readonly<Record<string, string>> = { hat: "ˆ", tilde: "˜", bar: "¯" };
const THIN = "0.1667em";

const node = (name: string, children: MathNode["children"], attributes: MathNode["attributes"] = {}): MathNode => ({
  name,
  attributes,
  children,
});
const space = (width: string) => node("mspace", [], { width });
const fence = (text: string, form: "prefix" | "postfix", stretchy: boolean) =>
  node("mo", [text], { fence: "true", form, stretchy: String(stretchy) });
const grouped = (items: readonly MathNode[]): MathNode =>
  items.length === 1 ? (items[0] as MathNode) : node("mrow", items);

/** The tree of a formula; `block` is one that stands alone, whose sums have their bounds below and above. */
export function mathOf(code: string, block = false): MathNode {
  const reader = new Reader(code, block);
  const items = reader.row(null);
  return node("math", [grouped(items)], block ? { display: "block" } : {});
}

/** Reads commands and letters one after another. */
class Reader {
  private readonly tokens: string[];
  private readonly block: boolean;
  private at = 0;

  constructor(code: string, block: boolean) {
    this.tokens = code.match(/\\(?:[A-Za-z]+|.)|\s+|\d+(?:\{,\}\d{3})*(?:\.\d+)?|./gsu) ?? [];
    this.block = block;
  }

  /** Items up to a token that ends them, which is read too; or all. */
  row(ends: ((token: string) => boolean) | null): MathNode[] {
    const items: MathNode[] = [];
    for (let token = this.next(); token !== undefined; token = this.next()) {
      if (ends?.(token)) return items;
      if (/^\s/.test(token)) continue;
      const item = this.scripted(this.item(token, items.at(-1)), token);
      items.push(item);
      if (isNamed(token) && this.goesOn()) items.push(space(THIN));
    }
    if (!ends) return items;
    throw new Error("a group has no end");
  }

  private next(): string | undefined {
    return this.tokens[this.at++];
  }

  private peek(): string | undefined {
    while (/^\s/.test(this.tokens[this.at] ?? "")) this.at++;
    return this.tokens[this.at];
  }

  /** Whether a named function's argument follows without a bracket. */
  private goesOn(): boolean {
    const token = this.peek() ?? ")";
    return !/^([()[\],}&]|\\\\|\\left|\\right)$/.test(token);
  }

  private item(token: string, before: MathNode | undefined): MathNode {
    if (token.startsWith("\\")) return this.command(token.slice(1));
    if (token === "{") return grouped(this.row((each) => each === "}"));
    if (token === "}" || token === "&") throw new Error(`${token} has no place here`);
    if (/^\d/.test(token)) return node("mn", [token.replaceAll("{,}", ",")]);
    if (/^\p{L}/u.test(token)) return node("mi", [token]);
    return signed(token, before);
  }

  private command(name: string): MathNode {
    const letter = LETTERS[name];
    if (letter) return node("mi", [letter], /^[A-Z]/.test(name) ? { mathvariant: "normal" } : {});
    if (OPERATORS[name]) return node("mo", [OPERATORS[name]], /arrow$/.test(name) ? { stretchy: "false" } : {});
    if (LARGE[name]) return node("mo", [LARGE[name]], this.block ? {} : { movablelimits: "false" });
    if (NAMED.includes(name)) return node("mi", [name]);
    if (OPENING[name]) return fence(OPENING[name], "prefix", false);
    if (CLOSING[name]) return fence(CLOSING[name], "postfix", false);
    if (SPACES[name]) return space(SPACES[name]);
    if (ACCENTS[name]) return this.under(ACCENTS[name], false);
    switch (name) {
      case "frac":
        return node("mfrac", [this.argument(), this.argument()]);
      case "tfrac":
        return node("mstyle", [node("mfrac", [this.argument(), this.argument()])], {
          displaystyle: "false",
          scriptlevel: "0",
        });
      case "sqrt":
        return node("msqrt", [this.argument()]);
      case "overline":
        return this.under("‾", true);
      case "cancel":
        return node("menclose", [this.argument(), node("mrow", [], { class: "strike" })], {
          notation: "updiagonalstrike",
        });
      case "text":
        return node("mtext", [this.raw().replace(/^ | $/g, "\u00a0")]);
      case " ":
        return node("mtext", ["\u00a0"]);
      case "mathrm":
      case "operatorname": {
        const text = this.raw();
        return node("mi", [text], text.length === 1 ? { mathvariant: "normal" } : {});
      }
      case "mathtt":
        return node("mi", [Array.from(this.raw(), typewritten).join("")]);
      case "mathcal":
        return node("mi", [Array.from(this.raw(), scripted).join("")]);
      case "bmod":
        return node("mo", ["mod"], { lspace: "0.2222em", rspace: "0.2222em" });
      case "left":
        return this.fenced();
      case "Big":
        return node("mo", [this.delimiter()], { symmetric: "true", minsize: "1.8em", maxsize: "1.8em" });
      case "begin":
        return this.cases();
      default:
        throw new Error(`\\${name} is not known here`);
    }
  }

  /** What follows with a sign above it. */
  private under(sign: string, stretchy: boolean): MathNode {
    return node("mover", [this.argument(), node("mo", [sign], { stretchy: String(stretchy) })], { accent: "true" });
  }

  /** What a command or a script takes: a group, or the next sign alone. */
  private argument(): MathNode {
    this.peek();
    const token = this.next();
    if (token === undefined) throw new Error("a formula ends where a part is missing");
    if (/^\d\d/.test(token)) {
      this.tokens[--this.at] = token.slice(1); // x^23 is x² followed by 3
      return node("mn", [token.charAt(0)]);
    }
    return this.item(token, undefined);
  }

  /** The text of a group, without its inner braces. */
  private raw(): string {
    if (this.peek() !== "{") throw new Error("a text stands in braces");
    this.next();
    let text = "";
    for (let open = 1; ; ) {
      const token = this.next();
      if (token === undefined) throw new Error("a group has no end");
      if (token === "{") open++;
      else if (token === "}") {
        if (--open === 0) return text;
      } else text += token.startsWith("\\") ? (LETTERS[token.slice(1)] ?? token.slice(1)) : token;
    }
  }

  /** An item with its primes, and with what stands below and above it. */
  private scripted(base: MathNode, token: string): MathNode {
    let primes = "";
    for (; this.tokens[this.at] === "'"; this.at++) primes += "′";
    const primed = primes ? node("mrow", [base, prime(primes)]) : base;
    let [below, above]: (MathNode | undefined)[] = [];
    for (let sign = this.peek(); sign === "_" || sign === "^"; sign = this.peek()) {
      this.next();
      if (sign === "_") below = this.argument();
      else above = this.argument();
    }
    if (!below && !above) return primed;
    const limits = this.block && token.slice(1) in LARGE;
    const [under, over, both] = limits ? ["munder", "mover", "munderover"] : ["msub", "msup", "msubsup"];
    if (below && above) return node(both as string, [primed, below, above]);
    return node((below ? under : over) as string, [primed, (below ?? above) as MathNode]);
  }

  private delimiter(): string {
    this.peek();
    const token = this.next() ?? "";
    const name = token.slice(1);
    if (token.startsWith("\\")) return OPENING[name] ?? CLOSING[name] ?? "";
    return token === "." ? "" : token;
  }

  /** What stands between \left and \right, with signs as high as it is. */
  private fenced(): MathNode {
    const opening = fence(this.delimiter(), "prefix", true);
    const inside = this.row((token) => token === "\\right");
    return node("mrow", [opening, ...inside, fence(this.delimiter(), "postfix", true)]);
  }

  private cases(): MathNode {
    if (this.raw() !== "cases") throw new Error("of environments only cases is known");
    const rows: MathNode[] = [];
    for (let last = ""; last !== "\\end"; ) {
      const cells: MathNode[] = [];
      do {
        const inside = this.row((token) => {
          last = token;
          return ["&", "\\\\", "\\end"].includes(token);
        });
        cells.push(node("mtd", inside, { class: "case" }));
      } while (last === "&");
      rows.push(node("mtr", cells));
    }
    this.raw();
    return node("mrow", [fence("{", "prefix", true), node("mtable", rows)]);
  }
}

const isNamed = (token: string) => token === "\\operatorname" || NAMED.includes(token.slice(1));

const prime = (text: string) => node("mo", [text], { class: "prime", lspace: "0em", rspace: "0em" });

/** A bracket, a comma, an operator; a minus after another sign, or before all, belongs to what follows. */
function signed(token: string, before: MathNode | undefined): MathNode {
  if ("([".includes(token)) return fence(token, "prefix", false);
  if (")]".includes(token)) return fence(token, "postfix", false);
  if ("|/".includes(token)) return node("mi", [token]);
  if (",;".includes(token)) return node("mo", [token], { separator: "true" });
  const text = { "-": "−", "*": "∗" }[token] ?? token;
  const first = !before || (before.name === "mo" && before.attributes.form !== "postfix");
  return node("mo", [text], "-+".includes(token) && first ? { form: "prefix", stretchy: "false" } : {});
}

function typewritten(letter: string): string {
  const code = letter.charCodeAt(0);
  if (/[A-Z]/.test(letter)) return String.fromCodePoint(0x1d670 + code - 65);
  if (/[a-z]/.test(letter)) return String.fromCodePoint(0x1d68a + code - 97);
  if (letter === "-") return "−";
  return /\d/.test(letter) ? String.fromCodePoint(0x1d7f6 + code - 48) : letter;
}

const scripted = (letter: string) =>
  SCRIPTED[letter] ?? (/[A-Z]/.test(letter) ? String.fromCodePoint(0x1d49c + letter.charCodeAt(0) - 65) : letter);
