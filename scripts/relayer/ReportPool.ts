// SPDX-License-Identifier: MIT
import type { Log } from "../chain/Log.ts";
import { recoverReporter } from "../chain/recoverReporter.ts";
import { FEED_SLOTS } from "../model/constants.ts";
import { hasLowS } from "../model/relayFormat.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { Seat, SignedReport } from "../model/types.ts";

/** Two reports that prove a validator signed two vectors in one round. */
export interface Equivocation {
  readonly first: SignedReport;
  readonly second: SignedReport;
}

/** What a report is checked against. */
export interface PoolView {
  readonly currentRound: bigint;
  readonly feeds: number;
  /** Seats of the sets that count: the current one and the one before. */
  readonly sets: ReadonlyMap<bigint, readonly Seat[]>;
}

/** Why a report was not taken. */
export type PoolRefusal =
  | "known"
  | "outsideWindow"
  | "unknownSet"
  | "emptySeat"
  | "notItsSigner"
  | "malleable"
  | "alreadyAccused"
  | "pricesUnlistedFeed"
  | "pricesNothing"
  | "tooManyAnchors";

/** Rounds the oracle can still accept. */
const KEPT_ROUNDS = 40n;
/** Reports with a wrong signature after which the rest of a source's answer is not looked at: checking costs time. */
const PATIENCE_WITH_FORGERIES = 4;
/** Anchors kept per vector: a validator re-signs after a reorg, not more. */
const MAXIMUM_ANCHORS = 4;

/** Verified reports of recent rounds. The first vector of a signer in a round counts; a second one is evidence. */
export class ReportPool {
  readonly #domain: OracleDomain;
  readonly #log: Log;
  #reports: SignedReport[] = [];
  #equivocations: Equivocation[] = [];
  #known = new Set<string>();
  #prunedAt: bigint | undefined;

  constructor(domain: OracleDomain, log: Log) {
    this.#domain = domain;
    this.#log = log;
  }

  /** Takes what a source offers, until it has shown that it offers forgeries. Returns what was refused and why. */
  offerAll(reports: readonly SignedReport[], view: PoolView): { report: SignedReport; refusal: PoolRefusal }[] {
    const refused: { report: SignedReport; refusal: PoolRefusal }[] = [];
    let forgeries = 0;
    for (const report of reports) {
      if (forgeries >= PATIENCE_WITH_FORGERIES) break;
      const refusal = this.offer(report, view);
      if (refusal === "notItsSigner") forgeries += 1;
      if (refusal !== undefined) refused.push({ report, refusal });
    }
    return refused;
  }

  /** Takes a report after checking everything the contract would check without knowing the chain's blocks. */
  offer(report: SignedReport, view: PoolView): PoolRefusal | undefined {
    const refusal = this.#refusal(report, view);
    if (refusal !== undefined) return refusal;

    const signer = signerOf(report, view);
    const earlier = this.#reports.find((known) => known.round === report.round && signerOf(known, view) === signer);
    if (earlier !== undefined && earlier.prices.join() !== report.prices.join()) this.#accuse(earlier, report);
    else this.#reports.push(report);
    this.#known.add(identityOf(report));
    return undefined;
  }

  /** Forgets what the oracle cannot accept any more; evidence stays. */
  prune(currentRound: bigint): void {
    if (currentRound === this.#prunedAt) return;
    this.#prunedAt = currentRound;
    this.#reports = this.#reports.filter((report) => report.round + KEPT_ROUNDS > currentRound);
    this.#known = new Set(this.all().map(identityOf));
  }

  /** Rounds with reports, newest first. */
  rounds(): bigint[] {
    return [...new Set(this.#reports.map((report) => report.round))].sort((a, b) => (a > b ? -1 : 1));
  }

  ofRound(round: bigint, setId: bigint): SignedReport[] {
    return this.#reports.filter((report) => report.round === round && report.setId === setId);
  }

  all(): readonly SignedReport[] {
    return [...this.#reports, ...this.#equivocations.map((pair) => pair.second)];
  }

  equivocations(): readonly Equivocation[] {
    return this.#equivocations;
  }

  #refusal(report: SignedReport, view: PoolView): PoolRefusal | undefined {
    const { round, currentRound } = { round: report.round, currentRound: view.currentRound };
    if (round > currentRound + 1n || round + KEPT_ROUNDS <= currentRound) return "outsideWindow";
    const seats = view.sets.get(report.setId);
    if (seats === undefined) return "unknownSet";
    const seat = seats[report.seat];
    if (seat === undefined || seat.weight === 0n) return "emptySeat";
    if (this.#known.has(identityOf(report))) return "known";
    if (report.prices.slice(view.feeds, FEED_SLOTS).some((price) => price !== 0n)) return "pricesUnlistedFeed";
    if (report.prices.every((price) => price === 0n)) return "pricesNothing";
    const anchors = this.#reports.filter(
      (known) => known.round === round && known.setId === report.setId && known.seat === report.seat,
    );
    if (anchors.length >= MAXIMUM_ANCHORS) return "tooManyAnchors";
    if (this.#isAccused(round, report.seat)) return "alreadyAccused";
    if (!hasLowS(report.signature)) return "malleable";
    return recoverReporter(this.#domain, report)?.toLowerCase() === seat.signer.toLowerCase()
      ? undefined
      : "notItsSigner";
  }

  #isAccused(round: bigint, seat: number): boolean {
    return this.#equivocations.some(({ first }) => first.round === round && first.seat === seat);
  }

  #accuse(first: SignedReport, second: SignedReport): void {
    this.#equivocations = [...this.#equivocations, { first, second }].slice(-256);
    this.#log.error({ round: first.round.toString(), seat: first.seat }, "a validator signed two vectors in one round");
  }
}

function signerOf(report: SignedReport, view: PoolView): string | undefined {
  return view.sets.get(report.setId)?.[report.seat]?.signer.toLowerCase();
}

/** Of reports that are at hand, since they are offered again and again. */
const identities = new WeakMap<SignedReport, string>();

/** What a report says under which anchor; the signature's bytes may differ. */
function identityOf(report: SignedReport): string {
  const { round, setId, seat, anchorHash, prices } = report;
  const known = identities.get(report) ?? `${round}|${setId}|${seat}|${anchorHash}|${prices.join()}`;
  identities.set(report, known);
  return known;
}
