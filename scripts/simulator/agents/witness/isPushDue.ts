// SPDX-License-Identifier: MIT
import { BPS } from "../../../model/constants.ts";

/** When a witness publishes. */
export interface PushPolicy {
  readonly deviationBps: number;
  readonly heartbeatSeconds: number;
}

/** What a witness published last; price with 8 decimals, seconds since the scenario's start. */
export interface Pushed {
  readonly price: bigint;
  readonly seconds: number;
}

/** Whether a witness publishes a price now: as its first, when it moved far enough, or when its heartbeat is over. Pure. */
export function isPushDue(last: Pushed | undefined, { price, seconds }: Pushed, policy: PushPolicy): boolean {
  if (last === undefined || seconds - last.seconds >= policy.heartbeatSeconds) return true;
  const moved = price > last.price ? price - last.price : last.price - price;
  return moved * BPS >= last.price * BigInt(policy.deviationBps);
}
