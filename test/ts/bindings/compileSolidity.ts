// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { z } from "zod";

const require = createRequire(import.meta.url);
const solc: { compile(input: string, callbacks: object): string } = require("solc");
const compiledShape = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z
    .record(
      z.string(),
      z.record(z.string(), z.object({ evm: z.object({ methodIdentifiers: z.record(z.string(), z.string()) }) })),
    )
    .default({}),
});

/** What became of a source. */
export interface CompiledSolidity {
  readonly errors: readonly string[];
  /** Functions by contract. */
  readonly functions: Readonly<Record<string, string[]>>;
}

/** Compiles a source that imports packages of `modules` by path. */
export function compileSolidity(content: string, modules: string): CompiledSolidity {
  const settings = { outputSelection: { "*": { "*": ["evm.methodIdentifiers"] } } };
  const input = { language: "Solidity", sources: { source: { content } }, settings };
  const load = (path: string): { readonly contents: string } => ({
    contents: readFileSync(join(modules, path), "utf8"),
  });
  const { errors, contracts } = compiledShape.parse(JSON.parse(solc.compile(JSON.stringify(input), { import: load })));
  return {
    errors: errors.filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage),
    functions: Object.fromEntries(
      Object.entries(contracts["source"] ?? {}).map(([name, { evm }]) => [name, Object.keys(evm.methodIdentifiers)]),
    ),
  };
}
