// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { hexlify } from "ethers";
import type { ContractTransactionResponse } from "ethers";
import { Registry } from "prom-client";
import { z } from "zod";

import { equivocationArguments } from "../../../../scripts/chain/equivocationArguments.ts";
import { ConfirmedChain } from "../../../../scripts/chain/ConfirmedChain.ts";
import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { openChain } from "../../../../scripts/chain/openChain.ts";
import { OracleReader } from "../../../../scripts/chain/OracleReader.ts";
import { reportDigest } from "../../../../scripts/chain/reportDigest.ts";
import { reportRoutes } from "../../../../scripts/chain/reportRoutes.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { FEED_SLOTS, ROUND_SECONDS } from "../../../../scripts/model/constants.ts";
import { encodeRelay } from "../../../../scripts/model/encodeRelay.ts";
import { oracleDomain } from "../../../../scripts/model/priceReportTypedData.ts";
import { caseIdOf, FAULT, STAGE } from "../../../../scripts/model/slashing/types.ts";
import type { Seat, SignedReport } from "../../../../scripts/model/types.ts";
import { evidenceRoute } from "../../../../scripts/relayer/evidenceRoute.ts";
import { ReportPool } from "../../../../scripts/relayer/ReportPool.ts";
import { buildByzantineValidator } from "../../../../scripts/simulator/byzantineValidator.ts";
import { STAGE_FEEDS } from "../../../../scripts/simulator/stageConfigs.ts";
import type { BenchKeeper } from "../support/benchKeeper.ts";
import { forwardTo } from "../support/forwardTo.ts";
import { FIRST_PRICE, GAS, KeeperBench } from "../support/KeeperBench.ts";
import { silentLog } from "../support/silentLog.ts";
import { freshFolder } from "../support/startProgram.ts";
import { signerFrom } from "../support/ValidatorBench.ts";

const DAY = 86_400n;
const [ADA, BEN, CYD, DOV] = ["ada", "ben", "cyd", "dov"] as const;

