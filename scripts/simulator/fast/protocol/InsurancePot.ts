// SPDX-License-Identifier: MIT
import { smaller } from "../../../model/clearing/payoff.ts";
import type { Level } from "../../../model/risk/types.ts";

const DAY = 86_400n;
const BPS = 10_000n;
const DRAWN_CAUTIOUS_BPS = 2_500n;
const DRAWN_REDUCE_ONLY_BPS = 5_000n;
const ALARM_UNIT = 2_048n;

/** What of insurance is kept for one expiry. */
interface Reserve {
  isSetAside: boolean;
  share: bigint;
  drawn: bigint;
  /** Kept for its flagged books one by one, until it has its share. */
  flagged: bigint;
}

/**
 * Insurance of one market, as `InsuranceKeeping.sol` keeps it: at most half of what is unreserved for one expiry, and the
 * market's own alarm when much of it is drawn. Ledger units; times are unix seconds.
 */
export class InsurancePot {
  insurance: bigint;
  reserved = 0n;
  readonly #reserves = new Map<number, Reserve>();
  #drawnLately = 0n;
  #drawnAt = 0n;
  #alarm: { readonly level: Level; readonly until: bigint } = { level: "normal", until: 0n };

  constructor(insurance: bigint) {
    this.insurance = insurance;
  }

  /** What the market itself asks for. */
  alarmAt(time: number): Level {
    return BigInt(time) < this.#alarm.until ? this.#alarm.level : "normal";
  }

  /** Keeps insurance for what a flagged book lacks, in place of what it had. Returns what it has then. */
  setShortage(expiry: number, held: bigint, wanted: bigint): bigint {
    const reserve = this.#reserveOf(expiry);
    if (reserve.isSetAside) return 0n;
    const others = this.reserved - held;
    const shortage = smaller(wanted, this.insurance - others);
    this.reserved = others + shortage;
    reserve.flagged += shortage - held;
    return shortage;
  }

  /** Sets half of what is unreserved aside, once: at the first draw, or when the expiry is settled. */
  setAside(expiry: number, isOpen: boolean): void {
    const reserve = this.#reserveOf(expiry);
    if (reserve.isSetAside) return;
    const others = this.reserved - reserve.flagged;
    reserve.isSetAside = true;
    reserve.share = isOpen ? (this.insurance - others) / 2n : 0n;
    reserve.flagged = 0n;
    this.reserved = others + reserve.share;
  }

  /** Takes up to `wanted` out of what is set aside; the alarm follows. */
  draw(expiry: number, wanted: bigint, time: number): bigint {
    const reserve = this.#reserveOf(expiry);
    const drawn = smaller(wanted, reserve.share - reserve.drawn);
    if (drawn <= 0n) return 0n;
    reserve.drawn += drawn;
    this.insurance -= drawn;
    this.reserved -= drawn;
    const now = BigInt(time);
    this.#drawnLately = leakedUp(this.#drawnLately, now - this.#drawnAt) + drawn;
    this.#drawnAt = now;
    this.#raise(levelOfDraws(this.#drawnLately, this.insurance), now);
    return drawn;
  }

  /** Debt that nobody covers tightens the market for a day. */
  raiseUnbacked(time: number): void {
    this.#raise("reduceOnly", BigInt(time));
  }

  /** What was set aside and not drawn is the market's again. */
  release(expiry: number): void {
    const reserve = this.#reserveOf(expiry);
    this.reserved -= reserve.share - reserve.drawn;
    reserve.share = reserve.drawn;
  }

  #reserveOf(expiry: number): Reserve {
    let found = this.#reserves.get(expiry);
    if (found === undefined) {
      found = { isSetAside: false, share: 0n, drawn: 0n, flagged: 0n };
      this.#reserves.set(expiry, found);
    }
    return found;
  }

  #raise(level: Level, now: bigint): void {
    const current = this.alarmAt(Number(now));
    if (level === "normal" || (level === "cautious" && current === "reduceOnly")) return;
    this.#alarm = { level, until: ((now + DAY) / ALARM_UNIT + 1n) * ALARM_UNIT };
  }
}

/** What counts of a draw after a time: it leaks away evenly in a day; rounded up. */
function leakedUp(amount: bigint, elapsed: bigint): bigint {
  return elapsed >= DAY ? 0n : (amount * (DAY - elapsed) + DAY - 1n) / DAY;
}

function levelOfDraws(drawn: bigint, left: bigint): Level {
  const held = drawn + left;
  if (drawn * BPS >= held * DRAWN_REDUCE_ONLY_BPS) return drawn === 0n ? "normal" : "reduceOnly";
  return drawn * BPS >= held * DRAWN_CAUTIOUS_BPS ? "cautious" : "normal";
}
