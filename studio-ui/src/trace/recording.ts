/** Made by `npm run types` from recording.schema.json; not edited by hand. */

export type Number = number | ("inf" | "-inf" | "nan");

/**
 * What `clearprop.replay(run).to_dict()` gives: the steps that `train(record=...)` kept, to be played. Values of each step are those before it. Numbers of the same id share one scale over all steps, so that colours mean the same at every time. A whole trace of one step is `clearprop.replay(run).at(t)`. A sample is in tests/explanation/samples. A consumer must ignore properties that it does not know.
 */
export interface RecordingDocument {
  format: "clearprop.recording";
  version: 1;
  header: {
    network: {
      text: string;
      widths: number[];
    };
    activations: string[];
    loss: string;
    penalty: string | null;
    optimizer: string;
    /**
     * In the training data.
     */
    points: number;
    classes: null | string[];
  };
  /**
   * Whether every number of every step is here; else values are pictures.
   */
  whole: boolean;
  /**
   * How each id is written.
   */
  symbols: {
    [k: string]: {
      plain: string;
      latex: string;
    };
  };
  /**
   * By id, the largest size of any entry over all steps.
   */
  scales: {
    [k: string]: Number;
  };
  /**
   * In the order of time.
   */
  steps: {
    t: number;
    eta: Number;
    /**
     * Of the step's points, before it.
     */
    loss: number | ("inf" | "-inf" | "nan");
    /**
     * Rows of the training data, counted from 0; the first 64.
     */
    points: number[];
    /**
     * How many points the step had.
     */
    size: number;
    /**
     * Layers 1..L: norms, the change by the weights, the layer's part of the squared gradient, parts of units that are dead or saturated, and each unit's part of the blame (the first 64).
     */
    layers: {
      l: number;
      W: Number;
      dL_dW: Number;
      dL_dW0: Number;
      dL_dZ: Number;
      change: Number;
      ratio: Number;
      blame: Number;
      dead: Number;
      saturated: Number;
      units: Number[];
    }[];
    /**
     * W:l, W0:l, dL_dW:l and dL_dW0:l of every layer, inputs in rows.
     */
    values: {
      [k: string]: {
        shape: number[];
        values?: Number[][];
        /**
         * In at most 16 x 16 cells, each the entry of the largest size in its block, in hundredths of `scale`.
         */
        picture?: {
          scale: Number;
          cells: number[][];
        };
      };
    };
  }[];
  /**
   * What went wrong over time, and from which step on: the lints of the steps, the worst first.
   */
  lints: {
    code: string;
    severity: "error" | "warning" | "note";
    /**
     * The first step that has it.
     */
    t: number;
    /**
     * All recorded steps that have it.
     */
    steps: number[];
    /**
     * The same in words.
     */
    when: string;
    l: number | null;
    units: number[];
    /**
     * In the words of the first step, as its own trace has them.
     */
    message: string;
    remedy: string;
    measured: {
      [k: string]: Number;
    };
  }[];
}
