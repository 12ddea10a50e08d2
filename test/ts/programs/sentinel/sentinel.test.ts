// SPDX-License-Identifier: MIT
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { readWeights, SHIPPED_WEIGHTS } from "../../../../scripts/sentinel/weightsFile.ts";
import { SentinelBench } from "../support/SentinelBench.ts";
import { configArguments, runToEnd } from "../support/startProgram.ts";
import { keyOf } from "../support/World.ts";

const FIRST = "first sentinel";
const SECOND = "second sentinel";
const REHEARSING = "sentinel that rehearses";
const ONCE = "sentinel that looks once";
const MOST_AT_ONCE = 500n;

describe("ballast sentinel", function () {
  this.timeout(120_000);
  let bench: SentinelBench;

  before(async () => {
    bench = await SentinelBench.start();
  });

  after(() => bench.close());

  it("--check says which weights it goes by and whether the risk manager hears it", async () => {
    const args = await configArguments(bench.folder, "check", await bench.config(FIRST));
    const { code, stdout } = await runToEnd("sentinel", [...args, "--check"]);
    const { hash } = await readWeights(SHIPPED_WEIGHTS);

    expect(code, stdout).to.equal(0);
    expect(JSON.parse(stdout), stdout).to.deep.include({
      address: keyOf(FIRST).address,
      isReporter: "false",
      weights: hash,
    });
  });

  it("refuses weights that somebody changed, as a wrong configuration", async () => {
    const file = join(bench.folder, "weights.json");
    await writeFile(file, (await readFile(SHIPPED_WEIGHTS, "utf8")).replace(/"intercept": -\d/, '"intercept": -1'));
    const args = await configArguments(bench.folder, "changed", await bench.config(FIRST, { weights: file }));
    const { code, stderr } = await runToEnd("sentinel", [...args, "--check"]);

    expect(stderr).to.include("weightsInvalid");
    expect(code).to.equal(2);
  });

  it("looks once with --once, judges nothing after one look, and ends", async () => {
    await bench.play(1);
    const args = await configArguments(bench.folder, "once", await bench.config(ONCE));
    const { code, stderr } = await runToEnd("sentinel", [...args, "--once"]);

    expect(code, stderr).to.equal(0);
    expect(await bench.reports(), "reports").to.deep.equal([]);
  });

  it("says nothing while it has not looked for long enough, nor while all is calm", async () => {
    await bench.appoint(FIRST, REHEARSING);
    await bench.play(2);
    await bench.run(FIRST);
    await bench.run(SECOND);
    await bench.run(REHEARSING, {}, ["--dry-run"]);
    await bench.play(15);
    expect(await bench.page(FIRST, "/metrics"), "too early").to.include('ballast_sentinel_abstains{feed="0"} 1');

    await bench.play(7);
    const metrics = await bench.page(FIRST, "/metrics");
    expect(metrics, "warm").to.include('ballast_sentinel_abstains{feed="0"} 0');
    expect(Number(/ballast_risk_score\{feed="0"\} (\S+)/.exec(metrics)?.[1]), "risk").to.be.below(0.1);
    expect(await bench.reports(), "reports").to.deep.equal([]);
  });

  it("reports alone in vain: the risk manager wants two of three", async () => {
    await bench.play(11, [0, 1, 2, 3]);
    const reports = await bench.reports();

    expect(reports.length, "reports").to.be.above(0);
    expect(
      reports.map(({ from }) => from),
      "by the one who is a reporter",
    ).to.deep.equal(reports.map(() => keyOf(FIRST).address));
    expect(await bench.addOn(), "add-on").to.equal(0n);
  });

  it("says with --dry-run what it would report, and reports nothing", async () => {
    const log = await bench.stop(REHEARSING);

    expect(log, "says").to.match(/"plan":"pay".*"would be done"/);
    expect((await bench.reports()).map(({ from }) => from)).not.to.include(keyOf(REHEARSING).address);
  });

  it("raises the add-on as far as it may at once when a second agrees, before the outage is over", async () => {
    await bench.appoint(FIRST, SECOND, REHEARSING);
    await bench.play(6, [0, 1, 2, 3]);

    expect((await bench.reports()).at(-1)!.given, "asked for").to.equal(1_000n);
    const addOn = await bench.addOn();
    expect(addOn <= MOST_AT_ONCE, `bounded: ${addOn}`).to.equal(true);
    expect(addOn > (MOST_AT_ONCE * 9n) / 10n, `raised: ${addOn}`).to.equal(true);
  });

  it("knows after a restart what it told, and stays there until it can judge again", async () => {
    await bench.stop(SECOND);
    await bench.run(SECOND);
    const before = (await bench.reports()).length;
    const metrics = await bench.page(SECOND, "/metrics");

    expect(metrics, "asks for").to.include('ballast_margin_addon_bps{feed="0"} 1000');
    expect(metrics, "judges").to.include('ballast_sentinel_abstains{feed="0"} 1');
    await bench.play(5, [0, 1, 2, 3]);
    const later = (await bench.reports()).slice(before);
    expect(
      later.filter(({ from }) => from === keyOf(SECOND).address),
      "tells",
    ).to.deep.equal([]);
  });

  it("comes down step by step when validators are back", async () => {
    const before = (await bench.reports()).length;
    await bench.play(24);
    const reports = (await bench.reports()).slice(before).filter(({ from }) => from === keyOf(FIRST).address);
    const given = reports.map((report) => report.given);
    const steps = given.filter((value, index) => value !== given[index - 1]);

    expect(steps.filter((value) => value !== 1_000n).slice(0, 3), given.join()).to.deep.equal([500n, 250n, 0n]);
    expect(await bench.addOn(), "in the end").to.equal(0n);
  });

  it("hears only what a seat's key signed, and adds up what relayers show", async () => {
    const round = 1_000n;
    const [own, forged, other] = [
      await bench.bench.sign(round, 0, [1n]),
      await bench.bench.sign(round, 1, [1n], { key: keyOf("a liar") }),
      await bench.bench.sign(round, 2, [1n]),
    ].map((report) => ({ ...report, round }));
    const pages = [
      [own!, forged!],
      [forged!, other!, { ...other!, round: round + 1n, seat: 3 }],
    ];
    const heard = await bench.heard(pages, round);

    expect(heard?.map(({ seat }) => seat)).to.deep.equal([0, 2]);
  });

  it("abstains when no relayer shows who reported, even in an outage", async () => {
    await bench.losePage();
    const before = (await bench.reports()).length;
    await bench.play(10, [0, 1, 2, 3]);

    expect((await bench.reports()).length, "reports").to.equal(before);
    expect(await bench.page(FIRST, "/metrics"), "metrics").to.include('ballast_sentinel_abstains{feed="0"} 1');
    expect(await bench.page(FIRST, "/live"), "still at work").to.include("live");
  });
});
