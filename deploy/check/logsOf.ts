// SPDX-License-Identifier: MIT
import type { Interface, LogDescription, Provider } from "ethers";

import { BallastError } from "../../scripts/model/BallastError.ts";

/** Most blocks asked for at once; nodes that refuse so many are asked for fewer. */
const SPAN = 9_000;
const SMALLEST_SPAN = 50;

/** Every event of `events` that a contract has emitted since a block. @throws BallastError `logsUnavailable`. */
export async function logsOf(
  provider: Provider,
  address: string,
  events: Interface,
  fromBlock: number,
): Promise<LogDescription[]> {
  const newest = await provider.getBlockNumber();
  const topics = [events.fragments.map((fragment) => events.getEvent(fragment.format())!.topicHash)];
  const found: LogDescription[] = [];
  let span = SPAN;
  let from = fromBlock;
  while (from <= newest) {
    const toBlock = Math.min(newest, from + span - 1);
    try {
      const logs = await provider.getLogs({ address, topics, fromBlock: from, toBlock });
      found.push(...logs.map((log) => events.parseLog(log)!));
      from = toBlock + 1;
    } catch (cause) {
      span = Math.floor(span / 2);
      if (span < SMALLEST_SPAN)
        throw new BallastError("logsUnavailable", `The node does not tell what ${address} has emitted`, {
          context: { address, fromBlock: from, toBlock },
          cause,
          retriable: true,
        });
    }
  }
  return found;
}
