// SPDX-License-Identifier: MIT
// Functions of contracts and the errors they can end with, from the compiler's syntax trees. Pure.

const VIEWS = ["view", "pure"];
const OPEN = ["external", "public"];
const OURS = /^(?:project\/)?contracts\//;

/**
 * @typedef {object} ContractFacts
 * @property {string} name
 * @property {string} file from the root
 * @property {boolean} isDeployed neither abstract nor a library
 * @property {Map<string, Set<string>>} functions every function of its own and of its bases, with the errors it can end with
 * @property {Set<string>} acts functions that anybody can call and that change state
 * @property {Set<string>} errors of this project that come up out of it
 * @property {Set<string>} parts itself, its bases and the libraries whose code it runs, by name
 */

/**
 * @param {any[]} trees of all sources of one build
 * @returns {ContractFacts[]} of everything but interfaces
 */
export function contractsIn(trees) {
  const nodes = new Map();
  for (const tree of trees) index(tree, tree.absolutePath, undefined, nodes);
  return [...nodes.values()]
    .filter(({ node }) => node.nodeType === "ContractDefinition" && node.contractKind !== "interface")
    .map(({ node, file }) => ({ file: file.replace(/^project\//, ""), ...factsOf(node, nodes) }));
}

const INDEXED = ["ContractDefinition", "FunctionDefinition", "ModifierDefinition", "ErrorDefinition"];

function index(value, file, owner, nodes) {
  if (value === null || typeof value !== "object") return;
  if (INDEXED.includes(value.nodeType)) nodes.set(value.id, { node: value, owner, file });
  const next = value.nodeType === "ContractDefinition" ? value : owner;
  for (const child of Object.values(value)) index(child, file, next, nodes);
}

function factsOf(contract, nodes) {
  const bases = contract.linearizedBaseContracts.map((id) => nodes.get(id).node);
  const functions = bases.flatMap((base) => base.nodes.filter(isFunction));
  const open = functions.filter((node) => OPEN.includes(node.visibility) && node.kind !== "constructor");
  const isDeployed = contract.contractKind === "contract" && !contract.abstract;
  const starts = isDeployed ? [...open, ...functions.filter(({ kind }) => kind === "constructor")] : functions;
  const namesakes = new Map(functions.map((node) => [nameOf(node), []]));
  for (const node of functions) namesakes.get(nameOf(node)).push(node);
  const reach = (from) => reached(from, namesakes, bases, nodes);
  const whole = reach(starts);
  return {
    name: contract.name,
    isDeployed,
    functions: new Map([...namesakes].map(([name, same]) => [name, new Set(reach(same).errors.keys())])),
    acts: new Set(open.filter((node) => !VIEWS.includes(node.stateMutability)).map(nameOf)),
    errors: new Set([...whole.errors].filter(([, file]) => OURS.test(file)).map(([name]) => name)),
    parts: new Set([...bases.map(({ name }) => name), ...whole.owners]),
  };
}

/**
 * Follows calls inside of the contract and into libraries; a call of another contract is that one's own affair.
 * @returns {{ errors: Map<string, string>, owners: Set<string> }} errors with their files, and libraries whose code runs
 */
function reached(starts, namesakes, bases, nodes) {
  const errors = new Map();
  const owners = new Set();
  const seen = new Set();
  const left = [...starts];
  while (left.length > 0) {
    const node = left.pop();
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    if (node.virtual === true) left.push(...(namesakes.get(nameOf(node)) ?? []));
    for (const { node: next, owner, file } of mentioned(node, nodes)) {
      if (next.nodeType === "ErrorDefinition") {
        errors.set(next.name, file);
      } else if (owner === undefined || owner.contractKind === "library" || bases.includes(owner)) {
        if (owner?.contractKind === "library") owners.add(owner.name);
        left.push(next);
      }
    }
  }
  return { errors, owners };
}

/** What each function was found to name, by its node: many functions lead to the same ones. */
const found = new WeakMap();

/** Functions, modifiers and errors that a function's body and modifiers name. */
function mentioned(node, nodes) {
  if (!found.has(node)) found.set(node, [...namedIn([node.body, node.modifiers], nodes)]);
  return found.get(node);
}

function* namedIn(value, nodes) {
  if (value === null || typeof value !== "object") return;
  for (const id of [value.referencedDeclaration, value.function]) {
    const entry = nodes.get(id);
    if (entry !== undefined && entry.node.nodeType !== "ContractDefinition") yield entry;
  }
  for (const child of Object.values(value)) yield* namedIn(child, nodes);
}

function isFunction(node) {
  return node.nodeType === "FunctionDefinition" && node.implemented;
}

/** By name, whatever its parameters; constructor, receive and fallback have none but their kind. */
function nameOf({ name, kind }) {
  return name === "" ? kind : name;
}
