// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { assert } from "chai";

import { readRun } from "../../../../scripts/simulator/report/readRun.ts";
import { reportOf, writeReport, writeRunReport } from "../../../../scripts/simulator/report/writeReport.ts";
import { plainSummary } from "../study/plainSummary.ts";
import { codeOf, HOSTILE } from "./hostile.ts";
import { writeRunFolder } from "./runFolder.ts";
import type { RunPlan } from "./runFolder.ts";
import { expectNear } from "../../model/expectNear.ts";

const MOST_BYTES = 1_500_000;

describe("Report of the simulator", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const pageOf = async (plan: RunPlan = {}): Promise<string> => {
    await writeRunFolder(folder, plan);
    return reportOf([folder]);
  };

  describe("of a run", () => {
    it("says first that it held, and how it is played again", async () => {
      const page = await pageOf();
      const lead = page.slice(page.indexOf("<h1>"), page.indexOf("<h2>"));

      assert.include(lead, `class="verdict held"`);
      assert.include(lead, "Held over 300 blocks. Invariants looked at: 2. Expectations: 0.");
      assert.include(lead, "<code>ballast simulate run plain --seed 1</code>");
    });

    it("names of a broken run what broke, and of it the block that came first", async () => {
      const invariants = [
        { id: "S1", held: true, checks: 300 },
        { id: "L2", held: false, checks: 300, firstViolation: { block: 200, detail: "writer-3 waits" } },
        { id: "S3", held: false, checks: 300, firstViolation: { block: 120, detail: "writer-1 was healthy" } },
      ];
      const expectations = [{ key: "badDebt.absolute", held: false, wanted: "at most 0", given: 12.5 }];
      const page = await pageOf({ summary: { verdict: "broken", invariants }, expectations });
      const lead = page.slice(page.indexOf("<h1>"), page.indexOf("<h2>"));

      assert.include(lead, "Broken. L2, S3, badDebt.absolute did not hold.");
      assert.include(lead, "First S3, in block 120: writer-1 was healthy");
      assert.include(page, "<td>broken</td><td>badDebt.absolute</td><td>at most 0</td><td>12.5</td>");
    });

    it("needs no network and runs nothing", async () => {
      const page = await pageOf();

      assert.notMatch(page, /https?:|\/\/[a-z0-9]/i, "addresses");
      assert.notMatch(page, /<script|<link|<img|<iframe|@import|url\(|\ssrc=|\shref=|\son[a-z]+=/i, "loaded parts");
      assert.include(page, "default-src 'none'");
    });

    it("takes all text of files as text", async () => {
      const page = await pageOf({
        summary: {
          scenario: HOSTILE,
          verdict: "broken",
          invariants: [{ id: HOSTILE, held: false, checks: 1, firstViolation: { block: 1, detail: HOSTILE } }],
          settlement: { series: 1, rungs: { [HOSTILE]: 1 }, delaySeconds: { max: 1 }, haircuts: [] },
          modes: {
            ...plainSummary().modes,
            transitions: [{ at: 5, feed: HOSTILE, from: "normal", to: "halted", cause: HOSTILE }],
          },
          slashing: {
            ...plainSummary().slashing,
            byzantine: 1,
            events: [{ at: 1, validator: HOSTILE, fault: HOSTILE, amount: 1 }],
          },
        },
        feeds: [HOSTILE.replaceAll(",", "")],
        events: [
          { at: 1, kind: HOSTILE },
          { at: 2, kind: "faultBegin", fault: HOSTILE, type: HOSTILE },
        ],
        expectations: [{ key: HOSTILE, held: false, wanted: HOSTILE, given: HOSTILE }],
        manifest: { [HOSTILE]: HOSTILE, replay: HOSTILE },
      });

      assert.notInclude(page, "<script");
      assert.notInclude(page, "<img");
      assert.include(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
    });

    it("draws truth, publication and every validator, with the fault behind them and the mode below", async () => {
      const modes = {
        ...plainSummary().modes,
        transitions: [{ at: 900, feed: "ETH-USD", from: "normal", to: "halted", cause: "jump" } as const],
      };
      const page = await pageOf({ summary: { modes } });

      for (const name of ["true price", "published price", "validator-0", "validator-3"])
        assert.include(page, `<title>${name}</title>`, name);
      assert.include(page, `class="band relayer"`);
      assert.include(page, ">net.delay</text>");
      assert.include(page, `class="strip halted"`);
      assert.notMatch(page, /NaN|undefined|Infinity|\[object/);
    });

    it("measures each price against the truth of its moment, and draws apart what is far off", async () => {
      await writeRunFolder(folder, { spike: { block: 200, price: 9_000 } });
      const { series } = await readRun(folder);
      const distances = series.find(({ name }) => name === "ETH-USD oracle bps away")!.points.map(([, y]) => y!);
      const truth = 3_000 - (1_000 * 200) / 300 + 20 * Math.sin(200 / 7);

      expectNear(Math.max(...distances), "the farthest", (9_000 / truth - 1) * 10_000, 1e-6);
      assert.isBelow(Math.min(...distances), 9);
      assert.notInclude(await reportOf([folder]), "however far off");
      await writeFile(
        join(folder, "series.csv"),
        "seconds,ETH-USD true,ETH-USD oracle,ETH-USD liar\n0,3000,3000,3000\n12,3000,3000,6000\n",
      );
      assert.include(await reportOf([folder]), "however far off");
    });

    it("shows every part that a risk engineer looks for", async () => {
      const page = await pageOf();
      const heads = ["Expectations", "Invariants", "Prices, faults and modes", "Health", "Liquidations", "Losses"];

      for (const head of [...heads, "Keepers", "Worst accounts", "What this does not show", "How to reproduce"])
        assert.include(page, `<h2>${head}</h2>`, head);
      assert.include(page, "Books that were flagged and found a bidder: 1; the slowest after 3 blocks.");
      assert.include(
        page,
        "before: with the first shorts, 0 of 11; at the worst moment, 2 of 11; after: at the end, 1 of 10",
      );
      assert.include(page, "ab".repeat(32), "hash of the scenario");
    });

    it("parts the loss into what insurance paid and what was left", async () => {
      const badDebt = { absolute: 1_000, shareOfOpenInterest: 0.02, afterInsurance: 250 };
      const page = await pageOf({ summary: { badDebt } });

      assert.include(
        page,
        "$1,000 beyond the cash of the books (2 % of the largest open interest); insurance and backstop paid $750; $250 was left.",
      );
    });

    it("lists the ten largest losses, the worst first", async () => {
      const page = await pageOf();
      const table = page.slice(page.indexOf("The 10 largest losses"));
      const names = [...table.slice(0, table.indexOf("</table>")).matchAll(/<th scope="row">([^<]+)/g)].map(
        ([, name]) => name,
      );

      assert.deepEqual(
        names,
        Array.from({ length: 10 }, (_, index) => `writer-${index}`),
      );
    });

    it("stays small after 10,800 blocks of seven validators and loses no extreme", async () => {
      const page = await pageOf({ blocks: 10_800, validators: 7, spike: { block: 6_543, price: 7_777 } });
      const { series } = await readRun(folder);
      const published = series.find(({ name }) => name === "ETH-USD oracle")!.points;

      assert.isBelow(page.length, MOST_BYTES);
      assert.equal(Math.max(...published.map(([, y]) => y!)), 7_777);
      assert.isBelow(published.length, 1_300);
    });

    it("stays small with eight feeds of thirteen validators", async () => {
      const feeds = Array.from({ length: 8 }, (_, index) => `C${index}-USD`);

      assert.isBelow((await pageOf({ blocks: 3_000, validators: 13, feeds })).length, MOST_BYTES);
    });

    it("does with a summary alone, and says what is missing", async () => {
      await writeFile(join(folder, "summary.json"), JSON.stringify(plainSummary()));
      const page = await reportOf([folder]);

      assert.include(page, "Not in the folder: manifest.json, verdicts.json, events.jsonl, series.csv, accounts.csv.");
      assert.include(page, `ballast simulate replay ${folder}`);
    });

    it("goes into the run's folder", async () => {
      await writeRunFolder(folder);

      assert.equal(await writeRunReport(folder), join(folder, "report.html"));
      assert.match(await readFile(join(folder, "report.html"), "utf8"), /^<!doctype html>/);
    });

    it("is refused with a code for what is no run", async () => {
      assert.equal(await codeOf(reportOf([join(folder, "nobody")])), "reportSourceMissing");
      assert.equal(await codeOf(reportOf([folder])), "runUnreadable");

      await writeRunFolder(folder);
      await writeFile(join(folder, "events.jsonl"), "{}\n");
      assert.equal(await codeOf(reportOf([folder])), "runUnreadable");
      await writeFile(join(folder, "summary.json"), "{}");
      assert.equal(await codeOf(reportOf([folder])), "summaryInvalid");
      await writeRunFolder(folder);
      assert.equal(await codeOf(writeReport([folder], join(folder, "none", "x.html"))), "reportUnwritable");
    });
  });
});
