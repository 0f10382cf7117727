/** Texts and pictures as files of the person who looks at the page. */

export function download(content: Blob | string, name: string, type = "text/plain"): void {
  const file = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = document.createElement("a");
  link.href = file;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000); // a busy browser begins to save it seconds later
}
