// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { replayCommand, studyCommand } from "../../../../scripts/simulator/study/print/commandText.ts";

describe("commands that are printed", () => {
  it("quote what a shell would take apart, and nothing else", () => {
    expect(replayCommand("runs/day-7")).to.equal("ballast simulate replay runs/day-7");
    expect(replayCommand("my runs/it's")).to.equal(String.raw`ballast simulate replay 'my runs/it'\''s'`);
  });

  it("leave out what changes nothing of a study's answer", () => {
    const given = ["sweep", "a.yaml", "--grid", "validators.count=4:13:4", "--seeds", "5"];
    const aside = ["--workers", "2", "--json", "--out", "x.json", "--workers=3", "--out=y.json"];
    const whole = `ballast simulate ${given.join(" ")}`;
    expect(studyCommand([...given, ...aside])).to.equal(whole);
    expect(studyCommand([...aside, ...given])).to.equal(whole);
  });
});
