// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { getBytes, hexlify, ZeroAddress } from "ethers";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { keyOf, OracleBench, ROUND_SECONDS } from "./OracleBench.ts";

const HEADER = 15;
const PRICE = [3000e8];
const HALF_ORDER_COMPLEMENT = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A relay that must be refused with `error`, after which nothing has changed. */
async function refused(bench: OracleBench, packed: string, error: string, args?: unknown[]): Promise<void> {
  const before = await snapshot(bench);
  const attempt = expect(bench.oracle.connect(bench.relayer).relay(packed), error).to.be.revertedWithCustomError(
    bench.oracle,
    error,
  );
  await (args === undefined ? attempt : attempt.withArgs(...args));
  expect(await snapshot(bench), "state after a refusal").to.deep.equal(before);
}

async function snapshot(bench: OracleBench): Promise<unknown> {
  return [
    ...(await bench.oracle.latestRoundData(0)),
    ...(await bench.oracle.health()),
    ...(await bench.oracle.metrics(0)),
  ];
}

function edited(packed: string, offset: number, value: number): string {
  const bytes = getBytes(packed);
  bytes[offset] = value;
  return hexlify(bytes);
}

describe("PriceOracle refusals", () => {
  let bench: OracleBench;

  beforeEach(async () => {
    bench = await OracleBench.create();
    await bench.accept(PRICE);
  });

  it("refuses a truncated and a padded payload", async () => {
    const packed = await bench.pack(await bench.nextRound(), bench.same(PRICE));
    await refused(bench, packed.slice(0, -2), "PriceOracle_BadLength");
    await refused(bench, `${packed}00`, "PriceOracle_BadLength");
    await refused(bench, packed.slice(0, 2 + 2 * (HEADER - 1)), "PriceOracle_BadLength");
    await refused(bench, packed.slice(0, 2 + 2 * (HEADER + 5)), "PriceOracle_BadLength");
    await refused(bench, packed.slice(0, 2 + 2 * (HEADER + 12 + 30)), "PriceOracle_BadLength");
  });

  it("refuses no report and more reports than seats", async () => {
    const packed = await bench.pack(await bench.nextRound(), bench.same(PRICE));
    await refused(bench, edited(packed, 14, 0), "PriceOracle_BadReportCount", [0n, 32n]);
    await refused(bench, edited(packed, 14, 33), "PriceOracle_BadReportCount", [33n, 32n]);
  });

  it("refuses a price for a slot that does not exist, and a vector without any slot", async () => {
    const round = await bench.nextRound();
    await refused(bench, await bench.pack(round, bench.same([3000e8, 1e8])), "PriceOracle_UnknownFeeds", [3n, 1n]);
    const packed = await bench.pack(round, bench.same(PRICE));
    await refused(bench, edited(packed, 13, 0), "PriceOracle_UnknownFeeds", [0n, 1n]);
  });

  it("refuses a vector that abstains on every feed", async () => {
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same(PRICE));
    const bytes = getBytes(packed);
    const value = HEADER + 12 + 66; // the narrow value of the first report
    bytes.set([0, 0, 0], value);
    await refused(bench, hexlify(bytes), "PriceOracle_EmptyReport", [0n]);
  });

  it("refuses unsorted and duplicate seats and reserved bits", async () => {
    const packed = await bench.pack(await bench.nextRound(), bench.same(PRICE));
    const first = HEADER + 12;
    await refused(bench, edited(packed, first, 5), "PriceOracle_WrongSigner");
    await refused(bench, edited(packed, first + 69, 0), "PriceOracle_SeatsNotRising", [1n, 0n, 1n]);
    await refused(bench, edited(packed, first + 69, 1 | 0x40), "PriceOracle_SeatsNotRising", [1n, 65n, 1n]);
  });

  it("refuses prices out of order, a report ordered twice and an index beyond the reports", async () => {
    const round = await bench.nextRound();
    const vectors = new Map(bench.keys.map((_, seat) => [seat, [3000e8 + seat * 1e8]] as const));
    const packed = await bench.pack(round, vectors);
    const order = getBytes(packed).length - 7;
    const library = await bench.connection.ethers.getContractFactory("WeightedMedian");
    for (const [position, index] of [
      [0, 1],
      [1, 0],
      [6, 7],
    ] as const) {
      const relayed = bench.oracle.relay(edited(packed, order + position, index));
      await expect(relayed, `order ${index}`).to.be.revertedWithCustomError(library, "WeightedMedian_NotRising");
    }
  });

  it("refuses an unknown seat and an unknown key", async () => {
    const round = await bench.nextRound();
    const reports = [await bench.sign(round, 9, PRICE, { key: keyOf(3) })];
    const setId = await bench.setId();
    await refused(bench, hexlify(encodeRelay({ round, setId, reports })), "PriceOracle_WrongSigner", [
      9n,
      keyOf(3).address,
      ZeroAddress,
    ]);
    const stranger = [await bench.sign(round, 0, PRICE, { key: keyOf(77) })];
    await refused(bench, hexlify(encodeRelay({ round, setId, reports: stranger })), "PriceOracle_WrongSigner", [
      0n,
      keyOf(77).address,
      keyOf(0).address,
    ]);
  });

  it("refuses a jailed signer", async () => {
    await bench.oracle.connect(bench.registry).setMask(1 << 2);
    const packed = await bench.pack(await bench.nextRound(), bench.same(PRICE));
    await refused(bench, packed, "PriceOracle_SeatExcluded", [2n, 4n]);
  });

  it("refuses a set that is neither current nor previous", async () => {
    await bench.install(bench.weights);
    await bench.install(bench.weights);
    const round = await bench.nextRound();
    for (const setId of [1n, 4n, 0n]) {
      const packed = await bench.pack(round, bench.same(PRICE), setId);
      await refused(bench, packed, "PriceOracle_UnknownSet", [setId, 3n]);
    }
  });

  it("refuses a report signed for another chain or another contract", async () => {
    const round = await bench.nextRound();
    const setId = await bench.setId();
    for (const other of [{ chainId: 1n }, { oracle: await bench.relayer.getAddress() }]) {
      const reports = [await bench.sign(round, 0, PRICE, other)];
      await refused(bench, hexlify(encodeRelay({ round, setId, reports })), "PriceOracle_WrongSigner");
    }
  });

  it("refuses a report anchored on another fork, in the future, or beyond history", async () => {
    const provider = bench.connection.provider;
    const id = await provider.request({ method: "evm_snapshot", params: [] });
    await bench.moveTo((await bench.now()) + 5);
    const round = await bench.nextRound();
    const orphan = await bench.sign(round, 0, PRICE);
    await provider.request({ method: "evm_revert", params: [id] });
    await provider.request({ method: "hardhat_setPrevRandao", params: [`0x${"11".repeat(32)}`] });
    await bench.moveTo((await bench.now()) + 5);
    await bench.nextRound(2, 1);
    await refused(bench, hexlify(encodeRelay({ round, setId: 1n, reports: [orphan] })), "PriceOracle_WrongSigner");

    const ahead = { ...orphan, anchorBlock: 10_000n };
    await refused(bench, hexlify(encodeRelay({ round, setId: 1n, reports: [ahead] })), "PriceOracle_UnknownAnchor");
    await provider.request({ method: "hardhat_mine", params: ["0x12c"] });
    const later = await bench.nextRound();
    const old = await bench.sign(later, 0, PRICE, { anchorBlock: 5 });
    await refused(
      bench,
      hexlify(encodeRelay({ round: later, setId: 1n, reports: [old] })),
      "PriceOracle_UnknownAnchor",
    );
  });

  it("refuses a round that is not newer, older than ten minutes, or fifteen minutes ahead", async () => {
    const latest = BigInt((await bench.oracle.health()).latestRound);
    await refused(bench, await bench.pack(latest - 1n, bench.same(PRICE)), "PriceOracle_RoundNotNewer", [
      latest - 1n,
      latest,
    ]);
    const now = await bench.now();
    const ahead = BigInt(Math.floor(now / ROUND_SECONDS) + 62);
    await refused(bench, await bench.pack(ahead, bench.same(PRICE)), "PriceOracle_RoundInFuture");
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same(PRICE));
    await bench.moveTo(Number(round) * ROUND_SECONDS + 601);
    await refused(bench, packed, "PriceOracle_RoundTooOld");
  });

  it("refuses the malleable twin of a signature", async () => {
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same(PRICE));
    const bytes = getBytes(packed);
    const at = HEADER + 12 + 2 + 32;
    const vs = BigInt(hexlify(bytes.slice(at, at + 32)));
    const parity = vs >> 255n;
    const s = vs & ((1n << 255n) - 1n);
    const twin = HALF_ORDER_COMPLEMENT - s; // needs all 256 bits or loses its parity bit: the low bits still exceed n/2
    const forged = ((parity ^ 1n) << 255n) | (twin & ((1n << 255n) - 1n));
    bytes.set(getBytes(`0x${forged.toString(16).padStart(64, "0")}`), at);
    const error = twin >> 255n === 0n ? "PriceOracle_MalleableSignature" : "PriceOracle_WrongSigner";
    await refused(bench, hexlify(bytes), error);
  });

  it("refuses a round in which no feed has a quorum", async () => {
    const round = await bench.nextRound();
    await refused(bench, await bench.pack(round, bench.same(PRICE, [0, 1, 2, 3])), "PriceOracle_NoQuorum", [
      400n,
      700n,
    ]);
  });

  it("refuses everything while less than half of nominal weight is active", async () => {
    await bench.oracle.connect(bench.registry).setMask(0b1111);
    const packed = await bench.pack(await bench.nextRound(), bench.same(PRICE, [4, 5, 6]));
    await refused(bench, packed, "PriceOracle_ActiveTooLow", [300n, 700n]);
  });

  it("refuses a call that belongs to registry, router or deployer", async () => {
    const { oracle, relayer } = bench;
    const caller = await relayer.getAddress();
    const calls = [
      [oracle.connect(relayer).setMask(1), await bench.registry.getAddress()],
      [oracle.connect(relayer).installSet("0x", 1), await bench.registry.getAddress()],
      [oracle.connect(relayer).setNominalWeight(1), await bench.registry.getAddress()],
      [oracle.connect(relayer).requireWitnessUntil(1), await bench.registry.getAddress()],
      [oracle.connect(relayer).closeEpoch(), await bench.registry.getAddress()],
      [oracle.connect(relayer).recordWitness(0, 1, 1, false, false, 0), await bench.router.getAddress()],
    ] as const;
    for (const [call, expected] of calls) {
      await expect(call, "foreign caller")
        .to.be.revertedWithCustomError(oracle, "PriceOracle_Unauthorized")
        .withArgs(caller, expected);
    }
    await expect(oracle.wire(caller, caller), "second wiring").to.be.revertedWithCustomError(
      oracle,
      "PriceOracle_AlreadyWired",
    );
  });
});
