// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { judgeExpectations } from "../../../../scripts/simulator/scenario/judgeExpectations.ts";
import type { Expectation } from "../../../../scripts/simulator/scenario/Scenario.ts";

const summary = { verdict: "held", badDebt: { afterInsurance: 5 }, recoverySeconds: null } as unknown as RunSummary;
const judge = (expectation: Partial<Expectation> & { key: string }): boolean =>
  judgeExpectations([{ min: undefined, max: undefined, equals: undefined, ...expectation }], summary)[0]!.held;

describe("expectations", () => {
  it("hold within their bounds, ends included", () => {
    expect(judge({ key: "badDebt.afterInsurance", min: 5, max: 5 })).to.equal(true);
    expect(judge({ key: "badDebt.afterInsurance", max: 4.9 })).to.equal(false);
    expect(judge({ key: "badDebt.afterInsurance", min: 5.1 })).to.equal(false);
  });

  it("compare words", () => {
    expect(judge({ key: "verdict", equals: "held" })).to.equal(true);
    expect(judge({ key: "verdict", equals: "broken" })).to.equal(false);
  });

  it("take what never came for more than any number", () => {
    expect(judge({ key: "recoverySeconds", max: 1e12 })).to.equal(false);
  });

  it("say what was given and what was wanted", () => {
    const [verdict] = judgeExpectations(
      [{ key: "badDebt.afterInsurance", min: 1, max: 3, equals: undefined }],
      summary,
    );
    expect(verdict).to.deep.equal({
      key: "badDebt.afterInsurance",
      held: false,
      given: 5,
      wanted: "at least 1 and at most 3",
    });
  });
});
