// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { zeroPadValue, toBeHex } from "ethers";

import type { BlockFacts, ChainLog } from "../../../../scripts/chain/chainFacts.ts";
import { oracleInterface } from "../../../../scripts/chain/oracleInterface.ts";
import { OracleReader } from "../../../../scripts/chain/OracleReader.ts";
import type { OracleHealth, OracleSource } from "../../../../scripts/chain/OracleReader.ts";

const ORACLE = `0x${"0a".repeat(20)}`;
const HEAD = 1_000n;
const OLDEST = HEAD - 256n;
const NEWEST: BlockFacts = { number: HEAD, hash: "0x01", parentHash: "0x00", timestamp: 0n };
const event = oracleInterface.getEvent("RoundAccepted")!;

/** A round's event in a block, signed by the seats of a bitmap. */
function accepted(round: bigint, blockNumber: bigint, signers: bigint): ChainLog {
  const prices = Array.from({ length: 8 }, () => 0n);
  const { topics, data } = oracleInterface.encodeEventLog(event, [ORACLE, round, 1n, signers, prices]);
  const place = { blockNumber, blockHash: zeroPadValue(toBeHex(blockNumber), 32), logIndex: 0n };
  return { address: ORACLE, topics: topics as string[], data, transactionHash: "0x", ...place };
}

/** A chain of these events, which writes down from where on it was searched. */
function chainOf(events: readonly ChainLog[]): { readonly source: OracleSource; readonly searchedFrom: bigint[] } {
  const searchedFrom: bigint[] = [];
  const source = {
    head: () => Promise.resolve(NEWEST),
    call: () => Promise.reject(new Error("nobody asks for a view")),
    logs: (_: string, topics: readonly (string | readonly string[] | null)[], from: bigint) => {
      searchedFrom.push(from);
      return Promise.resolve(events.filter((log) => log.topics[2] === topics[2] && log.blockNumber >= from));
    },
  };
  return { source, searchedFrom };
}

const healthAt = (latestRound: bigint): OracleHealth => ({
  latestRound,
  setId: 1n,
  acceptedAt: 0n,
  mask: 0n,
  totals: { active: 0n, nominal: 0n },
});

describe("the round that landed last", () => {
  it("is looked for where it was found before, and a later one not below that", async () => {
    const { source, searchedFrom } = chainOf([accepted(7n, 900n, 3n), accepted(8n, 950n, 1n)]);
    const reader = new OracleReader(source, ORACLE);
    for (const round of [7n, 7n, 8n, 8n]) await reader.acceptedRound(healthAt(round), NEWEST);
    expect(searchedFrom).to.deep.equal([OLDEST, 900n, 900n, 950n]);
  });

  it("is found below that place when the chain left it", async () => {
    const events = [accepted(7n, 980n, 3n)];
    const { source, searchedFrom } = chainOf(events);
    const reader = new OracleReader(source, ORACLE);
    await reader.acceptedRound(healthAt(7n), NEWEST);
    events.splice(0, 1, accepted(7n, 970n, 5n));
    expect((await reader.acceptedRound(healthAt(7n), NEWEST))?.seats).to.deep.equal([0, 2]);
    expect(searchedFrom).to.deep.equal([OLDEST, 980n, OLDEST]);
  });

  it("is looked for everywhere when an earlier round is the latest again", async () => {
    const { source, searchedFrom } = chainOf([accepted(7n, 900n, 3n), accepted(8n, 950n, 1n)]);
    const reader = new OracleReader(source, ORACLE);
    for (const round of [8n, 7n]) await reader.acceptedRound(healthAt(round), NEWEST);
    expect(searchedFrom).to.deep.equal([OLDEST, OLDEST]);
  });
});
