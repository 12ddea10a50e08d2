// SPDX-License-Identifier: MIT
import { NEW_RELIABILITY, stepReliability } from "../../../model/stepReliability.ts";
import { waterFill } from "../../../model/waterFill.ts";
import { SignedWeight } from "./SignedWeight.ts";

const ROUND_SECONDS = 15;
const SLOT_SECONDS = 600;
const START_SECONDS = 1_800;
const RESTORE_ROUNDS = 20;
const MOST_STEPS = 7;
const EPOCH_ROUNDS = 240;

/** A round that was accepted. */
export interface AcceptedRound {
  readonly round: number;
  readonly blockTime: number;
  /** Who signed, and whose prices were near the medians, by seat. */
  readonly signed: readonly boolean[];
  readonly inBand: readonly boolean[];
  readonly isQuorum: boolean;
}

/** What is known of a stall: when it began, and who was there in the current slot. */
interface Stall {
  readonly quorumRound: number;
  slot: number;
  present: boolean[];
}

/**
 * The current set: weights with the leak of a stall (mirror of SetKeeping.sol and WeightLeak.sol), the mean of signed weight,
 * and reliability by epochs of 240 rounds. Members and bonds do not change.
 */
export class ValidatorSet {
  readonly reliability: number[];
  readonly nominal: number;
  readonly #full: readonly number[];
  readonly #steps: number[];
  readonly #signedSince: number[];
  readonly #counts: { tookPart: number; inBand: number }[];
  #weights: readonly number[];
  #stall: Stall | undefined;
  readonly #signed = new SignedWeight();
  #epochRounds = 0;

  /** @param bonds Whole bond tokens. */
  constructor(bonds: readonly number[]) {
    this.#full = waterFill(bonds.map((bond) => BigInt(bond))).map(Number);
    this.#weights = this.#full;
    this.nominal = sum(this.#full);
    this.reliability = bonds.map(() => Number(NEW_RELIABILITY));
    this.#steps = bonds.map(() => 0);
    this.#signedSince = bonds.map(() => 0);
    this.#counts = bonds.map(() => ({ tookPart: 0, inBand: 0 }));
  }

  get weights(): readonly number[] {
    return this.#weights;
  }

  get active(): number {
    return sum(this.#weights);
  }

  /** Below two thirds of nominal: prices need the witness. */
  get isImpaired(): boolean {
    return this.active * 3 < this.nominal * 2;
  }

  /** Mean of signed weight over what is sealed, as the next round will see it; bps. */
  get weightEmaBps(): number {
    return this.#signed.nextBps;
  }

  /** Counts a round that was accepted. */
  accept(given: AcceptedRound): void {
    this.#signed.accept(this.#weightOf(given.signed), this.active);
    this.#restore(given.signed);
    if (given.isQuorum) this.#stall = undefined;
    else if (this.#weightOf(given.signed) * 2 > this.nominal) this.#countPresence(given);
    this.#countEpoch(given);
  }

  #weightOf(seats: readonly boolean[]): number {
    return this.#weights.reduce((total, weight, seat) => (seats[seat] === true ? total + weight : total), 0);
  }

  #countPresence({ round, blockTime, signed }: AcceptedRound): void {
    const slot = Math.floor(blockTime / SLOT_SECONDS);
    const stall = (this.#stall ??= { quorumRound: round, slot, present: [...signed] });
    if (stall.slot === slot) {
      stall.present = stall.present.map((here, seat) => here || signed[seat] === true);
      return;
    }
    if (stall.slot * SLOT_SECONDS >= stall.quorumRound * ROUND_SECONDS + START_SECONDS) this.#leak(stall.present);
    stall.slot = slot;
    stall.present = [...signed];
  }

  #leak(present: readonly boolean[]): void {
    const floor = Math.floor((this.nominal + 1) / 2);
    let active = this.active;
    for (const [seat, weight] of this.#full.entries()) {
      const steps = this.#steps[seat]!;
      if (present[seat] === true || weight === 0 || steps === MOST_STEPS) continue;
      const loss = reduced(weight, steps) - reduced(weight, steps + 1);
      if (active < floor + loss) continue;
      active -= loss;
      this.#steps[seat] = steps + 1;
    }
    this.#reweigh();
  }

  #restore(signed: readonly boolean[]): void {
    for (const [seat, steps] of this.#steps.entries()) {
      if (steps === 0 || signed[seat] !== true) continue;
      this.#signedSince[seat]! += 1;
      if (this.#signedSince[seat] !== RESTORE_ROUNDS) continue;
      this.#signedSince[seat] = 0;
      this.#steps[seat] = steps - 1;
      this.#reweigh();
    }
  }

  #reweigh(): void {
    this.#weights = this.#full.map((weight, seat) => reduced(weight, this.#steps[seat]!));
  }

  #countEpoch({ signed, inBand }: AcceptedRound): void {
    for (const [seat, count] of this.#counts.entries()) {
      if (signed[seat] !== true) continue;
      count.tookPart += 1;
      if (inBand[seat] === true) count.inBand += 1;
    }
    this.#epochRounds += 1;
    if (this.#epochRounds < EPOCH_ROUNDS) return;
    this.#epochRounds = 0;
    for (const [seat, count] of this.#counts.entries()) {
      const { tookPart, inBand: near } = count;
      this.reliability[seat] = Number(stepReliability(BigInt(this.reliability[seat]!), BigInt(near), BigInt(tookPart)));
      Object.assign(count, { tookPart: 0, inBand: 0 });
    }
  }
}

/** Weight after steps of 10 %, rounded down at each. */
function reduced(weight: number, steps: number): number {
  let left = weight;
  for (let step = 0; step < steps; step += 1) left = Math.floor((left * 9) / 10);
  return left;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
