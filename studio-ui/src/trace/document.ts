/** Made by `npm run types` from trace.schema.json; not edited by hand. */

export type Count = number;
export type Number = number | ("inf" | "-inf" | "nan");
export type Indices = number[];
/**
 * @minItems 2
 * @maxItems 2
 */
export type Shape = [number, number];
export type Id = string;
/**
 * Whether a gradient is the derivative; at a kink there is none, so there it cannot be told.
 */
export type Outcome = "agrees" | "differs" | "cannot be told";
/**
 * A line of the pseudocode, counted from 0.
 */
export type Line = number;

/**
 * What `Trace.to_dict()` and `clearprop explain --json` give: one step, computed once, with all that any page shows of it. Arrays stand once, under `values`; everything else refers to them by id, `dL_dZ:2` for dL/dZ of layer 2. Layers count 1..L and the input is layer 0, whatever numbers the notation prints. A formula is given twice, in plain text and in LaTeX; LaTeX of `product.written` uses \clearpropback{...} and \clearpropshared{...}, which a page defines as colours, and derivations use \cancel{...}; in their plain text what cancels stands between ⟨ and ⟩. Sample documents, and how they are made again, are in tests/explanation/samples. A consumer must ignore properties that it does not know: they are added without a new version.
 */
export interface TraceDocument {
  format: "clearprop.trace";
  /**
   * Raised when a document of the old version would be misread.
   */
  version: 1;
  header: Header;
  notation: Notation;
  row?: null | Row;
  /**
   * Which units are shown where a layer is too wide to show all. The same units everywhere, so shown blocks line up.
   */
  fold: {
    folded: boolean;
    /**
     * Wider layers are folded; null where nothing is.
     */
    limit: number | null;
    kept: number;
    /**
     * For each layer 0..L null, or the units shown, counted from 0.
     */
    units: (null | Indices)[];
    about: string;
  };
  /**
   * Every array that is shown. Ids are NAME:LAYER. A: activations, A:0 the input; Z; W; W0; Y: the target, under layer L; links dL_dA:L, dA_dZ:l, dZ_dA:l (from layer l to l - 1), dZ_dW:l; dL_dA:l, dL_dZ:l of the point; slopes: f'(z); long_way: dL/dZ^L without the shortcut; point_dL_dW: the weight gradient of the point alone; dL_dW, dL_dW0: what the step uses (mean over the batch, penalty included); dR_dW: the penalty's part; step_dW, step_dW0: the same gradients shaped as W and W0; W_after, W0_after; NAME_before and NAME_after: an optimiser's memory; wrong_dL_dW, wrong_difference: what if; numeric_dL_dW, numeric_dL_dW0: "nan" where not compared; batch_A, batch_dL_dZ: a column for each point, shares included.
   */
  values: {
    [k: string]: Value;
  };
  /**
   * How each value is written, by its id. dL_dW, dL_dW0, dL_d of all else that is learnt, dR_dW and batch_NAME are of the loss of the whole step; links, dL_dA, dL_dZ and point_NAME are of the loss of the point shown, which in a batch is another one. X:0 is the input, L:0 the loss, eta:0 the step size. Values that are named in words have none.
   */
  symbols: {
    [k: string]: Written;
  };
  /**
   * Layers 1..L in the order in which they are computed.
   */
  forward: Forward[];
  /**
   * Every factor of the chain rule, by id; the id is that of its value.
   */
  links: {
    [k: string]: Link;
  };
  /**
   * Layers L..1 in the order in which the gradient reaches them.
   */
  backward: Backward[];
  /**
   * Derivatives by single weights or biases as sums over paths.
   */
  entries: Entry[];
  update: Update;
  check: null | Check;
  cost: Cost;
  /**
   * Layers 1..L.
   */
  health: Health[];
  /**
   * The worst first.
   */
  lints: Lint[];
  batch: null | Batch;
  /**
   * Before the first phase, when the data point goes in.
   */
  opening: {
    line: Line;
    spoken: string;
  };
  /**
   * At the linear units, L..1: the ways that a chain has there.
   */
  forks: Fork[];
  /**
   * A training's lines (7.6.2), for a layer in general; phases say at which line they are.
   */
  pseudocode: {
    indent: Count;
    words: string;
    written: null | Written;
  }[];
  /**
   * Sentences that are about no single number. Names in braces are places: shapes, symbols and numbers of the trace.
   */
  words: {
    /**
     * What to do first.
     */
    lead: string;
    /**
     * Words that stand on the page, each explained.
     */
    glossary: {
      [k: string]: string;
    };
    /**
     * What is said of pieces that join, or do not.
     */
    rail: {
      [k: string]: string;
    };
    /**
     * What the shorthand dZ/dW stands for.
     */
    unfolded: string;
    /**
     * What the bars of an update show.
     */
    update: string;
    /**
     * What students ask, the answer with what to do for it, and where it is seen: the id of a section, or 'phase' and the kind of a phase.
     */
    questions: {
      asks: string;
      says: string;
      at: string;
    }[];
  };
  /**
   * The step as a play, in the order in which it happens: what a scrubber walks.
   */
  phases: Phase[];
  diagram: Diagram;
}
export interface Header {
  network: {
    text: string;
    /**
     * m^1 .. m^L, n^L.
     */
    widths: number[];
    activations: string[];
    dtype: string;
    parameters: Count;
  };
  point: string | null;
  /**
   * The class that was wanted; null in a regression.
   */
  label: string | null;
  predicted: string | null;
  right: boolean | null;
  probability: null | Number;
  classes: null | string[];
  loss: {
    name: string;
    formula: Written;
    symbol: Written1;
    own: Written2;
    point_letter: Written3;
    /**
     * Of the point shown, alone.
     */
    of_point: number | ("inf" | "-inf" | "nan");
    /**
     * What is differentiated: the mean over the batch, penalty included.
     */
    value: number | ("inf" | "-inf" | "nan");
    whole: Written4;
  };
  penalty: null | {
    name: string;
    formula: Written;
    value: Number;
  };
  optimizer: string;
  t: number;
  eta: Number;
  schedule: string;
  seed: number | null;
  layout: {
    name: "denominator" | "numerator";
    about: string;
  };
  /**
   * Whether every value is one number, a chain of single neurons: show scalars, not 1 x 1 matrices.
   */
  scalar: boolean;
}
/**
 * A formula.
 *
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[A-Za-z0-9_]+:[0-9]+$".
 */
