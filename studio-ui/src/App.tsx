/** The page: what it carries, a step, a recorded training or one that runs, with the switches of the whole page and its help. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Choice } from "./parts/Choice";
import { StepPage } from "./StepPage";
import { Help } from "./sections/Help";
import { StudioPage } from "./studio/StudioPage";
import { TrainingPage } from "./TrainingPage";
import { isFramed, THEMES, useTheme } from "./theme";
import { type Carried, Page } from "./trace/page";

export function App({ carried }: { carried: Carried }) {
  const [theme, setTheme] = useTheme();
  const [page] = useState(() => ("trace" in carried ? new Page(carried) : null));
  const help = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "?" && !help.current?.open) help.current?.showModal();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const switches = (
    <>
      <Choice
        label="Theme"
        value={theme}
        onChange={setTheme}
        options={THEMES.map((value) => ({
          value,
          label: value,
          ...(value === "auto" && { title: isFramed() ? "as the page around it has it" : "as the system has it" }),
        }))}
      />
      <button
        type="button"
        class="plain-button"
        onClick={() => help.current?.showModal()}
        aria-label="Keys and colours"
        title="Keys and colours (?)"
      >
        <span class="out-of-settings">?</span>
        <span class="in-settings" aria-hidden="true">
          Keys and colours
        </span>
      </button>
    </>
  );
  return (
    <main>
      {page && (
        <StepPage page={page} keys>
          {switches}
        </StepPage>
      )}
      {"live" in carried && !("trace" in carried) && <StudioPage carried={carried}>{switches}</StudioPage>}
      {"recording" in carried && <TrainingPage carried={carried}>{switches}</TrainingPage>}
      <Help dialog={help} training={"live" in carried && !("trace" in carried)} />
    </main>
  );
}
