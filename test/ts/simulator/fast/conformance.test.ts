// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { bookId } from "../../../../scripts/model/clearing/ids.ts";
import { ChainRecorder } from "../../../../scripts/simulator/fast/conformance/ChainRecorder.ts";
import { listDifferences } from "../../../../scripts/simulator/fast/conformance/Difference.ts";
import type { Recording } from "../../../../scripts/simulator/fast/conformance/recording.ts";
import { replayRecording } from "../../../../scripts/simulator/fast/conformance/replayRecording.ts";
import { DEFAULT_PARAMETERS } from "../../../../scripts/simulator/fast/FastParameters.ts";
import type { FastParameters } from "../../../../scripts/simulator/fast/FastParameters.ts";
import type { BenchKeeper } from "../../programs/support/benchKeeper.ts";
import { FIRST_PRICE, GAS, KeeperBench } from "../../programs/support/KeeperBench.ts";

const MINUTE = 60n;
/** Friday, 2026-01-09 08:00 UTC. */
const EXPIRY = 1_767_945_600n;
const START = EXPIRY - 215n * MINUTE;
const FALL_AT = EXPIRY - 96n * MINUTE;
const PACE = 2n * MINUTE;
/** So many rounds, each by so much of the first price; then half of it comes back. */
const FALL_ROUNDS = 6n;
const FALL_PERCENT = 4n;
const BACK_AT = EXPIRY - 50n * MINUTE;
const QUOTE = 1n;
const COIN = 2n;
const ETH = 0;

function priceAt(time: bigint): bigint {
  if (time < FALL_AT) return FIRST_PRICE;
  if (time >= BACK_AT) return (FIRST_PRICE * 88n) / 100n;
  const rounds = (time - FALL_AT) / PACE + 1n;
  const steps = rounds < FALL_ROUNDS ? rounds : FALL_ROUNDS;
  return (FIRST_PRICE * (100n - FALL_PERCENT * steps)) / 100n;
}

