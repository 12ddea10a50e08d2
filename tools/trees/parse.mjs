// SPDX-License-Identifier: MIT
// Reads a tree of behaviours (docs/VERIFICATION.md, "Trees"). Pure: text in, nodes and complaints out.

const HEAD = /^\w+: .+\.\n\n/;
const INDENT = /^(?:│ {3}| {4})*(?:[├└]── )?/;
const REFERENCE = /\s*\[([\w/]+): ([^\]]+)\]$/;
const FUNCTIONS = /^\w+(?:, \w+)*$/;

/**
 * @typedef {{ line: number, depth: number, text: string, children: Node[] }} Node
 * @typedef {{ line: number, file: string, title: string }} Reference a test: its file without folder and ending, and its title
 * @typedef {{ line: number, functions: string[] }} Root
 * @typedef {{ line: number, functions: string[], text: string, references: Reference[] }} Leaf
 */

/**
 * @param {string} text of a tree
 * @returns {{ contract: string, roots: Root[], leaves: Leaf[], complaints: { line: number, text: string }[] }}
 */
export function parseTree(text) {
  const { contract, roots, complaints } = outlined(text);
  const leaves = [];
  for (const root of roots) {
    if (!FUNCTIONS.test(root.text))
      complaints.push({ line: root.line, text: "a root names functions: `one` or `one, other`" });
    if (root.children.length === 0) complaints.push({ line: root.line, text: `${root.text} has no behaviour` });
    const below = [];
    collect(root.children, below, complaints);
    leaves.push(...below.map((leaf) => ({ ...leaf, functions: functionsOf(root) })));
  }
  if (!HEAD.test(text)) complaints.push({ line: 1, text: "a tree begins with `Contract: what it is for.`" });
  if (roots.length === 0) complaints.push({ line: 1, text: "a tree has roots: the functions of its contract" });
  const wrong = firstDifference(text, drawn(text));
  if (wrong !== undefined && complaints.length === 0) {
    complaints.push({ line: wrong, text: "is not drawn as `node tools/trees.mjs --draw` draws it" });
  }
  const names = roots.map((root) => ({ line: root.line, functions: functionsOf(root) }));
  return { contract, roots: names, leaves, complaints };
}

/** @returns {string} the same tree, its branches drawn from its indentation alone */
export function drawn(text) {
  const { head, roots } = outlined(text);
  return `${[head, ...roots.map((root) => [root.text, ...lines(root.children, "")])].map((part) => part.join("\n")).join("\n\n")}\n`;
}

/** @returns {number | undefined} number of the first line in which two texts differ */
function firstDifference(left, right) {
  if (left === right) return undefined;
  const [some, others] = [left.split("\n"), right.split("\n")];
  return some.findIndex((line, index) => line !== others[index]) + 1 || some.length;
}

function lines(nodes, indent) {
  return nodes.flatMap(({ text, children }, index) => {
    const isLast = index === nodes.length - 1;
    return [`${indent}${isLast ? "└── " : "├── "}${text}`, ...lines(children, indent + (isLast ? "    " : "│   "))];
  });
}

function outlined(text) {
  const [first, ...rest] = text.trimEnd().split("\n");
  const end = rest.indexOf("");
  const head = [first, ...(end === -1 ? rest : rest.slice(0, end))].map((line) => line.trim());
  const complaints = [];
  const roots = [];
  /** The open nodes, outermost first. @type {Node[]} */
  const path = [];
  for (const [index, line] of rest.entries()) {
    if (index <= end || end === -1 || line.trim() === "") continue;
    const indent = INDENT.exec(line)[0];
    const node = { line: index + 2, depth: indent.length / 4, text: line.slice(indent.length).trim(), children: [] };
    if (node.depth > path.length || line[indent.length] === " ") {
      complaints.push({ line: node.line, text: "stands further in than one step below the line above" });
    }
    path.length = Math.min(node.depth, path.length);
    (path.at(-1)?.children ?? roots).push(node);
    path.push(node);
  }
  return { contract: /^\w*/.exec(first)[0], head, roots, complaints };
}

function functionsOf(root) {
  return root.text.split(", ");
}

function collect(nodes, leaves, complaints) {
  for (const { line, text, children } of nodes) {
    const complain = (what) => complaints.push({ line, text: what });
    if (/^(when|given) /.test(text)) {
      if (children.length === 0) complain("a branch ends in leaves: what does it do then?");
    } else if (text.startsWith("it ")) {
      if (children.length > 0) complain("a leaf has nothing below it");
      const leaf = leafOf(line, text);
      if (leaf.references.length === 0) complain("a leaf names its test: [folder/file: title or a part of it]");
      leaves.push(leaf);
    } else {
      complain("a line begins with `when`, `given` or `it`");
    }
    collect(children, leaves, complaints);
  }
}

function leafOf(line, text) {
  const references = [];
  let said = text;
  for (let found = REFERENCE.exec(said); found !== null; found = REFERENCE.exec(said)) {
    references.unshift({ line, file: found[1], title: found[2] });
    said = said.slice(0, found.index);
  }
  return { line, text: said, references };
}
