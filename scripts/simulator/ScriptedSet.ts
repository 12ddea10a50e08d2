// SPDX-License-Identifier: MIT
import { hexlify } from "ethers";

import { reportDigest } from "../chain/reportDigest.ts";
import { FEED_SLOTS } from "../model/constants.ts";
import { encodeRelay } from "../model/encodeRelay.ts";
import { oracleDomain } from "../model/priceReportTypedData.ts";
import type { SignedReport } from "../model/types.ts";
import { STAGE_FEEDS } from "./stageConfigs.ts";
import type { LocalKeys } from "./LocalKeys.ts";
import type { LocalRoom } from "./deployLocal.ts";
import type { LocalChain } from "./LocalChain.ts";

/** What a scripted set signs with: whose keys sit where, and where its reports go. */
interface SetPlace {
  readonly chain: LocalChain;
  readonly room: LocalRoom;
  readonly keys: LocalKeys;
  /** Names in the order of their seats. */
  readonly seats: readonly string[];
  readonly setId: bigint;
}

/** The validators of the current set in one hand: they sign whatever prices they are told. */
export class ScriptedSet {
  readonly seats: readonly string[];
  readonly setId: bigint;
  readonly #place: SetPlace;

  private constructor(place: SetPlace) {
    this.seats = place.seats;
    this.setId = place.setId;
    this.#place = place;
  }

  /** Reads who of `members` sits where in the current set. */
  static async read(
    chain: LocalChain,
    room: LocalRoom,
    keys: LocalKeys,
    members: readonly string[],
  ): Promise<ScriptedSet> {
    const { setId } = await room.oracle.health();
    const names = new Map(members.map((name) => [keys.of(name).address, name]));
    const seats = await Promise.all(
      members.map(async (_, seat) => names.get((await room.oracle.seatAt(setId, seat)).signer)!),
    );
    return new ScriptedSet({ chain, room, keys, seats, setId });
  }

  /**
   * Reports of a round, anchored at the newest block.
   * @param told Prices by feed, 8 decimals; a feed that is left out stays at its first price.
   * @param signers Names of those who sign; all unless said.
   */
  async reports(
    round: bigint,
    told: readonly bigint[],
    signers: readonly string[] = this.seats,
  ): Promise<SignedReport[]> {
    const { chain, room, keys, seats, setId } = this.#place;
    const anchor = (await chain.provider.getBlock("latest"))!;
    const known = STAGE_FEEDS.map(({ initialPrice }, feed) => told[feed] ?? BigInt(initialPrice));
    const prices = Array.from({ length: FEED_SLOTS }, (_, feed) => known[feed] ?? 0n);
    const report = { round, setId, anchorHash: anchor.hash!, prices };
    const digest = reportDigest(oracleDomain(chain.chainId, room.oracle.target as string), report);
    return seats.flatMap((name, seat) => {
      if (!signers.includes(name)) return [];
      const { r, yParityAndS } = keys.of(name).signingKey.sign(digest);
      return [{ ...report, seat, anchorBlock: BigInt(anchor.number), signature: { r, yParityAndS } }];
    });
  }

  /** The same packed, ready to be relayed. */
  async pack(...given: Parameters<ScriptedSet["reports"]>): Promise<string> {
    const [round] = given;
    return hexlify(encodeRelay({ round, setId: this.setId, reports: await this.reports(...given) }));
  }
}
