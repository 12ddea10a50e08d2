// SPDX-License-Identifier: MIT
import type { Plugin } from "vite";

const FACTORY = /typechain-types\/factories\/.*\/(\w+)__factory\.ts$/;
const ABI = /const _abi = (\[[\s\S]*?\n\]) as const;/;

/** What a page leaves out of an interface: who deploys, and names of types that only people read. */
function slim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(slim);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "internalType" ? [] : [[key, slim(inner)]])),
  );
}

/** A generated factory without the bytecode, which a page that deploys nothing would load for nothing. */
export function interfaceOnly(name: string, code: string): string {
  const found = ABI.exec(code);
  if (found === null) throw new Error(`${name}: no interface in the generated factory`);
  const items = JSON.parse(found[1]!) as readonly { readonly type: string }[];
  const kept = items.filter(({ type }) => type !== "constructor");
  return [
    `import { Interface } from "ethers";`,
    `const abi = JSON.parse(${JSON.stringify(JSON.stringify(slim(kept)))});`,
    `export class ${name}__factory { static createInterface() { return new Interface(abi); } }`,
  ].join("\n");
}

/** Lets the page import the same interfaces as the programs. */
export function withoutBytecode(): Plugin {
  return {
    name: "without-bytecode",
    enforce: "pre",
    transform(code, id) {
      const name = FACTORY.exec(id)?.[1];
      return name === undefined ? undefined : { code: interfaceOnly(name, code), map: null };
    },
  };
}
