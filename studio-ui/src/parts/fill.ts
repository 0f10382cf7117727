/** A sentence with places, `{shape}`, and what stands in them. */
export function fill(sentence: string | undefined, places: Record<string, string>): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place);
}
