// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Clock } from "../chain/Clock.ts";
import type { ConfirmedChain } from "../chain/ConfirmedChain.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { Log } from "../chain/Log.ts";
import type { OracleReader } from "../chain/OracleReader.ts";
import { reportDigest } from "../chain/reportDigest.ts";
import { selectAnchor } from "../chain/selectAnchor.ts";
import type { Signer } from "../chain/Signer.ts";
import { BallastError } from "../model/BallastError.ts";
import { decideSign } from "../model/decideSign.ts";
import type { SignRefusal } from "../model/decideSign.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import { roundAt, roundStartMs, roundStartSeconds } from "../model/rounds.ts";
import { roundToTick } from "../model/roundToTick.ts";
import type { Prices, SignedReport } from "../model/types.ts";
import { ClockCheck } from "./ClockCheck.ts";
import type { Listener } from "./KeyListener.ts";
import type { PriceSource } from "./PriceSource.ts";
import type { ReportArchive } from "./ReportArchive.ts";
import { isCurrent } from "./ReportBook.ts";
import type { ReportBook } from "./ReportBook.ts";
import type { SigningGuard } from "./SigningGuard.ts";

/** What a validator is made of. */
export interface ValidatorParts {
  readonly clock: Clock;
  readonly chain: ConfirmedChain;
  readonly headAge: HeadAge;
  readonly oracle: OracleReader;
  /** Its key, and the one that is to follow it; the set says which is its seat's. */
  readonly signers: readonly Signer[];
  readonly guard: SigningGuard;
  readonly listener: Listener;
  readonly prices: PriceSource;
  readonly book: ReportBook;
  readonly archive: ReportArchive;
  readonly domain: OracleDomain;
  readonly log: Log;
  readonly registry: Registry;
  readonly maximumDelayMs: bigint;
  /** Error of the clock, against the newest block, with which it still signs. */
  readonly maximumSkewMs: bigint;
  /** Told what became of each round, with the key of the seat. */
  readonly afterRound?: (outcome: RoundOutcome, signer: Signer | undefined) => Promise<void>;
  /** Decides, but asks neither guard nor key. */
  readonly dryRun: boolean;
}

/** What became of a round. */
export type RoundOutcome = SignRefusal | "signed" | "dryRun" | "headUnconfirmed" | "clockSkewed";

/** Between two looks at whether the latest report's anchor is still on the chain. */
const ANCHOR_CHECK_MS = 7_500n;
/** An anchor older than this is unusual on every chain. */
const OLD_ANCHOR_SECONDS = 120n;
/** Before the next round others are not asked any more: one that hangs must not make it late. */
const QUIET_MS = 4_000n;

/** A validator's place in the set in force. */
interface Place {
  readonly setId: bigint;
  readonly seat: number | undefined;
  /** The one of its keys that the seat names. */
  readonly signer: Signer | undefined;
  readonly masked: boolean;
  readonly ticks: readonly bigint[];
}

/** What is signed, where, and with which key. */
interface Statement {
  readonly round: bigint;
  readonly setId: bigint;
  readonly seat: number;
  readonly signer: Signer;
  readonly prices: Prices;
}

/**
 * One validator: at the start of each round it observes, decides, lets the guard write the vector down, signs and puts
 * the report where relayers collect it. There is no delegation: a bond is its owner's own, and so is the key.
 */
export class ValidatorNode {
  readonly #parts: ValidatorParts;
  readonly #rounds: Counter<"outcome">;
  readonly #anchorAge: Gauge;
  readonly #clockCheck: ClockCheck;
  #lastRound: bigint | undefined;
  #lastSigned: { readonly report: SignedReport; readonly signer: Signer } | undefined;
  /** Newest report that was found anchored, and with it every older one in the book. */
  #anchored: SignedReport | undefined;
  #decided = false;

