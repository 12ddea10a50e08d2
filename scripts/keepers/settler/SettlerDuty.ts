// SPDX-License-Identifier: MIT
import { solidityPackedKeccak256 } from "ethers";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { ContractReader } from "../../chain/ContractReader.ts";
import { isAccepted } from "../../chain/isAccepted.ts";
import { marketOf, potKey } from "../../model/clearing/clearingLedger.ts";
import type { Duty, Job, KeeperView } from "../Duty.ts";
import { classOf } from "../dutyShape.ts";
import type { ProtocolIndex } from "../index/ProtocolIndex.ts";
import { unpaidJob } from "../unpaidJob.ts";
import { decideSettlements } from "./decideSettlements.ts";
import type { ExpiryStanding, SettlementLimits, SettlementTask } from "./decideSettlements.ts";
import { SettlementReader } from "./SettlementReader.ts";
import type { SettlerConfig } from "./SettlerConfig.ts";

/** What is read and settled. */
export interface SettlerParts {
  readonly agreed: AgreedChain;
  readonly index: ProtocolIndex;
  readonly house: ContractReader;
  readonly oracle: ContractReader;
  /** Without it nobody's witnesses are recorded. */
  readonly router: ContractReader | undefined;
}

const SECOND_MS = 1_000n;
const DAY = 86_400n;
const WEEK_MS = 604_800_000n;
/** Shares of moved fees, apart from those of expiries. */
const FEES_SHARE = 1n << 40n;

/**
 * Settlement to its end: every expiry gets its price from whichever rung is open, with the witnesses recorded before they
 * are needed, every book is settled and tipped for, and fees go where they belong. The Clearinghouse says which rung rules;
 * nothing here chooses a price.
 */
export class SettlerDuty implements Duty {
  readonly name = "settler";
  readonly classes;
  readonly #parts: SettlerParts;
  readonly #reader: SettlementReader;
  readonly #limits: SettlementLimits;
  readonly #movesFees: boolean;

  constructor(parts: SettlerParts, { fees, booksAtOnce, witnessAfterMs, moveFees }: SettlerConfig) {
    this.#parts = parts;
    this.#reader = new SettlementReader(parts.agreed, parts.oracle);
    this.#limits = { booksAtOnce, witnessAfter: BigInt(witnessAfterMs) / SECOND_MS };
    this.#movesFees = moveFees;
    this.classes = [classOf("settler", fees)];
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    await this.#parts.index.advance(view.head);
    const expiries = this.#expiries();
    const tasks = decideSettlements(expiries, view.head.timestamp, this.#limits);
    const jobs = await Promise.all(tasks.map((task) => this.#jobsOf(task, view)));
    return [...jobs.flat(), ...(this.#movesFees ? this.#fees(expiries, view) : [])];
  }

  /** Those with books that are not settled, as the index knows them. */
  #expiries(): ExpiryStanding[] {
    const { ledger, unsettled } = this.#parts.index;
    return [...unsettled.expiries()].map(({ market, expiry, books }) => ({
      market,
      expiry,
      books,
      feed: marketOf(ledger, market).feed,
      price: ledger.pots.get(potKey(market, expiry))?.price ?? 0n,
    }));
  }

  async #jobsOf(task: SettlementTask, view: KeeperView): Promise<Job[]> {
    switch (task.kind) {
      case "price":
        return this.#price(task.expiry, view);
      case "witness":
        return this.#witnesses(task.expiry, view);
      case "books":
        return [this.#books(task.expiry, task.ids, view)];
    }
  }

  /** Most expiries need no pointer; after an outage over one, the first half hour behind it is pointed at. */
  async #price({ market, expiry, feed }: ExpiryStanding, view: KeeperView): Promise<Job[]> {
    const dataOf = (after: bigint): string => this.#parts.house.encode("settleExpiry", [market, expiry, after]);
    const accepts = (data: string): Promise<boolean> => this.#isAccepted(data, view);
    let data = dataOf(0n);
    if (!(await accepts(data))) {
      const after = await this.#reader.firstAfter(feed, expiry, view.head);
      data = dataOf(after);
      if (after === 0n || !(await accepts(data))) return [];
    }
    return [this.#job(`price ${market} ${expiry}`, data, shareOf(market, expiry), view)];
  }

  async #witnesses({ feed, expiry }: ExpiryStanding, view: KeeperView): Promise<Job[]> {
    const { router, house } = this.#parts;
    if (router === undefined) return [];
    const proofs = await this.#reader.proofs(router, feed, expiry, view.head);
    const jobs = await Promise.all(
      proofs.map(async ({ source, roundId }) => {
        const data = house.encode("recordWitness", [feed, expiry, source, roundId]);
        const isDue = await this.#isAccepted(data, view);
        const key = `witness ${feed} ${expiry} ${source} ${roundId}`;
        return isDue ? this.#job(key, data, shareOf(feed, expiry) + BigInt(source), view) : [];
      }),
    );
    return jobs.flat();
  }

  #books({ market, expiry }: ExpiryStanding, ids: readonly bigint[], view: KeeperView): Job {
    const types = ids.map(() => "uint256");
    const data = this.#parts.house.encode("settleBooks", [ids]);
    const key = `books ${market} ${expiry} ${solidityPackedKeccak256(types, ids)}`;
    return this.#job(key, data, shareOf(market, expiry) + ids[0]!, view);
  }

  /** Once a day for each market that has more than the tips of its expiries that are still to be priced. */
  #fees(expiries: readonly ExpiryStanding[], view: KeeperView): Job[] {
    const { index, house } = this.#parts;
    return [...index.ledger.markets].flatMap(([market, { feesOwed, parameters }]) => {
      const open = expiries.filter((expiry) => expiry.market === market && expiry.price === 0n);
      if (feesOwed <= parameters.tip * BigInt(open.length)) return [];
      const key = `fees ${market} ${view.head.timestamp / DAY}`;
      return this.#job(key, house.encode("moveFees", [market]), FEES_SHARE + market, view);
    });
  }

  #isAccepted(data: string, { head, account }: KeeperView): Promise<boolean> {
    const { agreed, house } = this.#parts;
    return isAccepted(agreed, { from: account, to: house.address, data }, head);
  }

  #job(key: string, data: string, shareId: bigint, { head }: KeeperView): Job {
    const { name: className } = this.classes[0]!;
    return unpaidJob({ key, className, to: this.#parts.house.address, data }, shareId, head, WEEK_MS);
  }
}

/** Expiries of a market are a day apart, so neighbours fall to different replicas. */
function shareOf(market: bigint, expiry: bigint): bigint {
  return market + expiry / DAY;
}
