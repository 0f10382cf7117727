import { defineConfig } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** What a live page computes, as one script beside the page's own: it is loaded by live pages only. */
export default defineConfig({
  publicDir: false,
  build: {
    lib: { entry: here("src/live/main.ts"), formats: ["iife"], name: "clearpropLive", fileName: () => "live.js" },
    outDir: here("../src/clearprop/explanation/page/viewer"),
    emptyOutDir: false,
    target: "es2022",
  },
});
