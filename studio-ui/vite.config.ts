import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** One classic script and one style: what a page carries inside itself, fonts included. */
export default defineConfig({
  build: {
    lib: {
      entry: fileURLToPath(new URL("src/main.tsx", import.meta.url)),
      formats: ["iife"],
      name: "clearprop",
      fileName: () => "viewer.js",
      cssFileName: "viewer",
    },
    outDir: fileURLToPath(new URL("../src/clearprop/explanation/viewer", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 1 << 20,
    target: "es2022",
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
  },
});
