// SPDX-License-Identifier: MIT
// What a module exports and what its comments say of it. Pure.

const EXPORTED =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:declare )?(?:abstract )?(?:async )?(function|const|interface|type|class) (\w+)([^\n]*)/gm;

/** @param {string} source @returns {{ kind: string, name: string, head: string, comment: string }[]} In the order of the source. */
export function exportsOf(source) {
  return [...source.matchAll(EXPORTED)].map(([, comment = "", kind, name, rest]) => ({
    kind,
    name,
    head: `${kind} ${name}${rest.replace(/\s*[{=]?\s*$/, "")}`,
    comment: textOf(comment),
  }));
}

/** @param {string} path @param {string} source @returns {string} Markdown; nothing for a module without exports. */
export function modulePage(path, source) {
  const parts = exportsOf(source).flatMap(({ name, head, comment }) => [
    `### \`${name}\``,
    `\`\`\`ts\n${head}\n\`\`\``,
    ...(comment === "" ? [] : [comment]),
  ]);
  return parts.length === 0 ? "" : `${[`## ${path}`, ...parts].join("\n\n")}\n`;
}

function textOf(comment) {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\/?\*+\/?\s?|\s*\*\/\s*$/g, ""));
  return lines.join("\n").trim();
}
