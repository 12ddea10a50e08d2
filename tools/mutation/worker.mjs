// SPDX-License-Identifier: MIT
// A child process that compiles test files with one file replaced and runs them in Hardhat's EVM. It keeps the compiler and
// the EVM loaded; whoever started it ends it when a mutant runs for ever.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { compile, compilerSettings, errorsOf } from "../compiler.mjs";
import { root } from "../hardhat.mjs";
import { OUT_OF_MEMORY } from "./exitCodes.mjs";

// Hardhat's own EVM, of the version that Hardhat runs.
const hardhatRequire = createRequire(fileURLToPath(import.meta.resolve("hardhat")));
const edr = hardhatRequire("@nomicfoundation/edr");

const VERSION = createRequire(import.meta.url)("solc/package.json").version;
const HARDFORK = edr.PRAGUE; // that of compilerSettings.evmVersion
/** A test that needs more never ends; what the tests need is a good part less. */
const MOST_GAS = 400_000_000n;
/** Whatever fails is run once more with every step in memory, and a mutant that never ends has very many. */
const MOST_BYTES = 3 * 2 ** 30;
const MEMORY_POLL_MS = 100;
const CONTRACT = [
  "abi",
  "evm.bytecode.object",
  "evm.bytecode.linkReferences",
  "evm.deployedBytecode.object",
  "evm.deployedBytecode.linkReferences",
];
const context = new edr.EdrContext();
await context.registerSolidityTestRunnerFactory(edr.L1_CHAIN_TYPE, edr.l1SolidityTestRunnerFactory());

process.on("message", (request) => void answer(request).then((told) => process.send(told)));
process.on("disconnect", () => process.exit());
setInterval(() => process.memoryUsage.rss() > MOST_BYTES && process.exit(OUT_OF_MEMORY), MEMORY_POLL_MS);
process.send({ kind: "ready" });

/** @returns {Promise<object>} hashes of the tests' bytecode, and the first test that failed, if asked to run them */
async function answer({ tests, overlay, fuzzing, known }) {
  const settings = {
    ...compilerSettings,
    metadata: { appendCBOR: false, bytecodeHash: "none" }, // two texts of one meaning are one bytecode
    outputSelection: { "*": { "*": CONTRACT } },
  };
  const hashes = {};
  for (const test of tests) {
    const output = compile([test], settings, { overlay });
    const errors = errorsOf(output);
    if (errors.length > 0) return { kind: "refused", reason: errors[0] };
    const artifacts = artifactsOf(output);
    hashes[test] = hashOf(artifacts);
    if (fuzzing === undefined || hashes[test] === known?.[test]) continue;
    const failure = await firstFailure(test, artifacts, fuzzing);
    if (failure !== undefined) return { kind: "failed", by: `${test}: ${failure}` };
  }
  return { kind: "passed", hashes };
}

function artifactsOf(output) {
  return Object.entries(output.contracts).flatMap(([source, contracts]) =>
    Object.entries(contracts).map(([name, { abi, evm }]) => ({
      id: { name, solcVersion: VERSION, source },
      contract: {
        abi: JSON.stringify(abi),
        bytecode: `0x${evm.bytecode.object}`,
        linkReferences: evm.bytecode.linkReferences,
        deployedBytecode: `0x${evm.deployedBytecode.object}`,
        deployedLinkReferences: evm.deployedBytecode.linkReferences,
      },
    })),
  );
}

function hashOf(artifacts) {
  const hash = createHash("sha256");
  for (const { contract } of artifacts) hash.update(contract.bytecode);
  return hash.digest("hex");
}

/** @returns {Promise<string | undefined>} name of a test that fails */
async function firstFailure(test, artifacts, fuzzing) {
  const suites = artifacts
    .filter(({ id, contract }) => id.source === test && contract.bytecode !== "0x")
    .map(({ id }) => id);
  let failure;
  let left = suites.length;
  await new Promise((resolve, reject) => {
    const note = ({ testResults }) => {
      failure ??= testResults.find(({ status }) => status === "Failure")?.name;
      left -= 1;
      if (left === 0) resolve();
    };
    const tracing = { buildInfos: [], ignoreContracts: true };
    context
      .runSolidityTests(edr.L1_CHAIN_TYPE, artifacts, suites, runnerSettings(fuzzing), tracing, note)
      .catch(reject);
  });
  return failure;
}

function runnerSettings(fuzzing) {
  return {
    projectRoot: root,
    hardfork: HARDFORK,
    ...fuzzing,
    gasLimit: MOST_GAS,
    localPredeploys: edr.l1GenesisState(edr.l1HardforkFromString(HARDFORK)),
    disableBlockGasLimit: true,
    disableTransactionGasCap: true,
    collectStackTraces: edr.CollectStackTraces.OnFailure,
    testSourcePaths: {},
    fsPermissions: [],
  };
}
