// SPDX-License-Identifier: MIT
import type { ActionClass, Work } from "../model/intents/types.ts";
import type { AgreedChain, MarketFees } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";
import { simulateWork, weighWork } from "./planWork.ts";
import type { Simulation, WorkPlan } from "./planWork.ts";

/** What was read at one block. */
interface Memory {
  readonly hash: string;
  readonly simulations: Map<string, Promise<Simulation>>;
  readonly nonces: Map<string, Promise<number>>;
  readonly fees: Map<string, Promise<MarketFees>>;
}

/**
 * Plans an account's work. What it read or simulated at a block it does not ask for at that block again, so a turn reads
 * the chain's facts once, and work that is proposed and sent at the same block is simulated once. A newer block makes it
 * forget everything; so does a restart, which costs time only.
 */
export class WorkPlanner {
  readonly #agreed: AgreedChain;
  readonly #account: string;
  #memory: Memory | undefined;

  constructor(agreed: AgreedChain, account: string) {
    this.#agreed = agreed;
    this.#account = account;
  }

  /** What work costs on the state after `head`, or why it is not to be done now. */
  async plan(work: Work, action: ActionClass, head: BlockFacts): Promise<WorkPlan> {
    const call = { from: this.#account, to: work.to, data: work.data };
    const { simulations } = this.#at(head);
    const simulation = await once(simulations, `${work.to} ${work.data}`, () => simulateWork(this.#agreed, call, head));
    if (simulation.kind === "refused") return simulation;
    return weighWork(simulation.gasLimit, work, action, await this.fees(head));
  }

  /** Transactions of the account up to `head`. */
  nonce(head: BlockFacts): Promise<number> {
    return once(this.#at(head).nonces, "", () => this.#agreed.nonce(this.#account, head));
  }

  fees(head: BlockFacts): Promise<MarketFees> {
    return once(this.#at(head).fees, "", () => this.#agreed.marketFees(head));
  }

  #at({ hash }: BlockFacts): Memory {
    if (this.#memory?.hash !== hash)
      this.#memory = { hash, simulations: new Map(), nonces: new Map(), fees: new Map() };
    return this.#memory;
  }
}

/** Asks for each key once; what failed is asked for again. */
function once<Value>(known: Map<string, Promise<Value>>, key: string, ask: () => Promise<Value>): Promise<Value> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const asked = ask();
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}
