import { defineConfig } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** What a notebook loads to show a page: a small module, as anywidget takes it. */
export default defineConfig({
  publicDir: false,
  build: {
    lib: { entry: here("src/notebook/bridge.ts"), formats: ["es"], fileName: () => "bridge.js" },
    outDir: here("../src/clearprop/explanation/page/viewer"),
    emptyOutDir: false,
    target: "es2022",
  },
});
