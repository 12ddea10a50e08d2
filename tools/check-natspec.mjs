// SPDX-License-Identifier: MIT
// Whoever calls a contract reads its functions' comments; the API reference is made of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FUNCTION = /^\s*function (\w+)\(/;

/** External and public functions of contracts, mocks apart, without a comment above them. @returns {string[]} */
export function functionsWithoutComment(root, sources) {
  const contracts = sources.filter((file) => /^contracts\/(?!mocks\/).*\.sol$/.test(file));
  return contracts.flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    return lines.flatMap((line, index) => {
      const name = FUNCTION.exec(line)?.[1];
      if (name === undefined || !isCallable(lines, index)) return [];
      return lines[index - 1].trim().startsWith("///") ? [] : [`${file}:${index + 1}: ${name} has no comment`];
    });
  });
}

/** Whether the function whose declaration begins at a line can be called from outside. */
function isCallable(lines, start) {
  const end = lines.findIndex((line, index) => index >= start && /[;{]/.test(line));
  return /\b(external|public)\b/.test(lines.slice(start, end + 1).join(" "));
}
