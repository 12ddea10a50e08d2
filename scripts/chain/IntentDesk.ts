// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { larger } from "../model/clearing/payoff.ts";
import { decideFees, feeCeiling } from "../model/intents/decideFees.ts";
import { decideIntent } from "../model/intents/decideIntent.ts";
import type { IntentDecision, IntentSituation } from "../model/intents/decideIntent.ts";
import { forgottenNonces, gapsBelow, nextNonce, unknownNonces } from "../model/intents/nonces.ts";
import { remedyOf } from "../model/intents/remedyOf.ts";
import type { ActionClass, Intent, Work } from "../model/intents/types.ts";
import type { AgreedChain, MinedTransaction } from "./AgreedChain.ts";
import { broadcastTransaction } from "./broadcastTransaction.ts";
import type { BlockFacts } from "./chainFacts.ts";
import type { ChainClient } from "./ChainClient.ts";
import type { Clock } from "./Clock.ts";
import type { DeskPolicy, DeskTurn, IntentEvent, IntentProblem, Proposal } from "./deskTypes.ts";
import { findTaker } from "./findTaker.ts";
import { inParallel } from "./inParallel.ts";
import type { AttemptPlan, IntentBook } from "./IntentBook.ts";
import { Pace } from "./Pace.ts";
import type { Signer } from "./Signer.ts";
import type { WorkPlan } from "./planWork.ts";
import { WorkPlanner } from "./WorkPlanner.ts";

/** What a desk works with. One desk, one account, one book. */
export interface DeskParts {
  /** Broadcasts. */
  readonly chain: Pick<ChainClient, "chainId" | "broadcast">;
  /** Everything that is decided on. */
  readonly agreed: AgreedChain;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly book: IntentBook;
}

/** The chain as a turn sees it. */
interface View {
  readonly nowMs: bigint;
  readonly head: BlockFacts;
  /** None on a chain too young to have one. */
  readonly final: BlockFacts | undefined;
  readonly latestNonce: number;
  readonly finalNonce: number;
  readonly baseFeePerGas: bigint;
  readonly market: IntentSituation["market"];
}

type Receipt = NonNullable<IntentSituation["receipt"]> & { readonly hash: string };

const EMPTY_TRANSACTION_GAS = 21_000n;
const EMPTY = "0x";
/** Between two looks for forgotten transactions while nothing is open. */
const IDLE_LOOK_MS = 60_000n;
/** Intents whose steps are under way at once. */
const AT_ONCE = 8;

/**
 * Gets work into the chain once. A proposal is simulated at a pinned block, weighed and written down; every turn then
 * looks at all open intents, some at once, decides each from the chain alone and takes one step, each written before it
 * is taken. A turn is bounded and nothing is kept in memory that matters: after a crash at any point the next goes on.
 */
export class IntentDesk {
  readonly #parts: DeskParts;
  readonly #policy: DeskPolicy;
  readonly #planner: WorkPlanner;
  readonly #idleLook = new Pace(IDLE_LOOK_MS);
  #forgottenSinceMs: bigint | undefined;
  #isBusy = false;

  constructor(parts: DeskParts, policy: DeskPolicy) {
    this.#parts = parts;
    this.#policy = policy;
    this.#planner = new WorkPlanner(parts.agreed, parts.signer.address);
  }

  /**
   * Takes work on unless it, or a part of it, is known, would be refused, or is not worth its gas now. Sends nothing.
   * @param block What it is simulated at; the newest unless said.
   */
  async propose(work: Work, block?: BlockFacts): Promise<Proposal> {
    const known = this.#known(work);
    if (known !== undefined) return known;

    const { agreed, book } = this.#parts;
    const head = block ?? (await agreed.head());
    const plan = await this.#planner.plan(work, this.#classOf(work), head);
    if (plan.kind !== "pay") return plan;
    const nonce = await this.#planner.nonce(head);
    const knownNow = this.#known(work); // proposed twice at once
    if (knownNow !== undefined) return knownNow;
    book.add(work, plan.gasLimit, { nonce, block: head.number });
    return { kind: "planned" };
  }

