/** The page: what it carries, a step, a recorded training or one that runs, with the switches of the whole page and its help. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Choice } from "./parts/Choice";
import { StepPage } from "./StepPage";
import { Help } from "./sections/Help";
import { StudioPage } from "./studio/StudioPage";
import { TrainingPage } from "./TrainingPage";
import { type Carried, Page } from "./trace/page";

type Theme = "auto" | "light" | "dark";

export function App({ carried }: { carried: Carried }) {
  const [theme, setTheme] = useState<Theme>("auto");
  const [page] = useState(() => ("trace" in carried ? new Page(carried) : null));
  const help = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);

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
        label="Light or dark"
        value={theme}
        onChange={setTheme}
        options={[
          { value: "auto", label: "auto", title: "as the system has it" },
          { value: "light", label: "light" },
          { value: "dark", label: "dark" },
        ]}
      />
      <button
        type="button"
        class="plain-button"
        onClick={() => help.current?.showModal()}
        aria-label="Keys and colours"
        title="Keys and colours (?)"
      >
        ?
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
