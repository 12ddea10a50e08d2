// SPDX-License-Identifier: MIT
import { zeroPadValue, toBeHex } from "ethers";
import { z } from "zod";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts, ChainLog } from "../chain/chainFacts.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import type { AddOnState } from "../model/sentinel/decideAddOn.ts";

/** Where a reporter's own words are read back. */
export interface ToldParts {
  readonly agreed: AgreedChain;
  readonly riskManager: string;
  /** Blocks of about an hour: what is older has decayed. */
  readonly lookBackBlocks: bigint;
}

const HOUR_MS = 3_600_000n;
const reportShape = z.object({ given: z.bigint() });

/** What a reporter last told the chain about a feed, read from the chain alone: a restart forgets nothing. */
export class ToldReports {
  readonly #parts: ToldParts;
  readonly #topic = riskInterface.getEvent("AddOnReported")!.topicHash;

  constructor(parts: ToldParts) {
    this.#parts = parts;
  }

  /** The newest report of `reporter` up to `head`; undefined when it told nothing within the hour. */
  async last(reporter: string, feed: number, head: BlockFacts): Promise<AddOnState["told"]> {
    const { agreed, riskManager, lookBackBlocks } = this.#parts;
    const topics = [this.#topic, zeroPadValue(reporter.toLowerCase(), 32), zeroPadValue(toBeHex(feed), 32)];
    const from = head.number > lookBackBlocks ? head.number - lookBackBlocks : 0n;
    const log = (await agreed.logs({ address: riskManager, topics }, from, head.number)).at(-1);
    if (log === undefined) return undefined;
    const atMs = (await this.#timeOf(log, head)) * 1000n;
    if (head.timestamp * 1000n - atMs >= HOUR_MS) return undefined;
    const { given } = reportShape.parse(riskInterface.parseLog(log)?.args.toObject());
    return { addOnBps: given, atMs };
  }

  /** A block that has gone in the meantime counts as the newest: its report is read again soon. */
  async #timeOf({ blockNumber }: ChainLog, head: BlockFacts): Promise<bigint> {
    if (blockNumber === head.number) return head.timestamp;
    return (await this.#parts.agreed.block(blockNumber))?.timestamp ?? head.timestamp;
  }
}
