// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { root } from "../hardhat.mjs";

const FOLDERS = ["contracts", "test/sol"];

/** Answers of earlier runs, so that a run that was stopped goes on where it was. An answer holds while no source changes. */
export class Memory {
  #answers = new Map();
  #sources = hashOfSources();

  /** @param {string} path a file of one answer per line */
  constructor(path) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
    for (const line of lines.filter((text) => text !== "")) {
      const { key, answer } = JSON.parse(line);
      this.#answers.set(key, answer);
    }
  }

  keyOf(question) {
    return createHash("sha256").update(this.#sources).update(JSON.stringify(question)).digest("hex");
  }

  recall(key) {
    return this.#answers.get(key);
  }

  keep(key, answer) {
    this.#answers.set(key, answer);
    appendFileSync(this.path, `${JSON.stringify({ key, answer })}\n`);
  }
}

function hashOfSources() {
  const hash = createHash("sha256");
  for (const folder of FOLDERS) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".sol"),
    );
    for (const name of files.sort((a, b) => (a < b ? -1 : 1)))
      hash.update(name).update(readFileSync(join(root, folder, name)));
  }
  return hash.digest("hex");
}