export interface Written {
  plain: string;
  latex: string;
}
/**
 * A formula.
 */
export interface Written1 {
  plain: string;
  latex: string;
}
/**
 * A formula.
 */
export interface Written2 {
  plain: string;
  latex: string;
}
/**
 * A formula.
 */
export interface Written3 {
  plain: string;
  latex: string;
}
/**
 * A formula.
 */
export interface Written4 {
  plain: string;
  latex: string;
}
export interface Notation {
  name: string;
  title: string;
  about: string;
  weights: "inputs in rows" | "outputs in rows";
  /**
   * The number that this notation prints for layer 1.
   */
  first_layer: number;
  /**
   * The symbol table, for a layer l.
   */
  symbols: {
    name: string;
    symbol: Written;
    shape: string;
    meaning: string;
  }[];
}
/**
 * The raw row that x and y were made from: what each input and target was, and the numbers that scaled it. Null where the network takes the row as it is.
 */
export interface Row {
  /**
   * The part that scales inputs; null where none does.
   */
  scaling: string | null;
  formula: null | Written;
  /**
   * What centre and scale are: mean and std, or others.
   *
   * @minItems 2
   * @maxItems 2
   */
  words: [string, string];
  in_all: Count;
  /**
   * Those that are shown, in their order.
   */
  inputs: Prepared[];
  /**
   * Where targets are scaled, with the output and what it means in the row's own unit.
   */
  targets: Prepared[];
}
export interface Prepared {
  name: string;
  /**
   * What the row has.
   */
  raw: string;
  number: Number;
  /**
   * Null where it is not scaled.
   */
  centre: null | Number;
  /**
   * inf where the column was constant in training.
   */
  scale: null | Number;
  /**
   * What the network takes, or is to give.
   */
  value: number | ("inf" | "-inf" | "nan");
  output?: Number;
  predicted?: Number;
}
/**
 * An array as it is shown: vectors as columns, derivatives in the layout, weights as the notation has them.
 *
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[A-Za-z0-9_]+:[0-9]+$".
 */
