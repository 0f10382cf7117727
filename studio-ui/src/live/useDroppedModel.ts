/** A model file that is dropped on the page of a step: its network takes the step's points, by its own loss. */
import { useDrops } from "../parts/useDrops";
import { SealedFile } from "../studio/sealedFile";
import { computing } from "./computing";
import type { Steering } from "./useSteering";

export function useDroppedModel(steering: Steering | null): void {
  const take = async ({ asked, choose, refuse }: Steering, file: File) => {
    try {
      const sealed = new SealedFile(new Uint8Array(await file.arrayBuffer()));
      if (!sealed.begins())
        throw new Error(`${file.name} is no model file; drop a table on the page of a training (clearprop studio)`);
      const { widths, activations, parameters, facts } = computing().openedModel(sealed, file.name);
      const ends = (of: readonly number[]) => `${of[0]} inputs and ${of.at(-1)} outputs`;
      if (ends(widths) !== ends(asked.widths))
        throw new Error(
          `${file.name} has ${ends(widths)}, and this step's points ${ends(asked.widths)}; drop it on the page of a training (clearprop studio)`,
        );
      const loss = typeof facts.loss === "string" ? { loss: facts.loss } : {};
      choose({ widths, activations, parameters, ...loss });
    } catch (error) {
      refuse(`The file is refused, and nothing has changed: ${(error as Error).message}.`);
    }
  };
  useDrops(steering && ((file) => void take(steering, file)));
}
