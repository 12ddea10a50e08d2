// SPDX-License-Identifier: MIT
// Patterns that have cost others money, found in syntax trees. Pure: a finding is for somebody to judge, not an error.

const LOW_LEVEL = new Set(["call", "delegatecall", "staticcall", "callcode"]);
const YUL_LOW_LEVEL = new Set(["call", "delegatecall", "staticcall", "callcode", "selfdestruct", "create", "create2"]);

/** @type {Record<string, (node: any, pragma: string) => boolean>} what each rule finds */
const RULES = {
  "floating-pragma": (node) =>
    node.nodeType === "PragmaDirective" && node.literals[0] === "solidity" && /[\^~<>=]/.test(node.literals.join("")),
  "tx-origin": (node) => isMember(node, "tx", "origin"),
  "self-destruct": (node) => isCall(node, "selfdestruct"),
  ecrecover: (node) => isCall(node, "ecrecover"),
  "low-level-call": (node) => node.nodeType === "MemberAccess" && LOW_LEVEL.has(node.memberName),
  "low-level-call-in-assembly": (node) =>
    node.nodeType === "YulFunctionCall" && YUL_LOW_LEVEL.has(node.functionName.name),
  "assembly-not-memory-safe": (node) =>
    node.nodeType === "InlineAssembly" && !(node.flags ?? []).includes("memory-safe"),
  "division-before-multiplication": (node) =>
    isOperation(node, "*") && [node.leftExpression, node.rightExpression].some(isQuotient),
  "time-equality": (node) =>
    (isOperation(node, "==") || isOperation(node, "!=")) &&
    [node.leftExpression, node.rightExpression].some((side) => isMember(side, "block", "timestamp")),
  "balance-equality": (node) =>
    (isOperation(node, "==") || isOperation(node, "!=")) &&
    [node.leftExpression, node.rightExpression].some(
      (side) => side.nodeType === "FunctionCall" && side.expression.memberName === "balanceOf",
    ),
  "packed-hash": (node) => node.nodeType === "MemberAccess" && node.memberName === "encodePacked",
  "block-randomness": (node) => isMember(node, "block", "prevrandao") || isMember(node, "block", "difficulty"),
  "infinite-approval": (node) =>
    node.nodeType === "FunctionCall" &&
    /^(approve|forceApprove|safeApprove)$/.test(node.expression.memberName ?? "") &&
    JSON.stringify(node.arguments).includes('"memberName":"max"'),
  "unbounded-loop": (node) => node.nodeType === "WhileStatement" && node.condition.nodeType === "Literal",
};

/** @returns {{ rule: string, file: string, line: number, text: string }[]} */
export function findingsIn(file, tree, source) {
  const bytes = Buffer.from(source, "utf8");
  const lines = source.split("\n");
  const found = new Map();
  visit(tree, (node) => {
    for (const [rule, finds] of Object.entries(RULES)) {
      if (!finds(node)) continue;
      const line = bytes.toString("utf8", 0, Number(node.src.split(":")[0])).split("\n").length;
      found.set(`${rule} ${line}`, { rule, file, line, text: lines[line - 1].trim() });
    }
  });
  return [...found.values()].sort((a, b) => a.line - b.line);
}

function visit(node, look) {
  if (node === null || typeof node !== "object") return;
  if (node.nodeType !== undefined) look(node);
  for (const child of Object.values(node)) visit(child, look);
}

function isMember(node, owner, member) {
  return node.nodeType === "MemberAccess" && node.memberName === member && node.expression.name === owner;
}

function isCall(node, name) {
  return node.nodeType === "FunctionCall" && node.expression.name === name;
}

function isOperation(node, operator) {
  return node.nodeType === "BinaryOperation" && node.operator === operator;
}

/** A quotient, in brackets or not. */
function isQuotient(node) {
  if (node.nodeType === "TupleExpression" && node.components.length === 1) return isQuotient(node.components[0]);
  return isOperation(node, "/");
}
