export type Num = number | string;
export interface Written { plain: string; latex: string }
export interface TraceDocument {
  format: string; version: number;
  header: {
    network: { text: string; widths: number[]; activations: string[]; dtype: string; parameters: number };
    point: string | null; label: string | null; predicted: string | null; right: boolean | null; probability: Num | null;
    classes: string[] | null;
    loss: { name: string; formula: Written; symbol: Written; of_point: Num; value: Num };
    penalty: { name: string; formula: Written; value: Num } | null;
    optimizer: string; t: number; eta: Num; schedule: string; seed: number | null;
    layout: { name: "denominator" | "numerator"; about: string }; scalar: boolean;
  };
  notation: { name: string; title: string; about: string; weights: string; first_layer: number;
    symbols: { name: string; symbol: Written; shape: string; meaning: string }[] };
  fold: { folded: boolean; limit: number | null; kept: number; units: (number[] | null)[]; about: string };
  values: { [k: string]: { shape: number[]; units: (number | string | null)[]; values: Num[][]; rows?: number[] | null; columns?: number[] | null;
    summary?: { norm: Num; smallest: Num; largest: Num; mean: Num; zeros: number } } };
  forward: { l: number; number: number; activation: string; formula: Written; derivative: Written; elementwise: boolean;
    stages: { quantity: string; symbol: Written; formula: Written; shapes: string; operands: { value: string; transposed: boolean }[]; source: string }[];
    zone_counts: { active: number; dead: number; saturated: number };
    zones: { unit: number; zone: "active" | "dead" | "saturated"; slope: Num; depth: Num; reason: string }[] }[];
  links: { [k: string]: { name: string; l: number; role: string; symbol: Written; formula: Written; shape: number[]; shape_text: string; structure: string; value: string; reason: string; source: string; reused_by: number[] } };
  backward: { l: number;
    product: { result: string; factors: { link: string; new: boolean }[]; written: Written };
    compressed: { factors: number; value: string; symbol: Written; about: string } | null;
    steps: Product[];
    elementwise: { slopes: string; times: string; result: string; difference: Num; written: Written } | null;
    shortcut: { name: string; formula: Written; result: string; long_way: string; difference: Num | null; reason: string; derivation: { written: Written; reason: string }[] } | null;
    weights: Product & { penalty: string | null; total: string };
    bias: { result: string; written: Written; reason: string } }[];
  entries: { name: string; l: number; indices: number[]; symbol: Written; derivative: Written; formula: Written; value: Num;
    paths: { units: { quantity: string; unit: number }[]; factors: { symbol: Written; value: Num }[]; product: Num }[]; count: number; rest: Num; shortcut: boolean }[];
  update: { rule: { name: string; formula: Written; plain: boolean; about: string }; eta: Num; t: number; loss_before: Num; loss_after: Num;
    layers: { l: number; W: Change; W0: Change; written: Written[]; state: { name: string; before: string; after: string }[] }[];
    what_if: { l: number; wrong: string; difference: string; relative: Num; reason: string }[] };
  check: { ok: boolean; method: string; because: string; tolerance: Num; max_error: Num; verdict: string; caveats: string[];
    arrays: { l: number; given: string; numeric: string; checked: number; at_kink: number; size: number; error: Num }[] } | null;
  cost: { layers: { l: number; from_loss: number; to_loss: number; reused: number }[]; from_loss: number; to_loss: number; reused: number; forward: number; weights: number; reason: string };
  health: { l: number; dL_dA: Num; dL_dZ: Num; dL_dW: Num; dL_dW0: Num; W: Num; change: Num; ratio: Num; blame: Num; units: { unit: number; blame: Num }[]; verdict: string }[];
  lints: { code: string; severity: "error" | "warning" | "note"; l: number | null; units: number[]; message: string; remedy: string; measured: { [k: string]: Num } }[];
  batch: { size: number; at: number; losses: Num[]; shares: Num[]; layers: { l: number; factors: { value: string; transposed: boolean; shape: number[] }[]; penalty: string | null; result: string; norms: Num[] }[] } | null;
  phases: { index: number; kind: "forward" | "loss" | "backward" | "gradient" | "update"; l: number; caption: string; shows: string[]; edges: string[]; nodes: string[] }[];
  diagram: { nodes: { id: string; kind: string; l: number; label: Written; shape: string; value: string | null }[];
    edges: { id: string; direction: string; from: string; to: string; symbol: Written; value: string; link: string | null }[];
    layers: { l: number; width: number; labels: string[] | null }[] };
}
export interface Change { before: string; gradient: string; after: string }
export interface Product { result: string; symbol: Written; factors: { value: string; link: string | null; symbol: Written; transposed: boolean; shape: number[] }[]; written: Written }