export interface Value {
  shape: Shape;
  /**
   * What rows and columns stand for: the units of a layer 0..L, "points" of the batch, or null for an axis of length 1.
   *
   * @minItems 2
   * @maxItems 2
   */
  units: [number | "points" | null, number | "points" | null];
  values: Number[][];
  /**
   * Only of a folded array: the rows shown, counted from 0; null for all.
   */
  rows?: null | Indices;
  /**
   * As rows.
   */
  columns?: null | Indices;
  /**
   * Only of a folded array: what is true of the whole.
   */
  summary?: {
    norm: Number;
    smallest: Number;
    largest: Number;
    mean: Number;
    zeros: Count;
  };
  /**
   * Only of a folded array: the whole of it in at most 32 x 32 cells, each the entry of the largest size in its block, in hundredths of `scale`.
   */
  picture?: {
    scale: Number;
    cells: number[][];
  };
}
export interface Forward {
  l: number;
  /**
   * The layer's number in this notation.
   */
  number: number;
  activation: string;
  formula: Written;
  derivative: Written;
  elementwise: boolean;
  /**
   * What the layer computes, one after the other: pre-activation, then activation; a layer with normalisation has more.
   */
  stages: {
    quantity: Id;
    symbol: Written;
    formula: Written5;
    /**
     * The shape equation.
     */
    shapes: string;
    operands: {
      value: Id;
      transposed: boolean;
      /**
       * What stands before it.
       */
      sign: string;
      symbol: Written;
    }[];
    source: string;
  }[];
  /**
   * How many units of the whole layer are in each zone.
   */
  zone_counts: {
    [k: string]: Count;
  };
  /**
   * The units shown.
   */
  zones: {
    unit: number;
    zone: "active" | "off" | "saturated";
    /**
     * f'(z).
     */
    slope: number | ("inf" | "-inf" | "nan");
    /**
     * 0 where f' is at its largest, 1 where nothing comes back.
     */
    depth: number | ("inf" | "-inf" | "nan");
    reason: string;
  }[];
}
/**
 * A formula.
 */
export interface Written5 {
  plain: string;
  latex: string;
}
/**
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[A-Za-z0-9_]+:[0-9]+$".
 */
export interface Link {
  name: string;
  l: number;
  role: "loss unit" | "within layer" | "link layers" | "get weight gradient";
  symbol: Written;
  formula: Written6;
  shape: Shape;
  shape_text: string;
  structure: "vector" | "diagonal" | "full" | "weights";
  value: Id;
  /**
   * Why it has this value at this point.
   */
  reason: string;
  /**
   * Where the notes have it.
   */
  source: string;
  /**
   * Earlier layers whose gradients contain this very factor.
   */
  reused_by: number[];
}
/**
 * A formula.
 */
export interface Written6 {
  plain: string;
  latex: string;
}
export interface Backward {
  l: number;
  /**
   * dL/dZ^l written out (7.18, Notation 16): links from left to right. `new` ones are this layer's, the others are reused.
   */
  product: {
    result: Id;
    factors: {
      link: Id;
      new: boolean;
    }[];
    written: Written;
  };
  /**
   * Notation 11: how many of the factors, and as which value, are known from the layer after; null for the last layer.
   */
  compressed: null | {
    factors: Count;
    value: Id;
    symbol: Written;
    about: string;
  };
  /**
   * Each link multiplied on to what came back. In a last layer with a shortcut the product is `long_way`.
   */
  steps: Product[];
  /**
   * The same as a product entry by entry; null where the matrix is full.
   */
  elementwise: null | {
    slopes: Id;
    times: Id;
    result: Id;
    difference: Number;
    written: Written;
  };
  /**
   * Concept 19, where the output pair has it.
   */
  shortcut: null | {
    name: string;
    formula: Written;
    result: Id;
    long_way: Id;
    /**
     * Null where the long way has no value.
     */
    difference: null | Number;
    reason: string;
    /**
     * The long way by hand, with what cancels struck out.
     */
    derivation: {
      written: Written;
      reason: string;
    }[];
  };
  /**
   * The weight gradient of the point; `penalty` is added to it, and `total` is what the step uses.
   */
  weights: Product & {
    penalty: null | Id;
    total: Id;
  };
  /**
   * Lines of a box that checks shapes, where the notation has one and values are matrices.
   */
  shape_check: string[];
  bias: {
    result: Id;
    written: Written;
    reason: string;
  };
  /**
   * The gradients of an activation's own parameters at the point: their link times dL/dA. `total` is what the step uses.
   */
  learnt?: (Product & {
    total: Id;
  })[];
}
/**
 * Factors multiplied from left to right give the result.
 */
