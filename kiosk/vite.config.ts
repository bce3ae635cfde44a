import { defineConfig } from "vitest/config";
import { release, releaseOf } from "./build_release.ts";

const version = releaseOf(import.meta.dirname);

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { __MILLRACE_APP_VERSION__: JSON.stringify(version) },
  build: {
    target: "es2023",
    // The page's policy allows no inline script, style or data address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", console: "console.html", service_worker: "src/worker/service_worker.ts" },
      output: {
        // What the page and a language or a later screen share comes in one piece: each more costs its head on the way.
        codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] },
        // A worker is known by its address: it must not change with its content.
        entryFileNames: ({ name }) =>
          name === "service_worker" ? "service_worker.js" : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [release(version, `${import.meta.dirname}/dist`)],
  test: {
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/first_words.ts"],
  },
});
