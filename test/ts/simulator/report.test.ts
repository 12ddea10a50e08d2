// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { checkDemo } from "../../../scripts/simulator/checkDemo.ts";
import type { DemoRecord } from "../../../scripts/simulator/DemoRecord.ts";
import { reportHtml } from "../../../scripts/simulator/reportHtml.ts";
import { summarize } from "../../../scripts/simulator/summarize.ts";
import { demoRecord } from "./demoRecord.ts";

function pageOf(record: DemoRecord): string {
  const verdicts = checkDemo(record);
  return reportHtml({ record, verdicts, summary: summarize(record, verdicts), command: "npm start -- --seed 1" });
}

describe("report of a demonstration", () => {
  const page = pageOf(demoRecord());

  it("needs no network: no address, no script, nothing loaded", () => {
    assert.notMatch(page, /https?:|\/\/[a-z0-9]/i, "addresses");
    assert.notMatch(page, /<script|<link|<img|<iframe|@import|url\(|\ssrc=|\shref=/i, "loaded parts");
  });

  it("says first whether everything held", () => {
    assert.isBelow(page.indexOf("All checks held"), page.indexOf("<h2>"));
    const broken = pageOf(demoRecord({ unaccounted: 1n }));
    assert.include(broken, "1 of 44 checks did not hold");
    assert.notInclude(broken, "All checks held");
  });

  it("draws the truth, the median and every validator, with the faults shaded", () => {
    for (const name of [
      "true price",
      "published median",
      "ada",
      "ben",
      "cyd",
      "dov",
      "eve",
      "fay",
      "gus",
      "hal",
      "ivy",
    ])
      assert.include(page, `<title>${name}</title>`, name);
    assert.equal(page.match(/class="band liar"/g)?.length, 2, "the liar's window in both plots");
    assert.notInclude(page, "NaN");
    assert.notInclude(page, "undefined");
  });

  it("has a chapter about options, with a table of profits for each market", () => {
    assert.include(page, "<h2>Options and their expiry</h2>");
    assert.equal(page.match(/<td>together<\/td>/g)?.length, 2);
    assert.include(page, "<title>settlement price</title>");
  });

  it("has a chapter about the crash, with the modes under the price", () => {
    assert.include(page, "<h2>A crash</h2>");
    assert.include(page, 'class="strip halted"');
  });

  it("shows who lost what", () => {
    assert.include(page, '<td>gus</td><td>equivocation, correlated part</td><td class="number">42,860</td>');
  });

  it("follows the reader's colours and a phone's width", () => {
    assert.include(page, "prefers-color-scheme:dark");
    assert.include(page, "width=device-width");
    assert.include(page, 'name="color-scheme" content="light dark"');
  });

  it("escapes what it is given", () => {
    assert.include(page, "something &amp; &lt;something&gt; else");
  });

  it("can draw a run in which nothing landed", () => {
    const empty = pageOf(demoRecord({ rounds: [] }));
    assert.notInclude(empty, "NaN");
    assert.notInclude(empty, "Infinity");
  });
});
