// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { expect } from "chai";

import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import { fitWeights } from "../../../../scripts/model/sentinel/study/fitWeights.ts";
import { FAMILIES } from "../../../../scripts/model/sentinel/study/families.ts";
import { judgeDetectors, trainDetectors } from "../../../../scripts/model/sentinel/study/judgeDetectors.ts";
import { probeWeights } from "../../../../scripts/model/sentinel/study/probe.ts";
import { playStudy } from "../../../../scripts/model/sentinel/study/samples.ts";
import {
  contentOf,
  parseWeights,
  readWeights,
  SHIPPED_WEIGHTS,
  weightsText,
} from "../../../../scripts/sentinel/weightsFile.ts";

const HORIZON = 40;
const unitsOf = (seed: number): SeededRandom => new SeededRandom(seed);

/** A study small enough for a test. */
function smallStudy() {
  const played = playStudy({ seed: 5, episodes: 2, horizonRounds: HORIZON }, unitsOf);
  const training = played.filter(({ part }) => part === "train");
  const learned = fitWeights(training, HORIZON);
  const families = { train: [], test: [], hidden: [] };
  const probe = { ...probeWeights(learned.weights, "slowLoss", 5, unitsOf), risks: [] };
  return {
    played,
    training,
    learned,
    text: weightsText(contentOf(learned.weights, { seed: 5, episodes: 2, families, probe })),
  };
}

describe("Weights of the sentinel", () => {
  it("are the ones that were fitted: the hash of the shipped file is its content's", async () => {
    const { hash, weights } = await readWeights(SHIPPED_WEIGHTS);

    expect(hash).to.match(/^0x[0-9a-f]{64}$/);
    expect(await readFile(SHIPPED_WEIGHTS, "utf8"), "letter by letter").to.include(`"hash": "${hash}"\n}\n`);
    expect(Math.min(...weights.model.coefficients), "no reading that worsens lowers the risk").to.be.at.least(0);
  });

  it("give the recorded risks in the recorded episode", async () => {
    const { weights, study } = await readWeights(SHIPPED_WEIGHTS);
    const { family, seed, risks } = study.probe;

    expect(risks.length, "recorded").to.be.above(10);
    expect(probeWeights(weights, family, seed, unitsOf).risks).to.deep.equal(risks);
  });

  it("are named after the families that the study still has", async () => {
    const { study } = await readWeights(SHIPPED_WEIGHTS);
    for (const part of ["train", "test", "hidden"] as const) {
      const names = FAMILIES.filter((family) => family.part === part).map(({ name }) => name);
      expect(study.families[part], part).to.deep.equal(names);
    }
  });

  it("are refused when somebody changed them", async () => {
    const text = await readFile(SHIPPED_WEIGHTS, "utf8");
    const changed = text.replace(/"intercept": -\d/, '"intercept": -1');

    expect(changed, "changed").not.to.equal(text);
    for (const wrong of [changed, "{}", "no json"])
      expect(() => parseWeights(wrong, "file"), wrong.slice(0, 20))
        .to.throw()
        .with.property("code", "weightsInvalid");
  });

  it("come out the same when a study is played again, and tell trouble from calm", () => {
    const first = smallStudy();
    const judged = judgeDetectors(trainDetectors(first.learned, first.training, HORIZON), first.training, HORIZON);

    expect(smallStudy().text).to.equal(first.text);
    expect(judged.map(({ detector }) => detector)).to.deep.equal(["participation", "EWMA", "CUSUM", "logistic"]);
    const logistic = judged.at(-1)!;
    expect(logistic.area, "area under the curve").to.be.above(0.6);
    expect(logistic.asShipped.falseAlarmsADay, "within the budget").to.be.at.most(2);
  });
});
