// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

const ARTIFACTS = fileURLToPath(new URL("../../../artifacts", import.meta.url));

const variableShape = z.object({
  nodeType: z.literal("VariableDeclaration"),
  name: z.string(),
  mutability: z.enum(["mutable", "immutable", "constant"]),
  storageLocation: z.string(),
  typeDescriptions: z.object({ typeString: z.string() }),
});
const contractShape = z.object({
  nodeType: z.literal("ContractDefinition"),
  id: z.number(),
  name: z.string(),
  abstract: z.boolean(),
  contractKind: z.enum(["contract", "interface", "library"]),
  linearizedBaseContracts: z.array(z.number()),
  nodes: z.array(z.object({ nodeType: z.string() }).loose()),
});
const buildShape = z.object({
  output: z.object({
    sources: z.record(
      z.string(),
      z.object({ ast: z.object({ nodes: z.array(z.object({ nodeType: z.string() }).loose()) }) }),
    ),
  }),
});
type ContractNode = z.output<typeof contractShape>;

/** A deployable contract of ours, as the compiler understood it. */
export interface BuiltContract {
  readonly name: string;
  /** It and what it inherits from, by name. */
  readonly lineage: readonly string[];
  /** Variables that take storage, in the order of their slots: `Contract.variable type`. */
  readonly storage: readonly string[];
}

/** Contracts of `contracts/` that can be deployed, without mocks, read from what the last build left. */
export function builtContracts(): BuiltContract[] {
  const builds = new Map<string, ContractNode[]>();
  return artifactFiles().flatMap((file) => {
    const { contractName, buildInfoId } = artifactShape.parse(JSON.parse(readFileSync(file, "utf8")));
    const known = builds.get(buildInfoId) ?? contractsOf(buildInfoId);
    builds.set(buildInfoId, known);
    const found = known.find(({ name }) => name === contractName);
    if (found === undefined || found.abstract || found.contractKind !== "contract") return [];
    return [describeContract(found, new Map(known.map((node) => [node.id, node])))];
  });
}

const artifactShape = z.object({ contractName: z.string(), buildInfoId: z.string() });

function artifactFiles(): string[] {
  const folder = join(ARTIFACTS, "contracts");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && !file.startsWith("mocks") && basename(file) !== "artifacts.json")
    .map((file) => join(folder, file));
}

function contractsOf(buildInfoId: string): ContractNode[] {
  const text = readFileSync(join(ARTIFACTS, "build-info", `${buildInfoId}.output.json`), "utf8");
  const { output } = buildShape.parse(JSON.parse(text));
  return Object.values(output.sources).flatMap(({ ast }) =>
    ast.nodes.filter(({ nodeType }) => nodeType === "ContractDefinition").map((node) => contractShape.parse(node)),
  );
}

function describeContract(node: ContractNode, byId: ReadonlyMap<number, ContractNode>): BuiltContract {
  const lineage = node.linearizedBaseContracts.map((id) => byId.get(id)!);
  // The compiler gives slots to the most basic contract first.
  const storage = lineage.toReversed().flatMap((base) =>
    base.nodes
      .filter(({ nodeType }) => nodeType === "VariableDeclaration")
      .map((each) => variableShape.parse(each))
      .filter(({ mutability, storageLocation }) => mutability === "mutable" && storageLocation === "default")
      .map(({ name, typeDescriptions }) => `${base.name}.${name} ${typeDescriptions.typeString}`),
  );
  return { name: node.name, lineage: lineage.map(({ name }) => name), storage };
}
