/** As much of Python's `ast` as reads the text of a part: a name, or a call of it with literals by keyword. */

import { SyntaxError, ValueError } from "./errors";
import { tuple_of, type Value } from "./value";

export class Name {
  constructor(readonly id: string) {}
}
export class Constant {
  constructor(
    readonly value: Value,
    readonly text: string,
  ) {}
}
export class Call {
  readonly args: Value[] = [];
  constructor(
    readonly func: Name,
    readonly keywords: { arg: string; value: Value }[],
  ) {}
}
class Several {
  constructor(readonly elements: Value[]) {}
}

const TOKEN = /\s*([A-Za-z_]\w*|-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|'[^'\\]*'|"[^"\\]*"|[()=,])/iuy;

class Reader {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    for (let end = 0; end < text.trimEnd().length; end = TOKEN.lastIndex) {
      const found = TOKEN.exec(text);
      if (!found) throw new SyntaxError(`invalid syntax: ${text}`);
      this.tokens.push(found[1] as string);
    }
  }

  whole(): Value {
    const found = this.value();
    if (this.at < this.tokens.length) throw new SyntaxError("invalid syntax");
    return found;
  }

  private take(wanted?: string): string {
    const token = this.tokens[this.at++];
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw new SyntaxError("invalid syntax");
    return token;
  }

  private is(token: string): boolean {
    return this.tokens[this.at] === token;
  }

  private value(): Value {
    const token = this.take();
    if (token === "(") return this.several();
    if (/^["']/.test(token)) return new Constant(token.slice(1, -1), token);
    if (/^[-.\d]/.test(token)) return new Constant(Number(token), token);
    if (/^[(),=]$/.test(token)) throw new SyntaxError("invalid syntax");
    const named: Record<string, Value> = { True: true, False: false, None: null };
    if (token in named) return new Constant(named[token], token);
    return this.is("(") ? this.call(new Name(token)) : new Name(token);
  }

  private several(): Value {
    const elements: Value[] = [];
    let isTuple = false;
    while (!this.is(")")) {
      elements.push(this.value());
      if (this.is(")")) break;
      this.take(",");
      isTuple = true;
    }
    this.take(")");
    return isTuple || !elements.length ? new Several(elements) : elements[0];
  }

  private call(name: Name): Call {
    const keywords: { arg: string; value: Value }[] = [];
    this.take("(");
    while (!this.is(")")) {
      const arg = this.take();
      this.take("=");
      keywords.push({ arg, value: this.value() });
      if (!this.is(")")) this.take(",");
    }
    this.take(")");
    return new Call(name, keywords);
  }
}

export const parse = (text: string, _options: Value = {}): Value => ({ body: new Reader(text).whole() });

export const unparse = (of: Value): string => {
  if (of instanceof Name) return of.id;
  if (of instanceof Call)
    return `${of.func.id}(${of.keywords.map((each) => `${each.arg}=${unparse(each.value)}`).join(", ")})`;
  return of instanceof Constant ? of.text : `(${of.elements.map(unparse).join(", ")},)`;
};

export const literal_eval = (of: Value): Value => {
  if (of instanceof Constant) return of.value;
  if (of instanceof Several) return tuple_of(...of.elements.map(literal_eval));
  throw new ValueError("malformed node or string");
};
