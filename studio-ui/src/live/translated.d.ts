/** The module that `python -m tools.translate` writes; what it takes and gives are Python's values. */
declare module "*/build/live.js" {
  import type { Dict } from "../python/collections";

  export function step_document(given: Dict): Dict;
  export function after_step(given: Dict): Dict;
  export function nudge_document(given: Dict): Dict;
  export function step_valley(given: Dict): Dict;
  export function moved_target(given: Dict): number[];
  export function first_parameters(given: Dict): number[];
  export function step_latex(given: Dict): string;
  export function step_slides(given: Dict): string;
  export function judged_step(given: Dict): Dict;
  export function are_classes(distinct: number[], counts: number[]): boolean;
  export function are_too_many_classes(classes: number, rows: number): boolean;
  export function opened_model(file: object, name: string): Dict;
  export function minima_of(losses: number[]): number[][];
  export function catalogue(): Dict;
}
