// SPDX-License-Identifier: MIT
// The part of the package's TypeScript that follows from the compiled contracts.
import { knownDeployments } from "./deployments.mjs";
import { minimalAbi } from "./minimalAbi.mjs";
import { publishedContracts } from "./published.mjs";
import { allErrors, noticesOfErrors } from "./refusals.mjs";

const HEAD = "// SPDX-License-Identifier: MIT\n// Generated from the compiled contracts; not kept in the repository.\n";

/**
 * Files by their path below `bindings/generated`. Each ABI is a file of its own, so that whoever bundles takes what he uses.
 * @returns {Map<string, string>}
 */
export function generatedSources() {
  const contracts = publishedContracts();
  const abis = [
    ...contracts.map(({ key, abi }) => ({ key, abi: minimalAbi(abi) })),
    { key: "errors", abi: allErrors() },
  ];
  return new Map([
    ...abis.map(({ key, abi }) => [`abi/${key}.ts`, constant(`${key}Abi`, abi)]),
    ["abi.ts", `${HEAD}${abis.map(({ key }) => `export { ${key}Abi } from "./abi/${key}.ts";\n`).join("")}`],
    ["contracts.ts", contractsModule(contracts)],
    ["deployments.ts", constant("deployments", knownDeployments())],
    ["errorNotices.ts", constant("errorNotices", Object.fromEntries(noticesOfErrors()))],
  ]);
}

function constant(name, value) {
  return `${HEAD}export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
}

function contractsModule(contracts) {
  const imports = contracts.map(
    ({ name, key, types }) =>
      `import type { ${name} } from "../../${types}";\nimport { ${key}Abi } from "./abi/${key}.ts";\n`,
  );
  const factories = contracts.map(
    ({ name, key, types }) =>
      `export type { ${name} };\nexport type * as ${name}Types from "../../${types}";\n` +
      `/** Connects to a ${name}. */\n` +
      `export const ${name}__factory = /* @__PURE__ */ contractFactory<${name}, typeof ${key}Abi>(${key}Abi);\n`,
  );
  return `${HEAD}import { contractFactory } from "../contractFactory.ts";\n${imports.join("")}\n${factories.join("\n")}`;
}
