// SPDX-License-Identifier: MIT
// What a mutator changes: pure, from a syntax tree and its text to replacements of single pieces of the text.

/**
 * @typedef {object} Mutation
 * @property {string} file
 * @property {number} line
 * @property {string} operator name of the rule that made it
 * @property {number} start byte offset of what is replaced
 * @property {number} end byte offset behind it
 * @property {string} before
 * @property {string} after
 */

const RELATIONAL = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
};
const ARITHMETIC = { "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "**": ["*"] };
const BITWISE = { "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["&"] };
const LOGICAL = { "&&": ["||"], "||": ["&&"] };
const BINARY = [
  ["relational", RELATIONAL],
  ["arithmetic", ARITHMETIC],
  ["bitwise", BITWISE],
  ["logical", LOGICAL],
];
const ASSIGNMENT = {
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "|=": "&=",
  "&=": "|=",
  ">>=": "<<=",
  "<<=": ">>=",
};
const UNARY = { "++": "--", "--": "++", "!": "", "-": "", "~": "" };
/** Functions that swap places: the other extreme, the other rounding. */
const NAMES = new Map(
  [
    ["extreme", "min", "max"],
    ["extreme", "_min", "_max"],
    ["rounding", "divUp", "rawDiv"],
    ["rounding", "mulDivUp", "mulDiv"],
    ["rounding", "fullMulDivUp", "fullMulDiv"],
    ["rounding", "mulWadUp", "mulWad"],
    ["rounding", "toUnitsUp", "toUnitsDown"],
    ["rounding", "Ceil", "Floor"],
    ["extreme", "zeroFloorSub", "rawSub"],
  ].flatMap(([operator, one, other]) => [
    [one, { operator, other }],
    [other, { operator, other: one }],
  ]),
);
const YUL_CALLS = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  gt: "lt",
  lt: "gt",
  and: "or",
  or: "and",
  shl: "shr",
  shr: "shl",
};

/** Every mutation of a file, in the order of its text. @returns {Mutation[]} */
export function mutationsOf(file, tree, text) {
  const bytes = Buffer.from(text, "utf8");
  const found = [];
  const pieces = new Pieces(bytes);
  visit(tree, (node, parent, key) => {
    const rule = RULES[node.nodeType];
    if (rule === undefined) return;
    for (const { operator, start, end, after } of rule(node, pieces, parent, key)) {
      const before = pieces.text(start, end);
      found.push({ file, line: pieces.lineOf(start), operator, start, end, before, after });
    }
  });
  return found.sort((a, b) => a.start - b.start || a.end - b.end || (a.after < b.after ? -1 : 1));
}

/** The text of a file with one mutation in it. */
export function mutated(text, { start, end, after }) {
  const bytes = Buffer.from(text, "utf8");
  return bytes.toString("utf8", 0, start) + after + bytes.toString("utf8", end);
}

/** Byte offset of the body of the function that a mutation lies in, behind its brace; undefined outside of functions. */
export function bodyAround(tree, { start }) {
  let found;
  visit(tree, (node) => {
    if (node.nodeType !== "FunctionDefinition" || node.body === undefined || node.body === null) return;
    const [from, length] = spanOf(node.body);
    if (start >= from && start < from + length) found = from + 1;
  });
  return found;
}

/** Node after node, parents first; what only names things (types, imports, the version) is left out. */
function visit(node, look, parent, key) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, look, parent, key);
    return;
  }
  if (node === null || typeof node !== "object" || LEFT_OUT.has(node.nodeType)) return;
  if (node.nodeType === "ContractDefinition" && node.contractKind === "interface") return;
  if (node.nodeType !== undefined) look(node, parent, key);
  const owner = node.nodeType === undefined ? parent : node;
  for (const [name, child] of Object.entries(node)) visit(child, look, owner, name);
}

