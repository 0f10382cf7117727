/** What must be in view: matrices show as many entries as the room that is left has place for. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows and columns of a matrix, from the largest room to the smallest; after the first one without pictures, fractions a/b. */
const ROOMS: readonly (readonly [number, number])[] = [
  [8, 6],
  [8, 6],
  [6, 5],
  [5, 4],
  [4, 3],
  [3, 3],
  [3, 3],
  [2, 2],
];
/** From which of them on numbers are small and shapes are left out. */
const SMALL = 6;

const RoomContext = createContext<{ room: readonly [number, number]; low: boolean } | null>(null);

/** The room that the matrices around have been given; none outside of a `Fit`. */
export const useRoom = () => useContext(RoomContext);

export interface FitProps {
  /** What is shown: another one is measured anew. */
  of: unknown;
  /** How many pixels there are for it, measured when it stands in the page. */
  height: (element: HTMLElement) => number;
  children: ComponentChildren;
}

/** Its children, with matrices made smaller until they fit. */
export function Fit({ of, height, children }: FitProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [level, setLevel] = useState(0);
  const [measured, setMeasured] = useState<unknown>(of);
  const [size, setSize] = useState("");
  if (measured !== of) {
    setMeasured(of);
    setLevel(0);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another content, or another window, is measured anew
  useLayoutEffect(() => {
    const element = ref.current;
    if (element && level < ROOMS.length - 1 && element.offsetHeight > height(element)) setLevel(level + 1);
  }, [level, of, size, height]);
  useLayoutEffect(() => {
    const again = () => {
      setLevel(0);
      setSize(`${innerWidth} ${innerHeight}`);
    };
    addEventListener("resize", again);
    document.fonts?.ready.then(again);
    return () => removeEventListener("resize", again);
  }, []);
  return (
    <RoomContext.Provider value={{ room: ROOMS[level] ?? [2, 2], low: level > 0 }}>
      {/* Set anew for each room: children that stay the same would get the new one only after they have been measured. */}
      <div class={level < SMALL ? "fit" : "fit small"} ref={ref} key={level}>
        {children}
      </div>
    </RoomContext.Provider>
  );
}
