// SPDX-License-Identifier: MIT
import { sourceText } from "../compiler.mjs";
import { nameOf } from "./sample.mjs";

/** Verdicts as they are published: counts by file and by operator, and every survivor with its explanation, if there is one. */
export function summarise(verdicts, explanations) {
  const survivors = verdicts
    .filter(({ verdict }) => verdict === "survived")
    .map(({ mutant }) => {
      const name = nameOf(mutant, lineText(mutant));
      return { name, file: mutant.file, line: mutant.line, reason: explanations[name] };
    });
  return {
    all: counted(verdicts),
    byFile: grouped(verdicts, ({ mutant }) => mutant.file),
    byOperator: grouped(verdicts, ({ mutant }) => mutant.operator),
    survivors,
  };
}

/** @returns {string} the summary as a Markdown page */
export function page(summary, { seed, count, pool }) {
  const { all, byFile, byOperator, survivors } = summary;
  return [
    "# Mutants",
    "",
    "Written by `npm run mutate -- --write`; docs/VERIFICATION.md says how to read it.",
    "",
    `Seed \`${seed}\`, ${count} mutants of ${pool} that the operators make of the libraries below.`,
    `**${all.killed} of ${all.killed + all.survived} killed, ${all.score}.** ${all.equal} more compile to what the library was,`,
    `${all.refused} do not compile, and ${all.crashed} ended compiler or EVM; none of these count.`,
    "",
    ...table("library", byFile),
    "",
    ...table("operator", byOperator),
    "",
    "## Survivors",
    "",
    "| mutant | why no test notices |",
    "| --- | --- |",
    ...survivors.map(({ name, reason }) => `| \`${name.replaceAll("|", "\\|")}\` | ${reason ?? "not explained"} |`),
    "",
  ].join("\n");
}

function table(title, groups) {
  const rows = Object.entries(groups).map(
    ([name, { killed, survived, equal, refused, score }]) =>
      `| ${name} | ${killed} | ${survived} | ${equal} | ${refused} | ${score} |`,
  );
  return [
    `| ${title} | killed | survived | equal | refused | score |`,
    "| --- | --: | --: | --: | --: | --: |",
    ...rows,
  ];
}

function grouped(verdicts, keyOf) {
  const groups = Object.groupBy(verdicts, keyOf);
  return Object.fromEntries(
    Object.keys(groups)
      .sort()
      .map((key) => [key, counted(groups[key])]),
  );
}

function counted(verdicts) {
  const number = (kind) => verdicts.filter(({ verdict }) => verdict === kind).length;
  const [killed, survived] = [number("killed"), number("survived")];
  const score = killed + survived === 0 ? "–" : `${((100 * killed) / (killed + survived)).toFixed(1)} %`;
  return { killed, survived, equal: number("equal"), refused: number("refused"), crashed: number("crashed"), score };
}

function lineText({ file, line }) {
  return sourceText(file).split("\n")[line - 1];
}