  constructor(parts: ValidatorParts) {
    this.#parts = parts;
    this.#clockCheck = new ClockCheck(parts.registry, parts.maximumSkewMs);
    this.#rounds = new Counter({
      name: "ballast_validator_rounds_total",
      help: "Rounds by what became of them",
      labelNames: ["outcome"],
      registers: [parts.registry],
    });
    this.#anchorAge = new Gauge({
      name: "ballast_anchor_age_seconds",
      help: "Age of the last round's anchor at the start of the round; much over 24 when the node lags",
      registers: [parts.registry],
    });
  }

  /**
   * One turn of the loop; returns when to come back. The round in which the node starts is left to others.
   * @throws BallastError `headUnconfirmed`, `clockSkewed`, `signedElsewhere` among others: the node goes on, but is not ready.
   */
  async turn(): Promise<bigint> {
    const nowMs = await this.#parts.clock.now();
    const round = roundAt(nowMs);
    // A clock that was set back starts again; what it signed before the guard knows.
    if (this.#lastRound === undefined || round < this.#lastRound) this.#lastRound = round;
    await this.#lookAtHead(round, nowMs);
    const nextRoundMs = roundStartMs(round + 1n);
    if (round > this.#lastRound) {
      await this.takeRound(round); // when this fails the round is tried again, until it is too late for it
      this.#lastRound = round;
    } else {
      if (nextRoundMs - nowMs >= QUIET_MS) await this.#parts.listener.watch(round);
      await this.#keepAnchored(round);
    }

    const nextCheckMs = nowMs + ANCHOR_CHECK_MS;
    return nextCheckMs < nextRoundMs ? nextCheckMs : nextRoundMs;
  }

  /** Whether a round was signed, or refused for another reason than listening. */
  hasDecided(): boolean {
    return this.#decided;
  }

  /** Observes, decides and signs one round. Returns the report, undefined when it stays silent. */
  async takeRound(round: bigint): Promise<SignedReport | undefined> {
    const { clock, chain, guard, listener, book, maximumDelayMs } = this.#parts;
    const done = book.all().find((report) => report.round === round);
    if (done !== undefined) return done; // what failed came after the signature
    const key = await listener.stateAt(round);
    const said = guard.vectorOf(round);
    const [place, anchor, observed] = await Promise.all([
      this.#place(),
      selectAnchor(chain, round),
      said ?? this.#parts.prices.observe(await clock.now()),
    ]);
    this.#watchAge(round, anchor);
    const prices = said ?? observed.map((price, slot) => onTick(price, place.ticks[slot]));
    const delayMs = (await clock.now()) - roundStartMs(round);
    const decision = decideSign({
      delayMs,
      maximumDelayMs,
      key,
      seat: place.seat,
      masked: place.masked,
      anchorFound: anchor !== undefined,
      prices,
    });

    this.#decided ||= key !== "listening";
    if (decision.kind === "refuse" || anchor === undefined || place.signer === undefined || this.#parts.dryRun) {
      await this.#leave(round, decision.kind === "refuse" ? decision.reason : "dryRun", place.signer, prices);
      return undefined;
    }
    const { setId, signer } = place;
    const signed = await this.#sign({ round, setId, seat: decision.seat, signer, prices }, anchor);
    await this.#parts.afterRound?.("signed", signer);
    return signed;
  }

  /**
   * Without a head that another endpoint confirms, and without a clock that goes with it, nothing is signed; a round that
   * ends like this is counted.
   */
  async #lookAtHead(round: bigint, nowMs: bigint): Promise<void> {
    const { chain, headAge, maximumDelayMs } = this.#parts;
    try {
      const head = await chain.refresh();
      headAge.see(head);
      this.#clockCheck.see(head, nowMs);
    } catch (error) {
      if (round > this.#lastRound! && nowMs - roundStartMs(round) > maximumDelayMs) {
        this.#lastRound = round;
        const isSkewed = error instanceof BallastError && error.code === "clockSkewed";
        await this.#leave(round, isSkewed ? "clockSkewed" : "headUnconfirmed", undefined, []);
      }
      throw error;
    }
  }

  async #leave(round: bigint, reason: RoundOutcome, signer: Signer | undefined, prices: Prices): Promise<void> {
    this.#rounds.inc({ outcome: reason });
    this.#parts.log.info({ round: round.toString(), reason, prices: prices.map(String) }, "round not signed");
    await this.#parts.afterRound?.(reason, signer);
  }

  /** A node that lags and a chain that stands look the same from here: the round is signed, and somebody should look. */
  #watchAge(round: bigint, anchor: BlockFacts | undefined): void {
    if (anchor === undefined) return;
    const ageSeconds = roundStartSeconds(round) - anchor.timestamp;
    this.#anchorAge.set(Number(ageSeconds));
    if (ageSeconds < OLD_ANCHOR_SECONDS) return;
    const facts = { round: round.toString(), anchor: anchor.number.toString(), ageSeconds: ageSeconds.toString() };
    this.#parts.log.warn(facts, "the newest block is old: the node lags or the chain stands");
  }

  /** A rotated key takes over in the very set that names it: a seat has one key in a set, and a round is signed in one. */
  async #place(): Promise<Place> {
    const { oracle, signers } = this.#parts;
    const [health, ticks] = await Promise.all([oracle.health(), oracle.ticks()]);
    const seats = await oracle.seats(health.setId);
    const ownerOf = (address: string): Signer | undefined =>
      signers.find((signer) => signer.address.toLowerCase() === address.toLowerCase());
    const found = seats.findIndex((seat) => seat.weight !== 0n && ownerOf(seat.signer) !== undefined);
    const seat = found === -1 ? undefined : found;
    const masked = seat !== undefined && ((health.mask >> BigInt(seat)) & 1n) === 1n;
    return { setId: health.setId, seat, signer: ownerOf(seats[found]?.signer ?? ""), masked, ticks };
  }

  async #sign({ round, setId, seat, signer, prices }: Statement, anchor: BlockFacts): Promise<SignedReport> {
    const { guard, domain, book, archive, log } = this.#parts;
    const report = { round, setId, anchorHash: anchor.hash, prices };

    await guard.permit(round, prices); // on disk before anything leaves
    const signature = await signer.signDigest(reportDigest(domain, report));
    const signed = { ...report, seat, anchorBlock: anchor.number, signature };
    book.add(signed);
    this.#lastSigned = { report: signed, signer };
    await archive.save(book.all());

    this.#rounds.inc({ outcome: "signed" });
    log.info(
      {
        round: round.toString(),
        setId: setId.toString(),
        seat,
        anchor: anchor.number.toString(),
        prices: prices.map(String),
      },
      "round signed",
    );
    return signed;
  }

  /** Takes back what is bound to blocks that left the chain; the newest vector is signed again as soon as it can be. */
  async #keepAnchored(currentRound: bigint): Promise<void> {
    const { chain, book, log } = this.#parts;
    book.prune(currentRound);
    for (const report of await this.#orphans()) {
      book.remove(report);
      log.warn(
        { round: report.round.toString(), anchor: report.anchorHash },
        "anchor left the chain, report taken back",
      );
    }

    if (this.#lastSigned === undefined) return;
    const { report, signer } = this.#lastSigned;
    if (!isCurrent(report, currentRound) || book.all().includes(report)) return;
    const anchor = await selectAnchor(chain, report.round);
    if (anchor === undefined) return;
    log.warn({ round: report.round.toString() }, "signing the same vector again");
    await this.#sign({ ...report, signer }, anchor);
  }

  /** Reports whose anchor is not on this node's chain. An anchor that is vouches for those that were found below it. */
  async #orphans(): Promise<SignedReport[]> {
    const { chain, book } = this.#parts;
    const isThere = async ({ anchorBlock, anchorHash }: SignedReport): Promise<boolean> =>
      (await chain.block(anchorBlock))?.hash === anchorHash;
    const reports = [...book.all()].sort((a, b) => (a.round < b.round ? -1 : 1));
    const known = this.#anchored !== undefined && (await isThere(this.#anchored)) ? this.#anchored.round : -1n;
    this.#anchored = undefined; // for the case that the chain does not answer in the middle of this

    const orphans: SignedReport[] = [];
    let newest: SignedReport | undefined;
    for (const report of reports) {
      if (report.round <= known || (await isThere(report))) newest = report;
      else orphans.push(report);
    }
    this.#anchored = newest;
    return orphans;
  }
}

/** Price as it is signed; slots the chain has no feed in abstain. */
function onTick(price: bigint, tick: bigint | undefined): bigint {
  return tick === undefined ? 0n : roundToTick(price, tick);
}
