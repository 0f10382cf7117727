/** Whether the notebook around a page is light or dark, which need not be what the system is. */
import { ASKS } from "./messages";

export type Theme = "light" | "dark" | "auto";

/** Where notebooks say it: JupyterLab and Notebook 7, VS Code, marimo, Colab; else the style that the page's place has. */
export function themeAround(el: HTMLElement): Theme {
  const { body, documentElement: root } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter) return jupyter === "false" ? "dark" : "light";
  const vscode = body.dataset.vscodeThemeKind;
  if (vscode) return /light/.test(vscode) ? "light" : "dark";
  if (body.classList.contains("dark")) return "dark";
  const told = root.getAttribute("theme") ?? body.dataset.theme ?? root.dataset.theme;
  if (told === "dark" || told === "light") return told;
  const scheme = getComputedStyle(el).colorScheme;
  return scheme === "dark" || scheme === "light" ? scheme : "auto";
}

/** Tells a page when it asks, and when the notebook's theme changes, until what it gives is called. */
export function watchTheme(el: HTMLElement, page: () => Window | null): () => void {
  const tell = () => page()?.postMessage({ theme: themeAround(el) }, "*"); // a frame that may nothing has no origin to name
  const hear = ({ source, data }: MessageEvent) => {
    if (data === ASKS && source && source === page()) tell();
  };
  addEventListener("message", hear);
  const changes = new MutationObserver(tell);
  for (const each of [document.documentElement, document.body])
    changes.observe(each, {
      attributeFilter: ["class", "style", "theme", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"],
    });
  return () => {
    removeEventListener("message", hear);
    changes.disconnect();
  };
}
