// SPDX-License-Identifier: MIT

/** Options that change nothing of a study's answer. */
const ASIDE = new Set(["--json", "--out", "--workers"]);
const FLAGS = new Set(["--json"]);

/** The command that plays the run of a folder again, as it is pasted into a shell. Pure. */
export function replayCommand(folder: string): string {
  return `ballast simulate replay ${quoted(folder)}`;
}

/** The command that plays a run on the wire once more, which is another run. @param seconds Of the scenario. Pure. */
export function wireCommand(folder: string, seconds: number): string {
  return `ballast simulate run ${quoted(`${folder}/scenario.json`)} --wire --for ${seconds}s`;
}

/** The command that gives a study's answer again, without what changes nothing of it. @param args As they were typed. Pure. */
export function studyCommand(args: readonly string[]): string {
  const told: string[] = [];
  for (let place = 0; place < args.length; place++) {
    const argument = args[place]!;
    if (!ASIDE.has(argument.split("=")[0]!)) told.push(quoted(argument));
    else if (!FLAGS.has(argument) && !argument.includes("=")) place += 1; // its value goes with it
  }
  return ["ballast simulate", ...told].join(" ");
}

function quoted(text: string): string {
  return /^[\w.,:=/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
