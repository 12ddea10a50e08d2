// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { Clock } from "../chain/Clock.ts";
import type { DeskTurn } from "../chain/deskTypes.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import type { IntentBook } from "../chain/IntentBook.ts";
import type { IntentDesk } from "../chain/IntentDesk.ts";
import type { Log } from "../chain/Log.ts";
import { BallastError } from "../model/BallastError.ts";
import type { Step, TradePlan } from "./TradeAccess.ts";

/** What a trader's desk works with. */
export interface TradeDeskParts {
  readonly agreed: AgreedChain;
  readonly desk: IntentDesk;
  readonly book: IntentBook;
  readonly clock: Clock;
  readonly log: Log;
  /** Lower case. */
  readonly account: string;
  readonly className: string;
  readonly patienceMs: bigint;
  readonly pollMs: bigint;
}

/** What was sent, and where it is. */
export interface Sent {
  readonly name: string;
  readonly hash: string;
}

/** How an intent ended in this process; the hash where one is known. */
interface Ended {
  readonly kind: "done" | "reverted" | "givenUp";
  readonly hash: string | undefined;
}

/**
 * Sends what people agreed to, once. Whatever an earlier process left under way is brought to its end first, and a trade that
 * came through so stops the command: whoever typed it twice may not have known.
 */
export class TradeDesk {
  readonly #parts: TradeDeskParts;

  constructor(parts: TradeDeskParts) {
    this.#parts = parts;
  }

  /**
   * Ends what an earlier process left.
   * @throws BallastError `earlierTrade` when that is in the chain now: look before it is done again.
   */
  async finishEarlier(signal: AbortSignal): Promise<void> {
    const keys = this.#parts.book.open().map(({ key }) => key);
    for (const key of keys) {
      const { kind, hash } = await this.#follow(key, signal);
      this.#parts.log.warn({ key, kind, hash }, "an earlier command was ended");
      if (kind === "done")
        throw new BallastError(
          "earlierTrade",
          "What an earlier command had begun is done now: look at it before more",
          {
            context: { earlier: key, hash },
          },
        );
    }
  }

  /** Looks whether the chain would take a plan's first step; the others depend on it. @throws BallastError its refusal. */
  async simulate({ steps }: TradePlan): Promise<Step | undefined> {
    const { agreed, account } = this.#parts;
    const head = await agreed.head();
    for (const prepare of steps) {
      const step = await prepare(head);
      if (step === undefined) continue;
      await agreed.call({ from: account, to: step.to, data: step.data }, head).catch((error: unknown) => {
        throw explainRefusal(error);
      });
      return step;
    }
    return undefined;
  }

  /** Does a plan's steps one after the other, each prepared on the chain as the one before left it. */
  async send({ steps }: TradePlan, signal: AbortSignal): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (const prepare of steps) {
      const step = await prepare(await this.#parts.agreed.head());
      if (step !== undefined) sent.push({ name: step.name, hash: await this.#sendOne(step, signal) });
    }
    return sent;
  }

  async #sendOne(step: Step, signal: AbortSignal): Promise<string> {
    const { desk, clock, className, patienceMs } = this.#parts;
    const nowMs = await clock.now();
    // Unique: an unfinished one of the same kind was ended before.
    const key = `${step.name} at ${nowMs}`;
    const { to, data } = step;
    const proposal = await desk.propose({ key, className, to, data, rewardWei: 0n, deadlineMs: nowMs + patienceMs });
    if (proposal.kind === "refused") throw explainRefusal(proposal.error);
    if (proposal.kind === "tooDear")
      throw new BallastError("gasTooDear", "Gas costs more now than the configuration allows", { retriable: true });
    const { kind, hash } = await this.#follow(key, signal);
    if (kind === "done" && hash !== undefined) return hash;
    throw new BallastError(kind === "reverted" ? "tradeReverted" : "tradeGivenUp", endText(kind), {
      context: { step: step.name, hash },
    });
  }

  /** Takes turns until an intent has ended; what held it up is told. */
  async #follow(key: string, signal: AbortSignal): Promise<Ended> {
    const { desk, clock, log, pollMs } = this.#parts;
    for (;;) {
      const turn = await desk.advance();
      const end = endIn(turn, key);
      if (end !== undefined) return end;
      for (const { error, remedy } of turn.problems) {
        log.warn({ key, code: error.code, remedy, reason: error.message }, "held up");
        if (remedy === "page") throw error;
      }
      await clock.waitUntil((await clock.now()) + pollMs, signal);
    }
  }
}

function endIn({ events }: DeskTurn, key: string): Ended | undefined {
  for (const { key: of, kind, hash } of events)
    if (of === key && (kind === "done" || kind === "reverted" || kind === "givenUp")) return { kind, hash };
  return undefined;
}

function endText(kind: Ended["kind"]): string {
  if (kind === "reverted") return "The chain took the transaction and refused what it does: the market moved meanwhile";
  return "Nothing was done: the chain did not want it any more, or it was in no block in time and was taken back";
}
