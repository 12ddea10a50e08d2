// SPDX-License-Identifier: MIT
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { withoutBytecode } from "./withoutBytecode.ts";

/** Static files with relative addresses: they work under any path of any file server. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [withoutBytecode()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", reportCompressedSize: false },
});
