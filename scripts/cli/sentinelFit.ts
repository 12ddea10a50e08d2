// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";
import { relative } from "node:path";

import { Command } from "commander";

import { SeededRandom } from "../chain/SeededRandom.ts";
import { FAMILIES } from "../model/sentinel/study/families.ts";
import type { Part } from "../model/sentinel/study/families.ts";
import { fitWeights } from "../model/sentinel/study/fitWeights.ts";
import { judgeDetectors, trainDetectors } from "../model/sentinel/study/judgeDetectors.ts";
import { probeWeights } from "../model/sentinel/study/probe.ts";
import { playStudy } from "../model/sentinel/study/samples.ts";
import type { StudyEpisode } from "../model/sentinel/study/samples.ts";
import { studyTable } from "../sentinel/studyTable.ts";
import type { JudgedGroup } from "../sentinel/studyTable.ts";
import { contentOf, hashOfWeights, SHIPPED_WEIGHTS, weightsText } from "../sentinel/weightsFile.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { EXIT } from "./exitCodes.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  readonly seed: number;
  readonly episodes: number;
  readonly horizon: number;
  readonly out: string;
  readonly perFamily?: boolean;
}

const ROUND_SECONDS = 15;
const LARGEST_SEED = 2 ** 30;
const PROBED_FAMILY = "slowLoss";

function parseOptions(): Options {
  return new Command("npm run sentinel:fit --")
    .description(
      "Plays seeded lives of a feed in families of trouble, fits the sentinel's model on the training families, judges it and " +
        "simpler detectors on the others, and writes the weights file. Some minutes; the same options give the same file.",
    )
    .option("--seed <n>", "seed of all episodes", wholeNumber(0, LARGEST_SEED), 1)
    .option("--episodes <n>", "episodes of six hours, of each family", wholeNumber(1, 1_000), 100)
    .option("--horizon <seconds>", "an outage is to be foreseen so long before", wholeNumber(60, 3_600), 600)
    .option("--out <file>", "where the weights go", SHIPPED_WEIGHTS)
    .option("--per-family", "judge each family alone too")
    .addHelpText("after", "\nExit codes: 0 done, 2 arguments, 3 infrastructure, 130 Ctrl-C, 143 SIGTERM.")
    .exitOverride()
    .parse()
    .opts<Options>();
}

async function fit(options: Options, progress: ProgressLine): Promise<number> {
  const { seed, episodes, out } = options;
  const horizonRounds = Math.max(1, Math.floor(options.horizon / ROUND_SECONDS));
  const plan = { seed, episodes, horizonRounds };
  const played = playStudy(plan, unitsOf, (done, of) =>
    progress.show(done, of + 1, `families played: ${done} of ${of}`),
  );
  progress.end();
  const partOf = (part: Part): StudyEpisode[] => played.filter((episode) => episode.part === part);
  const training = partOf("train");
  const learned = fitWeights(training, horizonRounds);
  const families = { train: namesOf("train"), test: namesOf("test"), hidden: namesOf("hidden") };
  const probe = probeWeights(learned.weights, PROBED_FAMILY, seed, unitsOf);
  const content = contentOf(learned.weights, { seed, episodes, families, probe });
  await writeFile(out, weightsText(content));

  const groups = [
    { title: "Test families", episodes: partOf("test") },
    { title: "Hidden family", episodes: partOf("hidden") },
    { title: "Training families", episodes: training },
    ...(options.perFamily === true
      ? FAMILIES.map(({ name }) => ({ title: name, episodes: played.filter(({ family }) => family === name) }))
      : []),
  ];
  const trained = trainDetectors(learned, training, horizonRounds);
  const judged: JudgedGroup[] = groups.map((group) => ({
    title: group.title,
    judgements: judgeDetectors(trained, group.episodes, horizonRounds),
  }));
  process.stdout.write(`${studyTable(judged)}\n`);
  process.stdout.write(`${relative(process.cwd(), out)}: ${hashOfWeights(content)}\n`);
  return EXIT.ok;
}

function unitsOf(seed: number): SeededRandom {
  return new SeededRandom(seed);
}

function namesOf(part: Part): string[] {
  return FAMILIES.filter((family) => family.part === part).map(({ name }) => name);
}

await runInterruptible(
  "sentinelFit",
  async (interruption) => interruption.race(fit(parseOptions(), new ProgressLine(process.stderr))),
  "nothing was written.",
);