export interface Product {
  result: Id;
  symbol: Written;
  factors: Factor[];
  written: Written;
}
/**
 * A factor as it stands: its value is that of `value`, transposed where it says so.
 */
export interface Factor {
  value: Id;
  /**
   * The link that it is; null for what came back so far.
   */
  link: null | Id;
  symbol: Written7;
  formula: null | Written;
  transposed: boolean;
  shape: Shape;
}
/**
 * A formula.
 */
export interface Written7 {
  plain: string;
  latex: string;
}
export interface Entry {
  name: "W" | "W0";
  l: number;
  /**
   * (i, j) or (j), counted from 1: from input i to unit j.
   */
  indices: number[];
  symbol: Written;
  derivative: Written;
  formula: Written8;
  value: Number;
  /**
   * The largest first.
   */
  paths: {
    units: {
      quantity: Id;
      unit: number;
    }[];
    factors: {
      symbol: Written;
      value: Number;
    }[];
    product: Number;
  }[];
  /**
   * How many paths there are.
   */
  count: number;
  /**
   * The sum of those that are not listed.
   */
  rest: number | ("inf" | "-inf" | "nan");
  /**
   * Whether paths end in dL/dZ^L by the shortcut.
   */
  shortcut: boolean;
}
/**
 * A formula.
 */
export interface Written8 {
  plain: string;
  latex: string;
}
export interface Update {
  rule: {
    name: string;
    formula: Written;
    /**
     * Whether after = before - eta * gradient and nothing else.
     */
    plain: boolean;
    about: string;
  };
  eta: Number;
  t: number;
  loss_before: Number;
  /**
   * Of the same batch, after the step.
   */
  loss_after: number | ("inf" | "-inf" | "nan");
  layers: {
    l: number;
    W: Change;
    W0: Change;
    /**
     * What else the layer learns: a normalisation's gain and shift, an activation's alpha.
     */
    others?: (Change & {
      name: string;
      symbol: Written;
      slope: Written;
      written: Written;
    })[];
    /**
     * @minItems 2
     * @maxItems 2
     */
    written: [Written, Written];
    state: {
      name: string;
      before: Id;
      after: Id;
    }[];
  }[];
  /**
   * For each layer but the last: its gradient if the layer after it had been updated first.
   */
  what_if: {
    l: number;
    wrong: Id;
    difference: Id;
    relative: Number;
    reason: string;
  }[];
}
export interface Change {
  before: Id;
  /**
   * As it is subtracted: it lies as what is learnt does.
   */
  gradient: string;
  called: Written9;
  after: Id;
}
/**
 * A formula.
 */
export interface Written9 {
  plain: string;
  latex: string;
}
export interface Check {
  /**
   * Whether the outcome is "agrees".
   */
  ok: boolean;
  outcome: Outcome;
  method: "complex step" | "central differences";
  because: string;
  tolerance: Number;
  max_error: Number;
  verdict: string;
  caveats: string[];
  arrays: {
    l: number;
    given: Id;
    numeric: Id;
    checked: Count;
    at_kink: Count;
    size: Count;
    error: Number;
    outcome: Outcome;
    kinks: Kinked[];
  }[];
}
/**
 * An entry of a gradient at a kink of the loss, with the derivatives that the loss has to the left and to the right.
 */
export interface Kinked {
  /**
   * Counted from 1: input before output for a weight.
   */
  indices: number[];
  symbol: Written;
  given: Number;
  behind: Number;
  ahead: Number;
}
/**
 * Multiplications of numbers for dL/dZ^l: begun at the loss, begun at the layer, and begun at the loss with what is known.
 */
