// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Contract } from "ethers";

import { OracleRoom } from "../oracle/OracleRoom.ts";
import { AGGREGATOR_V3 } from "./standards.ts";

const HEARTBEAT = 60;
const PRICE = 3_000n * 10n ** 8n;

/** A feed as somebody sees it who knows the interface alone. */
async function feedOf(room: OracleRoom): Promise<Contract> {
  return new Contract(await room.facade.getAddress(), AGGREGATOR_V3.abi, room.connection.ethers.provider);
}

/** A room whose validators have their seats. */
async function seated(): Promise<OracleRoom> {
  const room = await OracleRoom.create({ validators: 4 });
  await room.registry.closeEpoch();
  return room;
}

/** What lending markets and vaults ask of an answer before they use it. @returns The answer with 18 decimals. */
async function consume(feed: Contract, now: number): Promise<bigint> {
  const [roundId, answer, startedAt, updatedAt, answeredInRound] = await feed.getFunction("latestRoundData")();
  if (answer <= 0n) throw new Error("no positive answer");
  if (updatedAt === 0n || startedAt === 0n) throw new Error("round not complete");
  if (answeredInRound < roundId) throw new Error("answer of an older round");
  if (updatedAt > BigInt(now)) throw new Error("answer of the future");
  if (BigInt(now) - updatedAt > 2n * BigInt(HEARTBEAT)) throw new Error("stale");
  return (answer as bigint) * 10n ** (18n - (await feed.getFunction("decimals")()));
}

async function refusalOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    () => "used",
    (error: Error) => error.message,
  );
}

describe("Consumers of AggregatorV3", () => {
  it("use a fresh price", async () => {
    const room = await seated();
    await room.acceptRound([PRICE]);
    expect(await consume(await feedOf(room), await room.now())).to.equal(3_000n * 10n ** 18n);
  });

  it("refuse a feed without a first price by their own checks, without a revert of ours", async () => {
    const room = await seated();
    expect(await refusalOf(consume(await feedOf(room), await room.now()))).to.equal("no positive answer");
  });

  it("see the true age of a price that gets old", async () => {
    const room = await seated();
    await room.acceptRound([PRICE]);
    await room.moveBy(3 * HEARTBEAT);
    expect(await refusalOf(consume(await feedOf(room), await room.now()))).to.equal("stale");
  });

  it("walk back round by round, and find that ids only rise", async () => {
    const room = await seated();
    const feed = await feedOf(room);
    const told: bigint[] = [];
    for (const step of [0n, 1n, 2n]) told.push(await room.acceptRound([PRICE + step * 10n ** 8n]));
    const answers = await Promise.all(told.map(async (round) => (await feed.getFunction("getRoundData")(round))[1]));
    expect(answers).to.deep.equal([PRICE, PRICE + 10n ** 8n, PRICE + 2n * 10n ** 8n]);
    expect(told).to.deep.equal([...told].sort((a, b) => Number(a - b)));
  });

  it("are told in the feed's name what the price is of", async () => {
    const room = await seated();
    expect(await (await feedOf(room)).getFunction("description")()).to.equal("FEED-0");
  });
});
