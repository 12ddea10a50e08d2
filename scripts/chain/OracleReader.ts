// SPDX-License-Identifier: MIT
import { Result } from "ethers";
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { ANCHOR_BLOCKS, SEATS } from "../model/constants.ts";
import type { AcceptedRound } from "../model/decideRelay.ts";
import type { SetTotals } from "../model/aggregate.ts";
import type { Seat } from "../model/types.ts";
import { decodeAnswer, decodeEvent, encodeCall } from "./abiText.ts";
import type { ChainClient } from "./ChainClient.ts";
import type { BlockFacts, ChainLog } from "./chainFacts.ts";
import { oracleInterface } from "./oracleInterface.ts";

/** Set-wide state of the oracle, as `health()` gives it. */
export interface OracleHealth {
  readonly latestRound: bigint;
  readonly setId: bigint;
  /** Seconds. */
  readonly acceptedAt: bigint;
  /** Bit s: seat s is masked and counts for nothing. */
  readonly mask: bigint;
  readonly totals: SetTotals;
}

const named = z.instanceof(Result).transform((result): unknown => result.toObject());
const healthShape = named.pipe(
  z.object({
    latestRound: z.bigint(),
    setId: z.bigint(),
    acceptedAt: z.bigint(),
    mask: z.bigint(),
    activeWeight: z.bigint(),
    nominalWeight: z.bigint(),
  }),
);
const whole = z.bigint();
const pricesShape = z.array(whole);
const seatShape = z.object({ signer: z.string(), weight: z.bigint(), validatorId: z.bigint() });
const eventShape = z.object({
  setId: z.bigint(),
  signers: z.bigint(),
  prices: z.instanceof(Result).transform((prices) => pricesShape.parse(prices.toArray())),
});

/** What was read of an answer: the same words are the same answer, and most are heard many times. */
const healths = new WeakMap<Result, OracleHealth>();
/** Of a round, in the version that counts, and of one that took its place. */
const ROUND_EVENTS = ["RoundAccepted", "RoundUpgraded"].map((name) => oracleInterface.getEvent(name)!.topicHash);

/** Where an oracle is read: by one endpoint's word, or at a block that enough agree on. */
export type OracleSource = Pick<ChainClient, "head" | "call" | "logs">;

/** Reads one oracle. Sets and ticks never change once they are there, so they are kept. */
export class OracleReader {
  readonly address: string;
  readonly #chain: OracleSource;
  readonly #sets = new Map<bigint, readonly Seat[]>();
  readonly #ticks = new Map<number, bigint>();
  #heartbeatMs: bigint | undefined;
  /** Where the newest round was found that was looked for. */
  #landed: { readonly round: bigint; readonly number: bigint } | undefined;

  constructor(chain: OracleSource, address: string) {
    this.#chain = chain;
    this.address = address;
  }

  async health(): Promise<OracleHealth> {
    const answer = await this.#call("health", []);
    const known = healths.get(answer) ?? healthIn(answer);
    healths.set(answer, known);
    return known;
  }

  /** Milliseconds after which a price is due; never changes. */
  async heartbeatMs(): Promise<bigint> {
    this.#heartbeatMs ??= whole.parse((await this.#call("heartbeat", []))[0]) * 1000n;
    return this.#heartbeatMs;
  }

