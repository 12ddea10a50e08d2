// SPDX-License-Identifier: MIT
// A contract's page of the reference: what can be called, what is emitted, what is refused. Pure.

const KINDS = [
  ["function", "Functions", "methods"],
  ["event", "Events", "events"],
  ["error", "Errors", "errors"],
];

/** @param {string} name @param {import("./natSpec.mjs").Documented} contract @returns {string} Markdown. */
export function contractPage(name, { abi, devdoc, userdoc }) {
  const parts = [`# ${name}`, ...sentences(userdoc.notice, devdoc.details)];
  for (const [kind, title, key] of KINDS) {
    const entries = abi.filter(({ type }) => type === kind).sort((a, b) => a.name.localeCompare(b.name));
    if (entries.length === 0) continue;
    parts.push(
      `## ${title}`,
      ...entries.flatMap((entry) => entryText(entry, first(devdoc[key], entry), first(userdoc[key], entry))),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

function entryText(entry, dev = {}, user = {}) {
  const answers = (entry.outputs ?? []).map(shown).join(", ");
  const mutability = ["view", "pure", "payable"].includes(entry.stateMutability) ? ` ${entry.stateMutability}` : "";
  const given = (entry.inputs ?? []).map(shown).join(", ");
  const head = `${entry.name}(${given})${mutability}${answers === "" ? "" : ` returns (${answers})`}`;
  const named = [...Object.entries(dev.params ?? {}), ...Object.entries(dev.returns ?? {})];
  const list = named.map(([name, text]) => `- \`${name.startsWith("_") ? "returns" : name}\`: ${text}`).join("\n");
  return [
    `### \`${entry.name}\``,
    `\`\`\`solidity\n${head}\n\`\`\``,
    ...sentences(user.notice, dev.details),
    ...(list === "" ? [] : [list]),
  ];
}

/** Errors may be said several times over; the first is ours. */
function first(documented, entry) {
  const found = documented?.[signatureOf(entry)];
  return Array.isArray(found) ? found[0] : found;
}

function signatureOf({ name, inputs = [] }) {
  return `${name}(${inputs.map(typeOf).join(",")})`;
}

function typeOf({ type, components }) {
  return type.startsWith("tuple") ? `(${components.map(typeOf).join(",")})${type.slice("tuple".length)}` : type;
}

/** As the source says it: `struct IRisk.Reading reading`, `uint256 amount`. */
function shown({ internalType, type, name, indexed }) {
  return [internalType ?? type, indexed === true ? "indexed" : "", name].filter((part) => part !== "").join(" ");
}

function sentences(...texts) {
  return texts.filter((text) => text !== undefined && text !== "");
}