const LEFT_OUT = new Set([
  "PragmaDirective",
  "ImportDirective",
  "UsingForDirective",
  "ArrayTypeName",
  "StructuredDocumentation",
  "EventDefinition",
  "ErrorDefinition",
]);

const RULES = {
  BinaryOperation(node, pieces) {
    const [left, right] = [pieces.of(node.leftExpression), pieces.of(node.rightExpression)];
    return BINARY.flatMap(([operator, table]) =>
      (table[node.operator] ?? []).map((other) => pieces.replace(operator, node, `((${left}) ${other} (${right}))`)),
    );
  },
  Assignment(node, pieces) {
    const other = ASSIGNMENT[node.operator];
    if (other === undefined) return [];
    const [left, right] = [pieces.of(node.leftHandSide), pieces.of(node.rightHandSide)];
    return [pieces.replace("arithmetic", node, `${left} ${other} ${right}`)];
  },
  UnaryOperation(node, pieces) {
    const other = UNARY[node.operator];
    if (other === undefined) return [];
    const inner = pieces.of(node.subExpression);
    return [pieces.replace("unary", node, node.prefix ? `${other}${inner}` : `${inner}${other}`)];
  },
  Literal(node, pieces) {
    if (node.kind === "bool") return [pieces.replace("constant", node, node.value === "true" ? "false" : "true")];
    if (node.kind !== "number") return [];
    const own = pieces.of(node);
    const larger = pieces.replace("constant", node, `(${own} + 1)`);
    return /^0(x0+)?$/.test(own) ? [larger] : [larger, pieces.replace("constant", node, `(${own} - 1)`)];
  },
  IfStatement: negatedCondition,
  Conditional: negatedCondition,
  ExpressionStatement(node, pieces, parent, key) {
    if (key === "loopExpression") return [];
    const isGuard =
      node.expression.nodeType === "FunctionCall" && ["require", "assert"].includes(node.expression.expression.name);
    return [pieces.remove(isGuard ? "guard" : "statement", node)];
  },
  RevertStatement: (node, pieces) => [pieces.remove("guard", node)],
  Identifier: (node, pieces) => swapName(node, node.name, pieces),
  MemberAccess: (node, pieces) => swapName(node, node.memberName, pieces),
  YulFunctionCall(node, pieces) {
    const other = YUL_CALLS[node.functionName.name];
    return other === undefined ? [] : [pieces.replace("assembly", node.functionName, other)];
  },
  YulLiteral(node, pieces) {
    if (node.kind !== "number") return [];
    const value = BigInt(node.value);
    const others = value === 0n ? [1n] : [value + 1n, value - 1n];
    return others.map((other) => pieces.replace("assembly", node, other.toString()));
  },
};

function negatedCondition(node, pieces) {
  return [pieces.replace("branch", node.condition, `!(${pieces.of(node.condition)})`)];
}

function swapName(node, name, pieces) {
  const swap = NAMES.get(name);
  if (swap === undefined) return [];
  const own = pieces.of(node);
  return [pieces.replace(swap.operator, node, own.slice(0, own.length - name.length) + swap.other)];
}

function spanOf(node) {
  const [start, length] = node.src.split(":").map(Number);
  return [start, length];
}

/** Pieces of a text by the byte offsets of a syntax tree. */
class Pieces {
  constructor(bytes) {
    this.bytes = bytes;
  }

  text(start, end) {
    return this.bytes.toString("utf8", start, end);
  }

  of(node) {
    const [start, length] = spanOf(node);
    return this.text(start, start + length);
  }

  lineOf(offset) {
    return this.bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;
  }

  replace(operator, node, after) {
    const [start, length] = spanOf(node);
    return { operator, start, end: start + length, after };
  }

  /** A statement gives way to an empty block; its semicolon lies behind its node. */
  remove(operator, node) {
    const [start, length] = spanOf(node);
    return { operator, start, end: this.bytes.indexOf(";", start + length) + 1, after: "{}" };
  }
}
