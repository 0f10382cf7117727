/** Light or dark: as the reader has chosen; else as the site is on which the page stands in a frame; else as the system is. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What a page asks the document around it, which answers {theme}, and again when its reader switches. Elsewhere nobody answers. */
export const ASKS = "clearprop: light or dark?";

export const isFramed = () => parent !== window;

/** The reader's choice, and the way to change it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [chosen, choose] = useState<Theme>("auto");
  const [around, setAround] = useState<Theme>("auto");
  useEffect(() => {
    if (!isFramed()) return;
    const hear = ({ source, data }: MessageEvent) => {
      const theme = source === parent && THEMES.find((each) => each === data?.theme);
      if (theme) setAround(theme);
    };
    addEventListener("message", hear);
    parent.postMessage(ASKS, "*"); // a page opened from a file has no origin that could be named
    return () => removeEventListener("message", hear);
  }, []);
  const shown = chosen === "auto" ? around : chosen;
  useLayoutEffect(() => {
    if (shown === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = shown;
  }, [shown]);
  return [chosen, choose];
}
