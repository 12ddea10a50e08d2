// SPDX-License-Identifier: MIT
// Proves the properties of test/smt with the compiler's model checker and Z3: `npm run prove`. With `--break` it changes the code
// under each of them and demands that none is proven any more; `--only <part of a name>` picks contracts.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

import { compile, errorsOf, parse, sourceText } from "./compiler.mjs";
import { proofs } from "./proofs/properties.mjs";

const SOLVER = fileURLToPath(new URL("proofs/z3.mjs", import.meta.url));
/** Packages whose assembly the model checker cannot read, and what stands for them (docs/VERIFICATION.md). */
const MODELS = {
  "solady/src/utils/FixedPointMathLib.sol": "test/smt/models/FixedPointMathLib.sol",
};
const WORDS = { safe: "proven", happens: "REFUTED" };

const { values: options } = parseArgs({
  options: { break: { type: "boolean", default: false }, only: { type: "string", default: "" } },
});
const started = Date.now();
const wanted = options.break ? "REFUTED" : "proven";
let [counted, failed] = [0, 0];
for (const proof of proofs.filter(({ contract }) => contract.includes(options.only))) {
  for (const [name, verdict] of verdictsOf(proof, options.break ? proof.breaks : [])) {
    counted += 1;
    if (verdict !== wanted) failed += 1;
    console.log(`${verdict === wanted ? " " : "!"} ${verdict.padEnd(8)} ${proof.contract}.${name}`);
  }
}
console.log(
  `${counted - failed} of ${counted} ${options.break ? "refuted in broken code" : "proven"}, ${((Date.now() - started) / 1000).toFixed(0)} s`,
);
process.exit(failed === 0 ? 0 : 1);

/** @returns {[string, string][]} each property by the name of its function, with what the solver says of all its assertions */
function verdictsOf({ file, contract }, breaks) {
  const overlay = Object.fromEntries(Object.entries(MODELS).map(([name, model]) => [name, sourceText(model)]));
  for (const change of breaks) overlay[change.file] = changed(overlay[change.file] ?? sourceText(change.file), change);
  const text = overlay[file] ?? sourceText(file);
  const checker = {
    engine: "bmc",
    contracts: { [file]: [contract] },
    solvers: ["smtlib2"],
    targets: ["assert"],
    showProvedSafe: true,
    showUnproved: true,
  };
  const output = compile([file], { modelChecker: checker, outputSelection: {} }, { overlay, smtSolver });
  const errors = errorsOf(output);
  if (errors.length > 0) throw new Error(errors[0]);
  return propertiesOf(file, contract, text).map(({ name, start, end, assertions }) => {
    const told = output.errors.filter(
      ({ message, sourceLocation }) =>
        /^BMC: .*ssert/.test(message) &&
        sourceLocation?.file === file &&
        sourceLocation.start >= start &&
        sourceLocation.end <= end,
    );
    const words = told.map(
      ({ message }) => Object.entries(WORDS).find(([word]) => message.includes(word))?.[1] ?? "unknown",
    );
    return [name, wordOf(words, assertions)];
  });
}

/** One refuted assertion refutes; all must be proven, and none be overlooked. */
function wordOf(words, assertions) {
  if (words.includes("REFUTED")) return "REFUTED";
  return words.length >= assertions && words.every((word) => word === "proven") ? "proven" : "unknown";
}

function propertiesOf(file, contract, text) {
  const definition = parse(file, text).nodes.find(({ name }) => name === contract);
  const bytes = Buffer.from(text, "utf8");
  return definition.nodes
    .filter(({ nodeType, visibility }) => nodeType === "FunctionDefinition" && visibility === "external")
    .map(({ name, src }) => {
      const [start, length] = src.split(":").map(Number);
      const assertions = bytes.toString("utf8", start, start + length).split("assert(").length - 1;
      return { name, start, end: start + length, assertions };
    });
}

function changed(text, { file, from, to }) {
  if (text.split(from).length !== 2) throw new Error(`${file} must hold exactly once: ${from}`);
  return text.replace(from, () => to);
}

function smtSolver(query) {
  const { stdout, status } = spawnSync(process.execPath, [SOLVER], { input: query, encoding: "utf8" });
  return { contents: status === 0 ? stdout : "unknown" };
}