  /** What a dry run says of work at a block: nothing is written. */
  plan(work: Work, block: BlockFacts): Promise<WorkPlan> {
    return this.#planner.plan(work, this.#classOf(work), block);
  }

  /** Nobody wants this work any more: its nonce is taken back unless it was mined. True when it was open. */
  withdraw(key: string): boolean {
    return this.#parts.book.withdraw(key);
  }

  /** One bounded turn. @throws BallastError when the chain cannot be read or the book not written: nothing was done. */
  async advance(): Promise<DeskTurn> {
    if (this.#isBusy) throw new BallastError("deskBusy", "A turn is under way", { retriable: true });
    this.#isBusy = true;
    try {
      return await this.#turn();
    } finally {
      this.#isBusy = false;
    }
  }

  async #turn(): Promise<DeskTurn> {
    const events: IntentEvent[] = [];
    const problems: IntentProblem[] = [];
    if (await this.#isIdle()) return { events, problems };
    const view = await this.#view();
    // What holds one intent up must not hold up the others.
    const attempt = async (key: string, step: () => Promise<IntentEvent[]>): Promise<void> => {
      try {
        events.push(...(await step()));
      } catch (error) {
        if (!(error instanceof BallastError) || error.code.startsWith("store")) throw error;
        problems.push({ key, error, remedy: remedyOf(error) });
      }
    };
    const fillAll = async (nonces: readonly number[]): Promise<void> => {
      for (const nonce of nonces) await attempt(`fill ${nonce}`, () => this.#fill(nonce, view));
    };
    const steps = async (isMeant: (intent: Intent) => boolean): Promise<void> => {
      const meant = this.#parts.book.open().filter(isMeant);
      await inParallel(meant, AT_ONCE, (intent) => attempt(intent.key, () => this.#step(intent, view)));
    };

    await steps(({ bound }) => bound !== undefined);
    const forgotten = await this.#forgotten(view);
    if (this.#forgottenSinceMs !== undefined) {
      // Real work must not take these nonces: a forgotten transaction behind them may be the same work.
      await fillAll(forgotten);
      return { events, problems };
    }
    await steps(({ bound }) => bound === undefined);
    await fillAll(gapsBelow(view.latestNonce, this.#bound()));
    return { events, problems };
  }

  /** Without open intents there is nothing to see but forgotten transactions, which is no hurry. */
  async #isIdle(): Promise<boolean> {
    if (this.#forgottenSinceMs !== undefined || this.#parts.book.hasOpen()) return false;
    return !this.#idleLook.isDue(await this.#parts.clock.now());
  }

  async #view(): Promise<View> {
    const { agreed, clock, signer } = this.#parts;
    const nowMs = await clock.now();
    const head = await agreed.head();
    const final = await agreed.head(this.#policy.finality).catch((error: unknown) => {
      if (error instanceof BallastError && error.code === "chainEmpty") return undefined;
      throw error;
    });
    const latestNonce = await this.#planner.nonce(head);
    const finalNonce = final === undefined ? 0 : await agreed.nonce(signer.address, final);
    return { nowMs, head, final, latestNonce, finalNonce, ...(await this.#planner.fees(head)) };
  }

  /** Nonces of waiting transactions that this book knows nothing of, once they were waited for long enough. */
  async #forgotten(view: View): Promise<number[]> {
    const pendingNonce = await this.#parts.agreed.pendingNonce(this.#parts.signer.address);
    const forgotten = forgottenNonces(view.latestNonce, pendingNonce, this.#bound());
    if (forgotten.length === 0) this.#forgottenSinceMs = undefined;
    else this.#forgottenSinceMs ??= view.nowMs;
    const isOver = view.nowMs - (this.#forgottenSinceMs ?? view.nowMs) >= this.#policy.forgottenMs;
    return isOver ? forgotten : [];
  }

  async #step(intent: Intent, view: View): Promise<IntentEvent[]> {
    // Work whose class is configured no more can still be taken back, or its nonce would hold up all that follow.
    const action = intent.withdrawn ? this.#policy.filler : this.#classOf(intent);
    const receipt = await this.#receiptOf(intent, view);
    const decision = decideIntent(intent, {
      ...view,
      finalNumber: view.final?.number ?? -1n,
      receipt,
      bumpAfterMs: action.bumpAfterMs,
      ceiling: feeCeiling(action, intent, intent.gasLimit),
      maximumFeePerGas: action.maximumFeePerGas,
    });
    return this.#act(intent, decision, view, receipt);
  }

  async #act(
    intent: Intent,
    decision: IntentDecision,
    view: View,
    receipt: Receipt | undefined,
  ): Promise<IntentEvent[]> {
    const { book } = this.#parts;
    const { key } = intent;
    switch (decision.kind) {
      case "drop":
        book.finish(intent, "givenUp", undefined);
        return [{ key, kind: "givenUp" }];
      case "finish":
        book.finish(intent, decision.end, receipt?.hash);
        return [{ key, kind: decision.end, ...(receipt !== undefined && { hash: receipt.hash }) }];
      case "bind":
        return this.#bind(intent, view);
      case "unbind":
        book.unbind(intent);
        return [{ key, kind: "unbound", nonce: intent.bound!.nonce }];
      case "sign":
        return this.#send(intent, "sent");
      case "bump":
      case "cancel": {
        const kind = decision.kind === "cancel" ? "cancel" : intent.attempts.at(-1)!.kind;
        const gasLimit = kind === "work" ? await this.#gasNow(intent, view) : EMPTY_TRANSACTION_GAS;
        book.addAttempt(intent, { kind, gasLimit, ...decision.fees });
        return this.#send(intent, decision.kind === "cancel" ? "cancelled" : "bumped");
      }
      case "wait":
        // What failed for the sake of one part need not wait for a final block: each part can be done alone.
        if (receipt?.succeeded === false) book.release(intent, "reverted");
        return this.#wait(intent, decision.reason);
    }
  }

  /** Its work may have been renewed since it got its limit. What the chain would refuse goes on: its nonce holds others up. */
  async #gasNow(intent: Intent, view: View): Promise<bigint> {
    const plan = await this.#planner.plan(intent, this.#classOf(intent), view.head);
    return plan.kind === "pay" ? larger(plan.gasLimit, intent.gasLimit) : intent.gasLimit;
  }

  async #wait(intent: Intent, reason: Extract<IntentDecision, { kind: "wait" }>["reason"]): Promise<IntentEvent[]> {
    if (reason === "mined" || reason === "nonceTaken") return [{ key: intent.key, kind: reason }];
    // Nodes lose transactions, also ones they acknowledged: the newest is told again until it is in the chain.
    const { signed } = intent.attempts.at(-1)!;
    if (signed?.raw !== undefined) await broadcastTransaction(this.#parts.chain, signed.raw);
    return [];
  }

  /** Gives an intent the lowest free nonce, if the chain still wants its work at this block. */
  async #bind(intent: Intent, view: View): Promise<IntentEvent[]> {
    const { book } = this.#parts;
    const taken = await this.#doneUnawares(intent, view);
    if (taken !== undefined) return [taken];
    const action = this.#classOf(intent);
    const plan = await this.#planner.plan(intent, action, view.head);
    if (plan.kind === "tooDear" && action.mustDo) return []; // until it is not or its deadline passes
    if (plan.kind !== "pay") {
      // What it brings in was counted when it was written down; whoever wants it counts anew.
      book.finish(intent, "givenUp", undefined);
      return [{ key: intent.key, kind: "givenUp" }];
    }
    const nonce = nextNonce(view.latestNonce, this.#bound()); // nothing comes between this and its row
    book.bind(intent, { nonce, block: view.head.number }, { kind: "work", gasLimit: plan.gasLimit, ...plan.fees });
    return [{ key: intent.key, kind: "bound", nonce }, ...(await this.#send(intent, "sent"))];
  }

  /**
   * Looks whether this account did the work since it was written down, by a transaction that this book knows nothing of:
   * so it is after an old copy of the disk was put back.
   * @throws BallastError `bookTooOld` when there are too many of them to tell.
   */
  async #doneUnawares(intent: Intent, view: View): Promise<IntentEvent | undefined> {
    const { agreed, book, signer } = this.#parts;
    const { nonce: first, block } = intent.planned;
    const unknown = unknownNonces(first, view.latestNonce, book.nonces(first));
    if (unknown === undefined)
      throw new BallastError("bookTooOld", "The account sent too much that this book knows nothing of", {
        context: { first, latestNonce: view.latestNonce },
      });
    for (const nonce of unknown) {
      const taker = await findTaker(agreed, signer.address, nonce, block, view.head);
      if (!isWorkOf(intent, taker) || this.#bound().includes(nonce)) continue; // another's by now
      book.adopt(intent, taker.hash, { nonce, block });
      return { key: intent.key, kind: "adopted", nonce, hash: taker.hash };
    }
    return undefined;
  }

  /** Fills a nonce with an empty transaction of its own intent. */
  async #fill(nonce: number, view: View): Promise<IntentEvent[]> {
    const { book, signer } = this.#parts;
    const { filler } = this.#policy;
    const decision = decideFees(view.market, view.baseFeePerGas, filler.maximumFeePerGas);
    if (decision.kind !== "pay") return [];
    const key = `fill ${nonce} at ${view.head.hash}`;
    const forever = BigInt(Number.MAX_SAFE_INTEGER);
    const work = { className: filler.name, to: signer.address, data: EMPTY, rewardWei: 0n, deadlineMs: forever };
    book.add({ key, ...work }, EMPTY_TRANSACTION_GAS, { nonce, block: view.head.number });
    const intent = this.#reread(key);
    const plan: AttemptPlan = { kind: "work", gasLimit: EMPTY_TRANSACTION_GAS, ...decision.fees };
    book.bind(intent, { nonce, block: view.head.number }, plan);
    return [{ key, kind: "bound", nonce }, ...(await this.#send(intent, "sent"))];
  }

  /** Signs the newest attempt, keeps it, and lets it go. */
  async #send(given: Intent, kind: "sent" | "bumped" | "cancelled"): Promise<IntentEvent[]> {
    const { chain, signer, book, clock } = this.#parts;
    const intent = this.#reread(given.key);
    const attempt = intent.attempts.at(-1)!;
    const isWork = attempt.kind === "work";
    const nonce = intent.bound!.nonce;
    const raw = await signer.signTransaction({
      chainId: chain.chainId,
      nonce,
      to: isWork ? intent.to : signer.address,
      data: isWork ? intent.data : EMPTY,
      gasLimit: attempt.gasLimit,
      maxFeePerGas: attempt.maxFeePerGas,
      maxPriorityFeePerGas: attempt.maxPriorityFeePerGas,
    });
    const hash = keccak256(raw);
    book.saveSigned(attempt, hash, raw, await clock.now());
    await broadcastTransaction(chain, raw);
    return [{ key: intent.key, kind, nonce, hash }];
  }

  /** Receipt of whichever attempt has one; there can be none while the nonce is free. */
  async #receiptOf(intent: Intent, view: View): Promise<Receipt | undefined> {
    if (intent.bound === undefined || view.latestNonce <= intent.bound.nonce) return undefined;
    for (const { kind, signed } of intent.attempts) {
      const receipt = signed === undefined ? undefined : await this.#parts.agreed.receipt(signed.hash);
      if (receipt !== undefined) return { ...receipt, kind };
    }
    return undefined;
  }

  #bound(): number[] {
    return this.#parts.book.boundNonces();
  }

  #reread(key: string): Intent {
    return this.#parts.book.openOne(key)!;
  }

  #known({ key, parts = [] }: Work): Extract<Proposal, { kind: "known" }> | undefined {
    for (const one of [key, ...parts]) {
      const state = this.#parts.book.stateOf(one);
      if (state === "open" || state === "done") return { kind: "known", state };
    }
    return undefined;
  }

  #classOf({ className }: Pick<Work, "className">): ActionClass {
    const found = [...this.#policy.classes, this.#policy.filler].find(({ name }) => name === className);
    if (found === undefined)
      throw new BallastError("classUnknown", "No such class of actions", { context: { className } });
    return found;
  }
}

function isWorkOf(intent: Intent, { to, input }: MinedTransaction): boolean {
  return to === intent.to.toLowerCase() && input === intent.data.toLowerCase();
}
