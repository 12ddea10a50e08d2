// SPDX-License-Identifier: MIT
// What is wrong between trees, contracts and tests. Pure.

/** Whose code runs on whose storage by delegatecall: together they are one contract for whoever calls it. */
const MODULES = {
  Clearinghouse: ["BookModule", "MoveModule", "FillModule", "LiquidationModule", "SettlementModule", "ViewModule"],
};
/** Names of errors in a leaf: ours have an underscore, others are what it "refuses with". */
const ERROR = /\b[A-Z]\w*_[A-Z]\w*|(?<=\brefuses with )\w+/g;

/**
 * @param {Map<string, ReturnType<typeof import("./parse.mjs").parseTree>>} trees by file
 * @param {Map<string, import("./contracts.mjs").ContractFacts>} contracts by name
 * @param {ReturnType<typeof import("./titles.mjs").testsIn>} tests
 * @returns {string[]} complaints, `file:line: what`; of what no tree tells, the contract's file
 */
export function complaintsAbout(trees, contracts, tests) {
  const told = [...trees].flatMap(([file, tree]) => {
    const found = [...tree.complaints, ...aboutRoots(file, tree, contracts), ...aboutLeaves(tree, contracts, tests)];
    return found.sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`);
  });
  const byContract = new Map([...trees.values()].map((tree) => [tree.contract, tree]));
  const deployed = [...contracts.values()].filter(({ isDeployed }) => isDeployed);
  return [...told, ...deployed.flatMap((contract) => untold(contract, byContract))];
}

function aboutRoots(file, tree, contracts) {
  const contract = contracts.get(tree.contract);
  if (contract === undefined) return [{ line: 1, text: `there is no contract ${tree.contract}` }];
  const place = `test/trees/${contract.file.split("/")[1]}/${contract.name}.tree`;
  if (file !== place) return [{ line: 1, text: `belongs into ${place}` }];
  return tree.roots.flatMap(({ line, functions }) =>
    functions
      .filter((name) => !contract.functions.has(name))
      .map((name) => ({ line, text: `${tree.contract} has no function ${name}` })),
  );
}

function aboutLeaves(tree, contracts, { faultOf, mentions }) {
  const ends = contracts.get(tree.contract)?.functions ?? new Map();
  return tree.leaves.flatMap(({ line, functions, text, references }) => {
    const canEnd = (error) => functions.some((name) => ends.get(name)?.has(error) ?? false);
    const faults = references.map(faultOf).filter((fault) => fault !== undefined);
    const errors = errorsIn(text);
    const never = errors.filter((error) => !canEnd(error));
    const unseen = errors.filter((error) => canEnd(error) && !references.some(({ file }) => mentions(file, error)));
    const complaints = [
      ...faults,
      ...never.map((error) => `${functions.join(", ")} of ${tree.contract} never ends with ${error}`),
      ...(faults.length > 0 ? [] : unseen.map((error) => `no test of the leaf's files expects ${error}`)),
    ];
    return complaints.map((complaint) => ({ line, text: complaint }));
  });
}

/**
 * What no tree tells of a contract. Functions may have their root in the tree of a part, or of the contract they run on. Errors
 * are named below each function that can end with them, or in the tree of a part, for all that use it.
 */
function untold({ name, file, parts, acts, errors, functions }, trees) {
  const leavesOf = (contract) => trees.get(contract)?.leaves ?? [];
  const own = leavesOf(name);
  const shared = namedIn([...parts].filter((part) => part !== name).flatMap(leavesOf));
  const missing = (found, leaves) => {
    const named = namedIn(leaves);
    return [...found].filter((error) => errors.has(error) && !shared.has(error) && !named.has(error));
  };
  const family = [...parts, ...(MODULES[name] ?? []), ...hostsOf(name)];
  const rooted = new Set(family.flatMap((part) => trees.get(part)?.roots.flatMap((root) => root.functions) ?? []));
  const ofActs = [...acts].flatMap((act) => {
    if (!rooted.has(act)) return [`${act} of ${name} has no root in a tree`];
    const below = own.filter((leaf) => leaf.functions.includes(act));
    return missing(functions.get(act), below).map((error) => `no leaf of ${act} of ${name} names ${error}`);
  });
  const elsewhere = [...errors].filter((error) => ![...acts].some((act) => functions.get(act).has(error)));
  const ofOthers = missing(elsewhere, own).map((error) => `no leaf of ${name} names ${error}`);
  return [...ofActs, ...ofOthers].map((complaint) => `${file}: ${complaint}`);
}

function namedIn(leaves) {
  return new Set(leaves.flatMap(({ text }) => errorsIn(text)));
}

function errorsIn(text) {
  return text.match(ERROR) ?? [];
}

function hostsOf(module) {
  return Object.keys(MODULES).filter((host) => MODULES[host].includes(module));
}
