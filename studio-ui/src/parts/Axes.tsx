/** Whether the axes of charts are linear or logarithmic. */
import { Choice } from "./Choice";

export type Scale = "linear" | "logarithmic";

export function Axes({ scale, onChange }: { scale: Scale; onChange: (scale: Scale) => void }) {
  return (
    <Choice
      label="Axes"
      value={scale}
      onChange={onChange}
      options={[
        { value: "linear", label: "linear" },
        { value: "logarithmic", label: "logarithmic" },
      ]}
    />
  );
}