describe("the slash watcher", function () {
  this.timeout(180_000);
  let bench: KeeperBench;
  let relayers: { readonly pool: ReportPool; readonly server: HttpServer }[];
  let seats: readonly Seat[];

  before(async () => {
    bench = await KeeperBench.start();
    await bench.round();
    await bench.witness();
    const { setId } = bench.set;
    const found = await Promise.all(bench.set.seats.map((_, seat) => bench.room.oracle.seatAt(setId, seat)));
    seats = found.map(({ signer, weight, validatorId }) => ({ signer, weight, validatorId }));
    for (const name of ["watcher", "other"]) await bench.account(name);
    await bench.keep();
  });

  beforeEach(async () => {
    await bench.reset();
    relayers = await Promise.all([0, 1].map(() => startRelayer()));
  });

  afterEach(() => Promise.all(relayers.map(({ server }) => server.close())));

  after(() => bench.close());

  async function startRelayer(): Promise<(typeof relayers)[number]> {
    const pool = new ReportPool(oracleDomain(bench.chain.chainId, bench.room.oracle.target as string), silentLog);
    const routes = [...reportRoutes(() => pool.all()), evidenceRoute(pool)];
    return { pool, server: await serveHttp("127.0.0.1", 0, routes, silentLog) };
  }

  /** Shows reports to one relayer, which checks them as in production. */
  function show(relayer: number, ...reports: SignedReport[]): void {
    const view = {
      currentRound: bench.now / ROUND_SECONDS,
      feeds: STAGE_FEEDS.length,
      sets: new Map([[bench.set.setId, seats]]),
    };
    for (const report of reports) assert.isUndefined(relayers[relayer]!.pool.offer(report, view));
  }

  /** A watcher of both relayers; `name` has an account, `folder` a disk of its own. */
  async function watcher(name = "watcher", folder?: string): Promise<BenchKeeper> {
    const urls = relayers.map(({ server }) => server.url);
    const given = folder === undefined ? { name } : { name, folder };
    const policy = { finality: { kind: "latest" as const } };
    return bench.keeper({ slasher: { relayers: urls, collectMs: 500 } }, { ...given, policy });
  }

  /** What a validator says of a round, anchored at the newest block; ETH's price is told, the others are the first ones. */
  async function sign(name: string, round: bigint, ethPrice = FIRST_PRICE): Promise<SignedReport> {
    const anchor = (await bench.chain.provider.getBlock("latest"))!;
    const first = Array.from({ length: FEED_SLOTS }, (_, feed) => BigInt(STAGE_FEEDS[feed]?.initialPrice ?? 0));
    const statement = {
      round,
      setId: bench.set.setId,
      anchorHash: anchor.hash!,
      prices: [ethPrice, ...first.slice(1)],
    };
    const domain = oracleDomain(bench.chain.chainId, bench.room.oracle.target as string);
    const { r, yParityAndS } = bench.keys.of(name).signingKey.sign(reportDigest(domain, statement));
    const seat = bench.set.seats.indexOf(name);
    return { ...statement, seat, anchorBlock: BigInt(anchor.number), signature: { r, yParityAndS } };
  }

  function nextRound(): bigint {
    return bench.now / ROUND_SECONDS + 1n;
  }

  /** @param through Contract that passes the relay on to the oracle behind a word of its own. */
  async function relay(round: bigint, reports: readonly SignedReport[], through?: string): Promise<void> {
    const inOrder = [...reports].sort((a, b) => a.seat - b.seat);
    const packed = hexlify(encodeRelay({ round, setId: bench.set.setId, reports: inOrder }));
    await bench.skipTo(round * ROUND_SECONDS);
    const oracle = bench.room.oracle.connect(bench.actor);
    if (through === undefined) {
      await bench.send(() => oracle.relay(packed, GAS));
      return;
    }
    const { data } = await oracle.relay.populateTransaction(packed);
    await bench.send(async () => {
      const sent = await bench.actor.sendTransaction({ to: through, data: `0x${WORD}${data.slice(2)}`, ...GAS });
      return sent as ContractTransactionResponse;
    });
  }

  /** A round in which one validator priced ETH differently lands, and another one after it. */
  async function deviate(name: string, price: bigint): Promise<bigint> {
    const round = nextRound();
    const reports = bench.set.seats.map((signer) => sign(signer, round, signer === name ? price : FIRST_PRICE));
    await relay(round, await Promise.all(reports));
    await bench.round();
    return round;
  }

  function validatorId(name: string): bigint {
    return bench.ids.get(name)!;
  }

  async function stageOf(fault: number, name: string, round: bigint): Promise<number> {
    const [found] = await bench.room.slasher.caseOf(caseIdOf(fault, validatorId(name), round));
    return Number(found.stage);
  }

  async function reporterOf(fault: number, name: string, round: bigint): Promise<string> {
    return (await bench.room.slasher.caseOf(caseIdOf(fault, validatorId(name), round)))[0].reporter;
  }

  async function accusations(): Promise<bigint[]> {
    const opened = await bench.room.slasher.queryFilter(bench.room.slasher.filters.CaseOpened());
    return opened.map(({ args }) => args.validatorId);
  }

  it("catches a validator that shows two relayers different vectors, once and for the bounty", async () => {
    const domain = oracleDomain(bench.chain.chainId, bench.room.oracle.target as string);
    const { agreed } = openChain([bench.chain.url], bench.chain.chainId);
    const chain = new ConfirmedChain(agreed);
    const parts = {
      clock: bench.clock,
      chain,
      headAge: new HeadAge(new Registry(), 120_000),
      oracle: new OracleReader(chain, domain.verifyingContract),
      signers: [signerFrom(bench.keys.of(CYD))],
      domain,
      log: silentLog,
      maximumDelayMs: 7_000n,
      maximumSkewMs: 3_600_000n,
      dryRun: false,
    };
    const honest = { observe: () => Promise.resolve([FIRST_PRICE, ...Array.from({ length: 7 }, () => 0n)]) };
    const fault = { kind: "doubleSigner" as const, scaleBps: 10_100 };
    const culprit = await buildByzantineValidator(parts, honest, fault, await freshFolder());
    await culprit.turn();
    const round = nextRound();
    await bench.skipTo(round * ROUND_SECONDS);
    await culprit.turn();
    const [first, second] = culprit.held();
    show(0, first!);
    show(1, second!);

    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 1, "one transaction");
    assert.equal(await stageOf(FAULT.equivocation, CYD, round), STAGE.charged);
    assert.equal(await reporterOf(FAULT.equivocation, CYD, round), keeper.address, "his is the bounty");
    assert.equal((await bench.room.registry.validator(validatorId(CYD))).state, 5n, "never a validator again");
    assert.deepEqual(await accusations(), [validatorId(CYD)], "and nobody else");
  });

  it("takes a pair from the evidence of a single relayer", async () => {
    const round = nextRound();
    await bench.skipTo(round * ROUND_SECONDS);
    show(1, await sign(BEN, round), await sign(BEN, round, FIRST_PRICE + 10_000_000n));
    assert.equal(await bench.settle(await watcher()), 1);
    assert.equal(await stageOf(FAULT.equivocation, BEN, round), STAGE.charged);
  });

  it("catches one whose two vectors are in the chain's calldata alone", async () => {
    const round = nextRound();
    const others = await Promise.all([BEN, CYD].map((name) => sign(name, round)));
    const late = await sign(DOV, round);
    const again = await sign(ADA, round, FIRST_PRICE + 10_000_000n);
    await relay(round, [await sign(ADA, round), ...others]);
    await relay(round, [again, ...others, late]);
    assert.equal(await bench.settle(await watcher()), 1);
    assert.equal(await stageOf(FAULT.equivocation, ADA, round), STAGE.charged);
  });

  it("finds them also where the relay went through another contract", async () => {
    const forwarder = `0x${"f0".repeat(20)}`;
    const oracle = bench.room.oracle.target as string;
    await bench.chain.provider.send("hardhat_setCode", [forwarder, forwardTo(oracle)]);
    const round = nextRound();
    const others = await Promise.all([BEN, CYD].map((name) => sign(name, round)));
    const late = await sign(DOV, round);
    const again = await sign(ADA, round, FIRST_PRICE + 10_000_000n);
    await relay(round, [await sign(ADA, round), ...others], forwarder);
    await relay(round, [again, ...others, late], forwarder);
    assert.equal(await bench.settle(await watcher()), 1);
    assert.equal(await stageOf(FAULT.equivocation, ADA, round), STAGE.charged);
  });

  it("accuses who dates a round far into the future, and convicts by a quorum that had seen it", async () => {
    const round = nextRound() + 56n; // fourteen minutes ahead
    const early = await sign(CYD, round);
    const page = await serveHttp(
      "127.0.0.1",
      0,
      reportRoutes(() => [early]),
      silentLog,
    );
    relayers.push({ pool: relayers[0]!.pool, server: page }); // his own page: relayers take no such report
    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 1, "one accusation");
    assert.equal(await stageOf(FAULT.futureDating, CYD, round), STAGE.waiting);
    await bench.block(60n);
    await bench.round();
    await bench.round(); // or the one before might still change
    assert.equal(await bench.settle(keeper), 1, "one conviction");
    assert.equal(await stageOf(FAULT.futureDating, CYD, round), STAGE.closed);
    assert.equal((await bench.room.registry.validator(validatorId(CYD))).state, JAILED);
    assert.equal(await bench.settle(keeper), 0);
    assert.deepEqual(await accusations(), [validatorId(CYD)]);
  });

  it("catches a price far from a median that a witness confirmed, and asks for one base a day", async () => {
    await bench.witness();
    const round = await deviate(DOV, (FIRST_PRICE * 110n) / 100n);
    await deviate(DOV, (FIRST_PRICE * 111n) / 100n);
    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 1, "the second one costs nothing more");
    assert.equal(await stageOf(FAULT.deviation, DOV, round), STAGE.charged);
    assert.equal(await reporterOf(FAULT.deviation, DOV, round), keeper.address);
    assert.equal(await bench.settle(await watcher("other")), 0, "nor for a watcher that comes later");
    assert.deepEqual(await accusations(), [validatorId(DOV)]);
  });

  it("has a deviation confirmed by a witness that nobody had asked", async () => {
    await bench.skipTo(bench.now + 600n); // what the router saw is too old to speak for the next round
    await bench.publish();
    const round = await deviate(DOV, (FIRST_PRICE * 90n) / 100n);
    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 1);
    assert.equal(await stageOf(FAULT.deviation, DOV, round), STAGE.waiting, "frozen, not charged");
    assert.equal(await bench.settle(keeper), 0, "the witness's round still lasts");
    await bench.publish();
    assert.equal(await bench.settle(keeper), 1);
    assert.equal(await stageOf(FAULT.deviation, DOV, round), STAGE.charged);
  });

  it("releases a case that no witness ended, and takes the correlated part of one that was charged", async () => {
    await bench.skipTo(bench.now + 600n);
    const waiting = await deviate(DOV, (FIRST_PRICE * 90n) / 100n);
    const charged = nextRound();
    await bench.skipTo(charged * ROUND_SECONDS);
    show(0, await sign(BEN, charged), await sign(BEN, charged, FIRST_PRICE + 10_000_000n));
    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 2);
    await bench.skipTo(bench.now + 3n * DAY + 60n);
    assert.equal(await bench.settle(keeper), 1);
    assert.equal(await stageOf(FAULT.deviation, DOV, waiting), STAGE.closed, "released");
    await bench.skipTo(((charged * ROUND_SECONDS) / DAY + 15n) * DAY);
    assert.equal(await bench.settle(keeper), 1);
    assert.equal(await stageOf(FAULT.equivocation, BEN, charged), STAGE.closed, "finalized");
    assert.equal(await bench.settle(keeper), 0);
  });

  it("accuses nobody of the same vector under another anchor, of a price within tolerance, or of what he did not sign", async () => {
    const round = await deviate(DOV, (FIRST_PRICE * 104n) / 100n);
    show(0, await sign(DOV, round, (FIRST_PRICE * 104n) / 100n), await sign(ADA, round));
    await bench.block();
    show(1, await sign(ADA, round));
    const forged = { ...(await sign(BEN, round, FIRST_PRICE * 2n)), seat: bench.set.seats.indexOf(CYD) };
    const liar = await serveHttp(
      "127.0.0.1",
      0,
      reportRoutes(() => [forged]),
      silentLog,
    );
    relayers.push({ pool: relayers[0]!.pool, server: liar });
    const keeper = await watcher();
    assert.equal(await bench.settle(keeper), 0);
    assert.isEmpty(keeper.access.memory.all(COUNT, "SELECT validator FROM evidence_contradiction"));
  });

  it("does not accuse twice after a restart, be its disk kept or lost", async () => {
    const round = nextRound();
    await bench.skipTo(round * ROUND_SECONDS);
    show(0, await sign(BEN, round), await sign(BEN, round, FIRST_PRICE + 10_000_000n));
    const before = await watcher();
    await before.turn();
    before.close();
    const restarted = await watcher("watcher", before.folder);
    await bench.settle(restarted);
    assert.equal(await restarted.sent(), 1, "killed between sending and the block");
    restarted.close();
    const fresh = await watcher();
    assert.equal(await bench.settle(fresh), 0, "with nothing on its disk");
    assert.deepEqual(await accusations(), [validatorId(BEN)]);
  });

  it("wastes no transaction on what somebody else accused first", async () => {
    const round = nextRound();
    await bench.skipTo(round * ROUND_SECONDS);
    const [first, second] = [await sign(BEN, round), await sign(BEN, round, FIRST_PRICE + 10_000_000n)];
    const other = bench.room.slasher.connect(await bench.account("other"));
    await bench.send(() => other.submitEquivocation(...equivocationArguments(first, second), GAS));
    const next = nextRound();
    await bench.skipTo(next * ROUND_SECONDS);
    show(0, first, second, await sign(BEN, next), await sign(BEN, next, FIRST_PRICE + 20_000_000n));
    assert.equal(await bench.settle(await watcher()), 0, "nor on another contradiction of the same validator");
  });

  it("forgets medians that a reorg took, and judges by those that came in their place", async () => {
    await bench.witness();
    const round = nextRound();
    const reports = await Promise.all(
      bench.set.seats.map((name) => sign(name, round, name === DOV ? FIRST_PRICE * 2n : FIRST_PRICE)),
    );
    await relay(round, reports);
    const keeper = await watcher();
    await keeper.turn();
    const suspicions = (): unknown[] => keeper.access.memory.all(COUNT, "SELECT validator FROM evidence_suspicion");
    assert.lengthOf(suspicions(), 1);
    await bench.driver.reorganize({ depth: 1, keep: () => false });
    await keeper.turn();
    assert.isEmpty(suspicions(), "the round did not happen");
  });
});

const WORD = "01".repeat(32);
/** State of a jailed validator, as in IValidatorRegistry. */
const JAILED = 3n;

const COUNT = z.object({ validator: z.number() });