  async feedCount(): Promise<number> {
    return Number(whole.parse((await this.#call("feedCount", []))[0]));
  }

  /** What prices of each open feed are rounded to, by slot; 8 decimals, 0 where the feed has no tick. */
  async ticks(): Promise<readonly bigint[]> {
    const slots = Array.from({ length: await this.feedCount() }, (_, slot) => slot);
    return Promise.all(slots.map((slot) => this.#tick(slot)));
  }

  /** The 32 seats of a set; an unknown set has only empty ones. */
  async seats(setId: bigint): Promise<readonly Seat[]> {
    const known = this.#sets.get(setId);
    if (known !== undefined) return known;

    const seats = await Promise.all(Array.from({ length: SEATS }, (_, seat) => this.#seat(setId, seat)));
    if (seats.some((seat) => seat.weight !== 0n)) this.#sets.set(setId, seats);
    return seats;
  }

  /**
   * The latest accepted round with its signers; undefined before the first, or when its events are out of reach.
   * @param head The newest block, as it was seen with that health.
   */
  async acceptedRound(health: OracleHealth, head: BlockFacts): Promise<AcceptedRound | undefined> {
    if (health.latestRound === 0n) return undefined;
    const newest = await this.#roundEvent(health.latestRound, head);
    const event =
      newest === undefined ? undefined : eventShape.parse(decodeEvent(oracleInterface, newest)?.args.toObject());

    return {
      round: health.latestRound,
      setId: event?.setId ?? health.setId,
      acceptedAtMs: health.acceptedAt * 1000n,
      seats: seatsOf(event?.signers ?? 0n),
      prices: event?.prices ?? [],
    };
  }

  /** The latest accepted round and whose keys signed it; undefined before the first. */
  async landedRound(): Promise<{ readonly round: bigint; readonly signers: readonly string[] } | undefined> {
    const accepted = await this.acceptedRound(await this.health(), await this.#chain.head());
    if (accepted === undefined) return undefined;
    const seats = await this.seats(accepted.setId);
    return { round: accepted.round, signers: accepted.seats.map((seat) => seats[seat]!.signer) };
  }

  /** The newest event of a round. Rounds rise along the chain, so one is not below where an earlier one was found. */
  async #roundEvent(round: bigint, { number }: BlockFacts): Promise<ChainLog | undefined> {
    const oldest = number > ANCHOR_BLOCKS ? number - ANCHOR_BLOCKS : 0n;
    const topics = [ROUND_EVENTS, null, `0x${round.toString(16).padStart(64, "0")}`];
    const newestFrom = async (from: bigint): Promise<ChainLog | undefined> =>
      (await this.#chain.logs(this.address, topics, from)).at(-1);

    const before = this.#landed;
    const isNear = before !== undefined && before.round <= round && before.number > oldest && before.number <= number;
    // The chain may have left the block in which it was found.
    const found = (isNear ? await newestFrom(before.number) : undefined) ?? (await newestFrom(oldest));
    if (found !== undefined) this.#landed = { round, number: found.blockNumber };
    return found;
  }

  async #seat(setId: bigint, seat: number): Promise<Seat> {
    return seatShape.parse((await this.#call("seatAt", [setId, seat])).toObject());
  }

  async #tick(slot: number): Promise<bigint> {
    const known = this.#ticks.get(slot);
    if (known !== undefined) return known;

    const tick = whole.parse((await this.#call("feedTick", [slot]))[0]);
    this.#ticks.set(slot, tick);
    return tick;
  }

  /** Return values of a view; structs as plain objects. @throws BallastError `contractMissing` where there is no code. */
  async #call(
    name: "health" | "heartbeat" | "feedCount" | "feedTick" | "seatAt",
    args: (bigint | number)[],
  ): Promise<Result> {
    const data = encodeCall(oracleInterface, name, args);
    const answer = await this.#chain.call({ to: this.address, data });
    if (answer !== "0x") return decodeAnswer(oracleInterface, name, answer);
    throw new BallastError("contractMissing", `No oracle answers at ${this.address}`, {
      context: { address: this.address, function: name },
    });
  }
}

function healthIn(answer: Result): OracleHealth {
  const { latestRound, setId, acceptedAt, mask, activeWeight, nominalWeight } = healthShape.parse(answer[0]);
  return { latestRound, setId, acceptedAt, mask, totals: { active: activeWeight, nominal: nominalWeight } };
}

/** Seats of a bitmap, lowest first. */
export function seatsOf(bits: bigint): number[] {
  return Array.from({ length: SEATS }, (_, seat) => seat).filter((seat) => ((bits >> BigInt(seat)) & 1n) === 1n);
}