describe("The fast tier against a chain", function () {
  this.timeout(180_000);
  let bench: KeeperBench;
  let recording: Recording;

  before(async () => {
    bench = await KeeperBench.start({ start: START });
    recording = await recordFall();
  });
  after(() => bench?.close());

  /** Writers of both markets, a fall that flags and sells some of them, a partial return, and an expiry. */
  async function recordFall(): Promise<Recording> {
    await bench.calm(110n * MINUTE, 240n);
    const put = { strike: 30_000_000n, isCall: false };
    await write("thin", QUOTE, [{ ...put, size: 10_000_000n }], 1_010n);
    await write(
      "thinner",
      QUOTE,
      [
        { ...put, size: 4_000_000n },
        { ...put, strike: 27_000_000n, size: 2_000_000n },
      ],
      1_005n,
    );
    await write(
      "strangle",
      QUOTE,
      [
        { ...put, size: 3_000_000n },
        { strike: 33_000_000n, isCall: true, size: 3_000_000n },
      ],
      1_400n,
    );
    await write(
      "coins",
      COIN,
      [
        { ...put, size: 2_000_000n },
        { strike: 28_000_000n, isCall: true, size: 1_000_000n },
      ],
      1_020n,
    );
    const contracts = { nativePrice: (FIRST_PRICE / 100n).toString() };
    const keeper = await bench.keeper({ breaker: {}, liquidator: contracts, settler: {} }, { name: "keeper" });
    await deposit("keeper", QUOTE, 100_000_000_000n);
    await deposit("keeper", COIN, 100_000_000_000n);
    const first = await bench.chain.provider.getBlockNumber();
    for (let round = 0; bench.now < EXPIRY + 6n * MINUTE; round += 1) await pass(round, keeper);
    const recorder = new ChainRecorder(bench.chain.provider, bench.room, [ETH]);
    return recorder.record(await bench.chain.provider.getBlockNumber(), first);
  }

  /** Ledger units into a free balance. */
  async function deposit(name: string, market: bigint, units: bigint): Promise<void> {
    const account = await bench.account(name);
    const { address } = bench.keys.of(name);
    const token = bench.room.collaterals[Number(market) - 1]!.connect(account);
    const amount = market === QUOTE ? units : units * 10n ** 9n;
    const { house } = bench.room;
    await bench.send(
      () => token.mint(address, amount, GAS),
      () => token.approve(house, amount, GAS),
      () => house.connect(account).deposit(token, units, address, GAS),
    );
  }

  /** A book that holds `permille` of what it must; its longs are the writer's. */
  async function write(name: string, market: bigint, legs: MintLeg[], permille: bigint): Promise<void> {
    await deposit(name, market, 30_000_000_000n);
    const house = bench.room.house.connect(await bench.account(name));
    const { address } = bench.keys.of(name);
    const id = bookId(address, market, EXPIRY);
    const { missing } = await house.previewMint(id, legs);
    await bench.send(
      () => house.fund(id, (missing * permille) / 1_000n, GAS),
      () => house.mint(id, legs, address, GAS),
    );
  }

  async function pass(round: number, keeper: BenchKeeper): Promise<void> {
    await bench.skipTo(bench.now + PACE - 20n);
    const price = priceAt(bench.now);
    if (round % 5 === 0 || price !== priceAt(bench.now - PACE)) await bench.publish(price);
    await bench.round(price);
    if (bench.now > FALL_AT + 4n * PACE && bench.now < FALL_AT + 5n * PACE) await closeSome();
    if (bench.now < BACK_AT || round % 3 === 0 || bench.now > EXPIRY) await bench.settle(keeper, 1);
  }

  /** One writer buys himself out of a part, and adds cash. */
  async function closeSome(): Promise<void> {
    const house = bench.room.house.connect(await bench.account("strangle"));
    const id = bookId(bench.keys.of("strangle").address, QUOTE, EXPIRY);
    await bench.send(
      () => house.fund(id, 50_000_000n, GAS),
      () => house.burn(id, [{ strike: 30_000_000n, isCall: false, size: 500_000n }], GAS),
    );
  }

  it("says the same of every round, book, auction and settlement", () => {
    const { compared, differences } = replayRecording(recording, DEFAULT_PARAMETERS);
    assert.equal(listDifferences(differences), "");
    assert.isAbove(compared, 2_000, "values compared");
  });

  it("was shown flags, bids, closings and a settlement", () => {
    const names = new Set(
      recording.blocks.flatMap(({ acts }) => acts.map((one) => (one.act === "clearing" ? one.event.name : one.act))),
    );
    for (const name of ["relay", "witness", "poke", "Minted", "Burned", "BookFlagged", "BidFilled", "ExpirySettled"]) {
      assert.include([...names], name);
    }
    assert.include([...names], "BookSettled");
  });

  const { margin, auction, feed, markets } = DEFAULT_PARAMETERS;
  const changes: readonly (readonly [what: string, FastParameters, RegExp])[] = [
    [
      "another time value",
      { ...DEFAULT_PARAMETERS, margin: { ...margin, timeValueFactorBps: 4_001n } },
      /initial margin/,
    ],
    ["another penalty", { ...DEFAULT_PARAMETERS, auction: { ...auction, penaltyPercent: 6n } }, /penalty/],
    ["a longer auction", { ...DEFAULT_PARAMETERS, auction: { ...auction, solventSeconds: 1_260n } }, /auction price/],
    [
      "a shorter dwell of ReduceOnly",
      {
        ...DEFAULT_PARAMETERS,
        feed: { ...feed, modes: { ...feed.modes, dwell: { ...feed.modes.dwell, reduceOnly: 300n } } },
      },
      /mode/,
    ],
  ];
  for (const [what, parameters, expected] of changes) {
    it(`finds ${what} at once`, () => {
      const { differences } = replayRecording(recording, parameters);
      assert.isNotEmpty(differences);
      assert.match(listDifferences(differences, 1_000), expected);
    });
  }

  it("finds another shock of the market, with the block, the round and both values", () => {
    const changed: Recording = {
      ...recording,
      markets: recording.markets.map((market) => ({
        ...market,
        parameters: { ...market.parameters, maintenanceShockBps: markets.quote.maintenanceShockBps - 10n },
      })),
    };
    const [first] = replayRecording(changed, DEFAULT_PARAMETERS).differences;
    assert.match(first!.what, /maintenance margin/);
    assert.isAbove(first!.block, 0);
    assert.isAbove(first!.round, 0);
    assert.notEqual(first!.chain, first!.fast);
  });
});

interface MintLeg {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly size: bigint;
}
