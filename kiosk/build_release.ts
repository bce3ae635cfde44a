// What makes a build a release: its version, the list of its files, the service worker that holds them, and a
// compressed form of each file, so that the box has nothing to compress.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const kWorker = "service_worker.js";
const kCompressed = /\.(js|css|html|svg|json)$/;
/**
 * Not of the release itself: the worker is how it is found, and the version how it is named; and what plant IT's console
 * alone has is of no use without the box.
 */
const kNotInRelease = /^(?:service_worker\.js|version\.json|console\.html|assets\/console-.*)$/;

/** The package's version and what it was built from: equal sources give equal releases. */
export function releaseOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const hash = createHash("sha256");
  for (const part of [
    "src",
    "public",
    "index.html",
    "console.html",
    "package.json",
    "vite.config.ts",
    "build_release.ts",
    "../package-lock.json",
  ]) {
    for (const file of filesBelow(join(folder, part))) {
      hash.update(relative(folder, file)).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  return `${version}+${hash.digest("hex").slice(0, 8)}`;
}

export function release(version: string, out: string): Plugin {
  return {
    name: "millrace-release",
    apply: "build",
    writeBundle() {
      const names = filesBelow(out)
        .map((file) => relative(out, file))
        .filter((name) => !/\.(br|gz)$/.test(name));
      const files = names
        .filter((name) => !kNotInRelease.test(name))
        .map((name) => `/${name}`)
        .sort();
      const worker = join(out, kWorker);
      const text = readFileSync(worker, "utf8");
      if (/\bimport\b/.test(text))
        throw new Error(`${kWorker} must stand alone: it shares nothing with the app`);
      if (!text.includes("__MILLRACE_APP_FILES__")) throw new Error(`${kWorker} has no place for its files`);
      writeFileSync(worker, text.replaceAll("__MILLRACE_APP_FILES__", JSON.stringify(files)));
      writeFileSync(join(out, "version.json"), `${JSON.stringify({ version, files }, null, 2)}\n`);
      for (const file of filesBelow(out).filter((name) => kCompressed.test(name))) compress(file);
    },
  };
}

function compress(file: string): void {
  const content = readFileSync(file);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params: quality }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}

function filesBelow(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) =>
        entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
      );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [path];
    throw error;
  }
}
