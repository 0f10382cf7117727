/** The little of Node that tests use: its own types would bring Node's names into the page's sources too. */
declare module "node:fs" {
  export function readFileSync(from: URL | number): { toString(encoding: "utf8" | "base64"): string };
}
declare module "node:process" {
  export function cpuUsage(): { user: number; system: number };
  export const stdout: { write(text: string): void };
}
