/** One of a few, side by side, as buttons: the arrow keys stay free for whatever is walked through on the page. */
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
  /** Whether the label is shown everywhere; else only among the settings, and read out elsewhere. */
  showLabel?: boolean;
}

export function Choice<T extends string>({ label, options, value, onChange, showLabel = false }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend class={showLabel ? "" : "in-settings"}>{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.title}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
