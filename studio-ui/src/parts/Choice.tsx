/** One of a few, side by side; arrow keys move the choice, as among radio buttons. */
export interface Option<T extends string> {
  value: T;
  label: string;
  title?: string;
}

export interface ChoiceProps<T extends string> {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  /** Whether the label is shown, or only read out. */
  showLabel?: boolean;
}

export function Choice<T extends string>({ label, options, value, onChange, showLabel = false }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend class={showLabel ? "" : "unseen"}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.title} class={option.value === value ? "on" : ""}>
          <input type="radio" name={label} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
