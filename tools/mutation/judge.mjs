// SPDX-License-Identifier: MIT
import { parse, sourceText } from "../compiler.mjs";
import { bodyAround, mutated } from "./operators.mjs";

/**
 * What became of each mutant. *Killed*: a test failed, or ran for ever. *Equal*: the tests' bytecode is what it was although
 * they reach the function, so that no test could ever tell. *Refused*: it does not compile. *Crashed*: compiler or EVM ended
 * with it, and nobody knows. *Survived*: all else.
 * @param {import("./operators.mjs").Mutation[]} mutants
 * @param {Map<string, string[]>} testsOf
 * @param {import("./Pool.mjs").Pool} pool
 * @param {object} fuzzing settings of the test runner
 * @param {(done: number, verdict: object) => void} onVerdict
 */
export async function judge(mutants, testsOf, pool, fuzzing, onVerdict) {
  const known = await hashesOf([...new Set(mutants.flatMap(({ file }) => testsOf.get(file)))], pool, fuzzing);
  const question = (mutant) => {
    const overlay = { [mutant.file]: mutated(sourceText(mutant.file), mutant) };
    return { tests: testsOf.get(mutant.file), overlay, fuzzing, known };
  };
  let done = 0;
  const note = (answer, index) => onVerdict(++done, { mutant: mutants[index], ...verdictOf(answer) });
  const answers = await pool.askAll(mutants.map(question), note);
  const verdicts = answers.map((answer, index) => ({ mutant: mutants[index], ...verdictOf(answer, known) }));
  await sortOutEqual(verdicts, testsOf, pool, known);
  return verdicts;
}

/** Bytecode of the tests as they are; they must pass, or nothing they say of a mutant means anything. */
async function hashesOf(tests, pool, fuzzing) {
  const answers = await pool.askAll(tests.map((test) => ({ tests: [test], overlay: {}, fuzzing })));
  const broken = answers.filter(({ kind }) => kind !== "passed");
  if (broken.length > 0) throw new Error(`the tests fail without any mutant: ${JSON.stringify(broken)}`);
  return Object.assign({}, ...answers.map(({ hashes }) => hashes));
}

function verdictOf(answer, known) {
  if (answer.kind === "failed") return { verdict: "killed", by: answer.by };
  if (answer.kind === "endless") return { verdict: "killed", by: "ran for ever" };
  if (answer.kind === "refused" || answer.kind === "crashed") return { verdict: answer.kind };
  const isSame = known !== undefined && Object.entries(answer.hashes).every(([test, hash]) => hash === known[test]);
  return { verdict: isSame ? "same" : "survived" };
}

/** Same bytecode is no evidence where the tests never reach the function: there a plain `assert(false)` leaves it the same too. */
async function sortOutEqual(verdicts, testsOf, pool, known) {
  const same = verdicts.filter(({ verdict }) => verdict === "same");
  const probes = same.map(({ mutant }) => {
    const text = sourceText(mutant.file);
    const start = bodyAround(parse(mutant.file, text), mutant);
    if (start === undefined) return undefined;
    const overlay = { [mutant.file]: mutated(text, { start, end: start, after: " assert(false); " }) };
    return { tests: testsOf.get(mutant.file), overlay };
  });
  const asked = probes.filter((probe) => probe !== undefined);
  const answers = await pool.askAll(asked);
  for (const [index, verdict] of same.entries()) {
    const answer = probes[index] === undefined ? undefined : answers[asked.indexOf(probes[index])];
    const isReached =
      answer?.kind === "passed" && Object.entries(answer.hashes).some(([test, hash]) => hash !== known[test]);
    verdict.verdict = isReached ? "equal" : "survived";
  }
}