export interface Cost {
  layers: {
    l: number;
    from_loss: Count;
    to_loss: Count;
    reused: Count;
  }[];
  from_loss: Count;
  to_loss: Count;
  reused: Count;
  /**
   * Of the forward pass, beside them.
   */
  forward: number;
  /**
   * Of the weight gradients, beside them.
   */
  weights: number;
  reason: string;
}
export interface Health {
  l: number;
  /**
   * This and the next ones are norms.
   */
  dL_dA: number | ("inf" | "-inf" | "nan");
  dL_dZ: Number;
  dL_dW: Number;
  dL_dW0: Number;
  W: Number;
  change: Number;
  /**
   * Change by W.
   */
  ratio: number | ("inf" | "-inf" | "nan");
  /**
   * The layer's part of the squared gradient, 0..1.
   */
  blame: number | ("inf" | "-inf" | "nan");
  /**
   * Each unit's part of the sum of |dL/dz| in its layer.
   */
  units: {
    unit: number;
    blame: Number;
  }[];
  verdict: string;
}
export interface Lint {
  code: string;
  severity: "error" | "warning" | "note";
  l: number | null;
  units: number[];
  message: string;
  remedy: string;
  measured: {
    [k: string]: Number;
  };
}
/**
 * All points of the step; null where it is one point of weight 1. Factors multiplied, and `penalty` added, give dL/dW.
 */
export interface Batch {
  size: number;
  /**
   * The point that is shown in full, counted from 0.
   */
  at: number;
  losses: Number[];
  /**
   * What each point counts for: w_i / b.
   */
  shares: Number[];
  layers: {
    l: number;
    factors: {
      value: Id;
      symbol: Written10;
      transposed: boolean;
      shape: Shape;
    }[];
    penalty: null | Id;
    result: Id;
    /**
     * The norm of each point's own weight gradient.
     */
    norms: Number[];
  }[];
}
/**
 * A formula.
 */
export interface Written10 {
  plain: string;
  latex: string;
}
export interface Fork {
  l: number;
  ways: {
    /**
     * dZ/dW ends the chain; dZ/dA goes on, or need not in layer 1; through dW/dA there is no way.
     */
    kind: "end" | "on" | "none" | "struck";
    symbol: Written;
    says: string;
    source: string;
  }[];
}
export interface Phase {
  index: Count;
  kind: "forward" | "loss" | "backward" | "gradient" | "update";
  /**
   * 0 for all layers.
   */
  l: number;
  caption: string;
  /**
   * Values that are known from this phase on.
   */
  shows: Id[];
  /**
   * Ids of arrows that light up.
   */
  edges: string[];
  nodes: string[];
  line: Line;
  /**
   * What a screen reader says of it.
   */
  spoken: string;
  chain: null | Chain;
  /**
   * Where the gradient stands at a linear unit, or has left it; `taken` is the way that the phase takes.
   */
  fork: null | {
    l: number;
    taken: "end" | "on" | null;
  };
  /**
   * What a reader may be asked before the phase is shown.
   */
  questions: Question[];
}
/**
 * The product so far: pieces from left to right. `sign` stands before a piece and `close` behind the last one, · and brackets.
 */
export interface Chain {
  result: Id;
  pieces: {
    sign: string;
    link: Id;
    new: boolean;
    transposed: boolean;
  }[];
  close: string;
}
export interface Question {
  kind: "factor" | "shape" | "sign" | "transpose";
  asks: string;
  /**
   * Exactly one is right.
   */
  choices: {
    written: Written;
    /**
     * Of a wrong one, what it computes.
     */
    says: string;
    right: boolean;
  }[];
}
/**
 * Notation 15: boxes in the order of the forward pass (a weights box stands below its linear box), straight arrows forward, curved arrows back.
 */
export interface Diagram {
  nodes: {
    id: string;
    kind: "input" | "linear" | "norm" | "scale" | "activation" | "dropout" | "weights" | "loss" | "target";
    l: number;
    label: Written;
    shape: string;
    value: null | Id;
  }[];
  edges: {
    id: string;
    direction: "forward" | "backward";
    from: string;
    to: string;
    symbol: Written;
    /**
     * What travels: the value forward, or the gradient that the link leads to.
     */
    value: string;
    link: null | Id;
  }[];
  /**
   * Layers 0..L for a picture of single units.
   */
  layers: {
    l: number;
    width: number;
    labels: null | string[];
  }[];
}
