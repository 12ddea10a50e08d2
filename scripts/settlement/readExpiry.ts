// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import { clearingInterface } from "../chain/clearingInterface.ts";
import { ContractReader } from "../chain/ContractReader.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { structShape } from "../chain/structShape.ts";
import { SEATS } from "../model/constants.ts";
import type { Seat } from "../model/types.ts";

/** All that a signature over an expiry's price depends on, at one block. Seconds, 8 decimals, units of weight. */
export interface ExpiryFacts {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly feed: bigint;
  readonly time: bigint;
  /** By which rung whatever; 0 until it is priced. */
  readonly settled: bigint;
  /** Covered seconds of the half hour before it. */
  readonly coverage: bigint;
  /** The oracle's last price, whenever that was; 0 without any. */
  readonly latest: bigint;
  readonly setId: bigint;
  /** Bit s: seat s counts for nothing. */
  readonly mask: bigint;
  readonly setWeight: bigint;
  readonly seats: readonly Seat[];
}

const amount = z.bigint();
const marketShape = structShape({ feed: amount });
const expiryShape = structShape({ price: amount });
const markShape = structShape({ coverage: amount });
const healthShape = structShape({ setId: amount, mask: amount, setWeight: amount });
const seatShape = z.object({ signer: z.string(), weight: amount, validatorId: amount });
const ROUND_ANSWER = 1;

/** Reads an expiry, its half hour and the set in force. @throws BallastError `callReverted` for a market that is not there. */
export async function readExpiry(
  agreed: AgreedChain,
  contracts: { readonly clearinghouse: string; readonly oracle: string },
  { market, expiry }: Pick<ExpiryFacts, "market" | "expiry">,
  head: BlockFacts,
): Promise<ExpiryFacts> {
  const house = new ContractReader(agreed, contracts.clearinghouse, clearingInterface);
  const oracle = new ContractReader(agreed, contracts.oracle, oracleInterface);
  const { feed } = marketShape.parse((await house.read("marketParams", [market], head))[0]);
  const [state, mark, latest, health] = await Promise.all([
    house.read("expiryState", [market, expiry], head),
    oracle.read("tryMarkAt", [feed, expiry], head),
    oracle.tryRead("latestRoundData", [feed], head),
    oracle.read("health", [], head),
  ]);
  const { setId, mask, setWeight } = healthShape.parse(health[0]);
  const seats = await Promise.all(
    Array.from({ length: SEATS }, async (_, seat) =>
      seatShape.parse((await oracle.read("seatAt", [setId, seat], head)).toObject()),
    ),
  );
  return {
    market,
    expiry,
    feed,
    time: head.timestamp,
    settled: expiryShape.parse(state[0]).price,
    coverage: mark[0] === true ? markShape.parse(mark[1]).coverage : 0n,
    latest: latest === undefined ? 0n : amount.parse(latest[ROUND_ANSWER]),
    setId,
    mask,
    setWeight,
    seats,
  };
}
