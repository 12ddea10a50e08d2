// SPDX-License-Identifier: MIT
// What is wrong between trees, contracts and tests. Pure.

/** Whose code runs on whose storage by delegatecall: together they are one contract for whoever calls it. */
const MODULES = {
  Clearinghouse: ["BookModule", "MoveModule", "FillModule", "LiquidationModule", "SettlementModule", "ViewModule"],
};
const WORD = /\b[A-Z]\w*\b/g;

/**
 * @param {Map<string, ReturnType<typeof import("./parse.mjs").parseTree>>} trees by file
 * @param {Map<string, import("./contracts.mjs").ContractFacts>} contracts by name
 * @param {(reference: import("./parse.mjs").Reference) => string | undefined} faultOf what is wrong with a reference to a test
 * @returns {string[]} complaints, `file:line: what`
 */
export function complaintsAbout(trees, contracts, faultOf) {
  const known = new Set([...contracts.values()].flatMap(({ errors }) => [...errors]));
  const found = [...trees].flatMap(([file, tree]) => {
    const said = [...tree.complaints, ...aboutContract(file, tree, contracts), ...aboutLeaves(tree, contracts, known, faultOf)];
    return said.sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`);
  });
  const byContract = new Map([...trees.values()].map((tree) => [tree.contract, tree]));
  const deployed = [...contracts.values()].filter(({ isDeployed }) => isDeployed);
  return [...found, ...deployed.flatMap((contract) => whatIsMissing(contract, byContract))];
}

function aboutContract(file, tree, contracts) {
  const contract = contracts.get(tree.contract);
  if (contract === undefined) return [{ line: 1, text: `there is no contract ${tree.contract}` }];
  if (!file.endsWith(`/${tree.contract}.tree`)) return [{ line: 1, text: `a tree is named as its contract, ${tree.contract}` }];
  return tree.roots.flatMap(({ line, functions }) =>
    functions
      .filter((name) => !contract.functions.has(name))
      .map((name) => ({ line, text: `${tree.contract} has no function ${name}` })),
  );
}

function aboutLeaves(tree, contracts, known, faultOf) {
  const own = contracts.get(tree.contract)?.errors ?? new Set();
  return tree.leaves.flatMap(({ line, text, references }) => {
    const errors = (text.match(WORD) ?? []).filter((word) => (word.includes("_") || known.has(word)) && !own.has(word));
    const wrong = errors.map((name) => `${tree.contract} never ends with ${name}`);
    const unknown = references.map(faultOf).filter((fault) => fault !== undefined);
    return [...wrong, ...unknown].map((complaint) => ({ line, text: complaint }));
  });
}

/** A contract's behaviour may be told in its own tree and in those of its parts. */
function whatIsMissing(contract, trees) {
  const family = [...contract.parts, ...(MODULES[contract.name] ?? []), ...hostsOf(contract.name)];
  const own = [...contract.parts].map((name) => trees.get(name)).filter((tree) => tree !== undefined);
  const rooted = new Set(family.flatMap((name) => trees.get(name)?.roots.flatMap(({ functions }) => functions) ?? []));
  const named = new Set(own.flatMap(({ leaves }) => leaves.flatMap(({ text }) => text.match(WORD) ?? [])));
  return [
    ...[...contract.acts].filter((name) => !rooted.has(name)).map((name) => `${contract.name}: ${name} has no root in a tree`),
    ...[...contract.errors].filter((name) => !named.has(name)).map((name) => `${contract.name}: no leaf names ${name}`),
  ];
}

function hostsOf(module) {
  return Object.keys(MODULES).filter((host) => MODULES[host].includes(module));
}
