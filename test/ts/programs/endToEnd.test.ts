// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";
import { z } from "zod";

import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { reportsShape } from "../../../scripts/chain/signedReportJson.ts";
import { ROUND_MS } from "../../../scripts/model/constants.ts";
import { roundAt } from "../../../scripts/model/rounds.ts";
import { TICKS } from "./support/deployOracle.ts";
import { configArguments, runToEnd } from "./support/startProgram.ts";
import { World } from "./support/World.ts";

type Report = z.output<typeof reportsShape>["reports"][number];

const NAMES = ["v0", "v1", "v2", "v3", "v4"];
const EVERYBODY = [0, 1, 2, 3, 4];

describe("validators and a relayer, end to end", function () {
  this.timeout(240_000);
  const transport = new FetchTransport();
  let world: World;

  before(async () => {
    world = await World.start(NAMES);
    await world.runSet(NAMES);
  });

  after(() => world.close());

  async function page(url: string): Promise<{ status: number; body: string }> {
    return transport.request({ url, timeoutMs: 5_000 });
  }

  async function equivocations(): Promise<unknown[]> {
    const { body } = await page(`${world.relayerUrl}/evidence`);
    return z.object({ equivocations: z.array(z.unknown()) }).parse(JSON.parse(body)).equivocations;
  }

  it("listens two rounds, then lands every round with every signer and the right price", async () => {
    await world.advance(6n * ROUND_MS);
    const rounds = await world.rounds();
    const first = rounds[0]!.round;
    assert.deepEqual(
      rounds.map(({ round }) => round - first),
      [0n, 1n, 2n, 3n].slice(0, rounds.length),
      "no gap",
    );
    assert.isAtLeast(rounds.length, 4, "two rounds of six for listening");
    for (const { round, seats } of rounds) assert.deepEqual(seats, EVERYBODY, `signers of round ${round}`);
    assert.isTrue((await world.errorBps(0, "ETH")) <= 6n, "ETH");
    assert.isTrue((await world.errorBps(1, "BTC")) <= 6n, "BTC");
  });

  it("shows liveness, readiness, metrics and its reports over HTTP", async () => {
    for (const name of ["v0", "relayer"]) {
      const { url } = world.program(name);
      assert.equal((await page(`${url}/live`)).status, 200, `${name} liveness`);
      assert.equal((await page(`${url}/ready`)).status, 200, `${name} readiness`);
      assert.include((await page(`${url}/metrics`)).body, "ballast_loop_iterations_total", `${name} metrics`);
      assert.equal((await page(`${url}/nothing`)).status, 404, `${name} unknown page`);
    }
    const { url } = world.program("v0");
    const recent = reportsShape.parse(JSON.parse((await page(`${url}/reports/recent`)).body)).reports;
    assert.isAtLeast(recent.length, 4, "recent reports");
    const one = reportsShape.parse(JSON.parse((await page(`${url}/reports?round=${recent[1]!.round}`)).body)).reports;
    assert.deepEqual(one, [recent[1]!], "report of a round");
    const identity = z.object({ address: z.string() }).parse(JSON.parse((await page(`${url}/identity`)).body));
    assert.equal(identity.address, (await world.oracle.seatAt(1, 0)).signer, "identity");
  });

  it("rounds each price to the tick that the chain has for its feed", async () => {
    const { reports } = reportsShape.parse(JSON.parse((await page(`${world.relayerUrl}/reports/recent`)).body));
    assert.isAtLeast(reports.length, 4 * NAMES.length, "reports");
    for (const [slot, tick] of TICKS.entries()) {
      const prices = reports.map((report) => report.prices[slot]!);
      assert.isTrue(
        prices.every((price) => price > 0n && price % tick === 0n),
        `slot ${slot}: multiples of ${tick}`,
      );
      assert.isTrue(
        prices.some((price) => price % (10n * tick) !== 0n),
        `slot ${slot}: of nothing coarser`,
      );
    }
  });

  it("signs what the contract itself hashes", async () => {
    const reports = reportsShape.parse(JSON.parse((await page(`${world.relayerUrl}/reports`)).body)).reports;
    assert.lengthOf(reports, NAMES.length);
    const { recoverAddress, Signature } = await import("ethers");
    for (const { seat, signature, round, setId, anchorHash, prices } of reports) {
      const digest = await world.oracle.reportDigest({ round, setId, anchorHash, prices: tuple(prices) });
      assert.equal(
        recoverAddress(digest, Signature.from(signature)),
        (await world.oracle.seatAt(1, seat)).signer,
        `seat ${seat}`,
      );
    }
  });

  it("goes on without a validator that was killed; restarted, it listens and rejoins without contradicting itself", async () => {
    assert.equal(await world.stop("v2", "SIGKILL"), null, "killed");
    await world.advance(2n * ROUND_MS);
    assert.deepEqual((await world.latest()).seats, [0, 1, 3, 4], "four of five");
    assert.match(world.program("relayer").log(), /"missing":\[2\]/, "the relayer says who was missing");

    await world.runValidator("v2");
    await world.advance(4n * ROUND_MS);
    assert.deepEqual((await world.latest()).seats, EVERYBODY, "rejoined");
    assert.deepEqual(await equivocations(), [], "no contradiction");
  });

  it("says the same or nothing when it is killed in the middle of a round and restarted before other prices", async () => {
    const said = async (): Promise<Report[]> => {
      const { body } = await page(`${world.program("v1").url}/reports/recent`);
      return reportsShape.parse(JSON.parse(body)).reports;
    };
    await world.toRoundEnd();
    await world.advance(3_000n); // the round has begun, v1 has signed, much of the round is left
    const first = (await said())[0]!;
    assert.equal(first.round, roundAt(await world.clock.now()), "signed in this round");
    await world.stop("v1", "SIGKILL");
    const remembered = JSON.parse(await readFile(join(world.folder, "v1", "guard.json"), "utf8")).entries.at(-1);
    assert.deepEqual(
      [remembered.round, remembered.prices],
      [first.round.toString(), first.prices.map(String)],
      "its vector is on disk",
    );

    await world.bend({ kind: "scale", bps: 10_100 });
    await world.runValidator("v1");
    await world.advance(3_000n);
    const again = await said();
    assert.isAtLeast(again.length, 2, "it offers again what it had said");
    for (const report of again.filter(({ round }) => round >= first.round))
      assert.deepEqual(report, first, "nothing else in this round");
    await world.bend({ kind: "none" });
    await world.advance(4n * ROUND_MS);
    assert.deepEqual(await equivocations(), [], "no contradiction");
    assert.deepEqual((await world.latest()).seats, EVERYBODY, "rejoined");
  });

  it("refuses a second process on the same data folder", async () => {
    const args = await configArguments(world.folder, "twice", await world.validatorConfig("v0", [world.relayerUrl]));
    const { code, stderr } = await runToEnd("validator", args);
    assert.equal(code, 4, stderr);
    assert.include(stderr, "folderInUse");
  });

  it("does not sign while another node uses the same key, even on another disk", async () => {
    const config = await world.validatorConfig("v0", [world.relayerUrl]);
    const clock = { kind: "virtual", url: world.clockUrl, name: "twin" };
    const twin = await world.run("twin", "validator", { ...config, clock, dataFolder: `${world.folder}/twin` });
    await world.advance(5n * ROUND_MS);
    assert.include(twin.log(), "another node signs with this key");
    assert.deepEqual(reportsShape.parse(JSON.parse((await page(`${twin.url}/reports/recent`)).body)).reports, []);
    assert.equal(await world.stop("twin"), 0, "it stops gracefully");
    assert.deepEqual((await world.latest()).seats, EVERYBODY, "the first node was not disturbed");
  });

  it("stops signing when jailed and resumes when released", async () => {
    await world.govern(() => world.oracle.setMask(1n << 4n));
    await world.advance(2n * ROUND_MS);
    assert.deepEqual((await world.latest()).seats, [0, 1, 2, 3], "masked");
    assert.match(world.program("v4").log(), /"reason":"masked"/);
    await world.govern(() => world.oracle.setMask(0n));
    await world.advance(2n * ROUND_MS);
    assert.deepEqual((await world.latest()).seats, EVERYBODY, "released");
  });

  it("takes part in one round with --once, and signs nothing with --dry-run", async () => {
    await world.stop("v3");
    const dry = await world.runValidator("v3", ["--once", "--dry-run"]);
    await world.advance(4n * ROUND_MS);
    assert.equal(await world.stop("v3"), 0, "dry run");
    assert.deepEqual(dry.printed(), ['{"reports":[]}']);
    assert.match(dry.log(), /"reason":"dryRun","prices":\["\d{12}"/, "it says what it would have signed");

    const once = await world.runValidator("v3", ["--once"]);
    await world.advance(4n * ROUND_MS);
    assert.equal(await world.stop("v3"), 0, "once");
    const { reports } = reportsShape.parse(JSON.parse(once.printed()[0]!));
    assert.deepEqual(
      reports.map(({ seat }) => seat),
      [3],
      "one report",
    );
    assert.deepEqual((await world.latest()).seats, [0, 1, 2, 4], "and then no more");
    await world.runValidator("v3");
    await world.advance(3n * ROUND_MS);
  });

  it("keeps publishing the right price while a venue lies to everybody", async () => {
    const fault = JSON.stringify({ venue: "bitstamp", fault: { kind: "scale", bps: 5_000 } });
    await transport.request({ url: `${world.market.url}/admin/faults`, method: "POST", body: fault, timeoutMs: 5_000 });
    await world.advance(2n * ROUND_MS);
    assert.isTrue((await world.errorBps(0, "ETH")) <= 6n, "ETH");
  });

  it("signs the same vector again when a reorg takes its anchor, and lands it on the new fork", async () => {
    const reorganise = await world.forkPoint();
    await world.toRoundEnd();
    await world.advance(3n * ROUND_MS + 4_000n);
    const lost = await world.latest();
    await reorganise();
    assert.isTrue((await world.latest()).round < lost.round, "the reorg took the round with it");

    await world.advance(9_000n);
    assert.deepEqual(await world.latest(), lost, "the same round with the same prices");
    assert.include(world.program("v1").log(), "signing the same vector again");
    assert.deepEqual(await equivocations(), [], "no contradiction");
  });

  it("upgrades a round with the reports that the first relayer did not have, found through gossip", async () => {
    await world.stop("relayer");
    const urls = NAMES.map((name) => world.program(name).url);
    const hasty = await world.relayerConfig(urls.slice(0, 4));
    const first = await world.run("relayer", "relayer", {
      ...hasty,
      policy: { completenessDelayMs: 0 },
    });
    await world.toRoundEnd();
    await world.advance(6_000n);
    const landed = await world.latest();
    assert.deepEqual(landed.seats, [0, 1, 2, 3], "four were enough");

    const second = await world.relayerConfig(urls.slice(4), 0, "second");
    await world.run("second", "relayer", { ...second, relayers: [first.url] });
    await world.advance(6_000n);
    assert.deepEqual({ ...(await world.latest()), prices: [] }, { round: landed.round, seats: EVERYBODY, prices: [] });
    await world.stop("second");
  });

  it("says with --check what a start would find: key, seat, balance, chain and oracle; and sends nothing", async () => {
    const before = await world.latest();
    const oracle = { oracle: await world.oracle.getAddress(), setId: "1", latestRound: `${before.round}` };
    const urls = NAMES.map((name) => world.program(name).url);
    const folder = (name: string): object => ({ dataFolder: `${world.folder}/${name}` });
    const configs = {
      relayer: { ...(await world.relayerConfig(urls)), ...folder("checked-relayer") },
      validator: { ...(await world.validatorConfig("v0", [world.relayerUrl])), ...folder("checked-validator") },
    } as const;
    const found = async (name: keyof typeof configs): Promise<Record<string, unknown>> => {
      const { code, stdout, stderr } = await runToEnd(name, [
        ...(await configArguments(world.folder, "checked", configs[name])),
        "--check",
      ]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const relayer = await found("relayer");
    assert.include(relayer, { program: "relayer", check: "ok", ...oracle });
    assert.isTrue(BigInt(relayer["balanceWei"] as string) > 0n, "it can pay");
    assert.include(await found("validator"), { program: "validator", check: "ok", seat: "0", ...oracle });
    assert.deepEqual(await world.latest(), before);
  });

  it("packs and simulates without sending in a dry run", async () => {
    await world.stop("relayer");
    await world.advance(ROUND_MS);
    const before = await world.latest();
    const urls = NAMES.map((name) => world.program(name).url);
    const config = { ...(await world.relayerConfig(urls)), dataFolder: `${world.folder}/dry` };
    const { code, stderr } = await runToEnd("relayer", [
      ...(await configArguments(world.folder, "dry", config)),
      "--once",
      "--dry-run",
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /"gas":"\d+".*would relay/);
    await world.advance(6_000n);
    assert.equal((await world.latest()).round, before.round, "nothing was sent");
  });

  it("relays one round on chain with --once, as a process of its own, and a second time finds nothing to do", async () => {
    await world.toRoundEnd();
    await world.advance(3_000n);
    const round = roundAt(await world.clock.now());
    assert.isTrue((await world.latest()).round < round, "nobody relayed it yet");
    const config = await world.relayerConfig(NAMES.map((name) => world.program(name).url));
    const once = [...(await configArguments(world.folder, "once", config)), "--once"];

    await world.mineAtOnce();
    const sent = await runToEnd("relayer", once);
    assert.equal(sent.code, 0, sent.stderr);
    assert.match(sent.stderr, /"reason":"complete".*"outcome":"mined".*relay sent/);
    const landed = await world.latest();
    assert.deepEqual([landed.round, landed.seats], [round, EVERYBODY], "on chain");

    const again = await runToEnd("relayer", once);
    assert.equal(again.code, 0, again.stderr);
    assert.notInclude(again.stderr, "relay sent");
    assert.deepEqual(await world.latest(), landed, "unchanged");
  });
});

type EightPrices = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

function tuple(prices: readonly bigint[]): EightPrices {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = prices;
  return [a, b, c, d, e, f, g, h];
}
