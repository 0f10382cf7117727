import { defineConfig } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** One classic script and one style: what a page carries inside itself, fonts included. */
export default defineConfig({
  build: {
    lib: {
      entry: here("src/main.tsx"),
      formats: ["iife"],
      name: "clearprop",
      fileName: () => "viewer.js",
      cssFileName: "viewer",
    },
    outDir: here("../src/clearprop/explanation/page/viewer"),
    emptyOutDir: true,
    assetsInlineLimit: 1 << 20,
    target: "es2022",
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
  },
});
