/** Files that are dropped on the page; without a hand that takes them the browser does what it likes. */
import { useEffect } from "preact/hooks";

export function useDrops(take: ((file: File) => void) | null): void {
  useEffect(() => {
    if (!take) return;
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) take(file);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  });
}
