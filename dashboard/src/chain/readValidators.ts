// SPDX-License-Identifier: MIT
import { RELIABILITY_ONE, SEATS } from "../../../scripts/model/constants.ts";
import { allRead, mapRead, valueOr } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import { STATES } from "../model/validators.ts";
import type { Validator, ValidatorSet } from "../model/validators.ts";
import type { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

/** Most validators of one page: a set of 32, as many standbys, and some that left. */
const MOST_VALIDATORS = 96;
const MASKS = Array.from({ length: SEATS }, (_, seat) => 1n << BigInt(seat));

/** What a page must know before it can ask for each of the set. */
export interface SetFacts {
  readonly setId: bigint;
  readonly count: number;
  /** Validator ids by seat, 0 for an empty one. */
  readonly seats: readonly bigint[];
}

/** Who sits where, on the page before. */
export function readSetFacts(page: Page, { oracle, registry }: Places): () => Read<SetFacts> {
  const told = [
    page.ask(oracle, "health", []),
    page.ask(registry, "validatorCount", []),
    page.ask(registry, "seats", []),
  ] as const;
  return () =>
    mapRead(allRead(told[0](), told[1](), told[2]()), ([health, count, seats]) => ({
      setId: health.setId,
      count: Number(count),
      seats: [...seats],
    }));
}

/** The set and every validator of it, and those that wait or left. */
export function readValidators(
  page: Page,
  { oracle, registry }: Places,
  { setId, count, seats }: SetFacts,
): () => Read<ValidatorSet> {
  const health = page.ask(oracle, "health", []);
  const loss = page.ask(registry, "stakeLossBps", []);
  const stake = page.ask(registry, "slashableStake", []);
  const ids = newest(count, seats);
  const people = ids.map((id) => {
    const seat = seats.indexOf(BigInt(id));
    const own = page.ask(registry, "validator", [BigInt(id)]);
    const place = seat === -1 ? undefined : page.ask(oracle, "seatAt", [setId, BigInt(seat)]);
    const trust = seat === -1 ? undefined : page.ask(oracle, "reliabilityOf", [BigInt(seat)]);
    return (mask: bigint): Read<Validator> =>
      mapRead(own(), (validator) => {
        const sits = place === undefined ? undefined : valueOr(place(), undefined);
        const counts = seat !== -1 && (mask & MASKS[seat]!) === 0n;
        const earned = trust === undefined ? undefined : valueOr(trust(), undefined);
        return {
          id,
          signer: validator.signer,
          state: STATES[Number(validator.state)] ?? "none",
          seat: seat === -1 ? undefined : seat,
          domain: Number(validator.domain),
          bond: validator.bond,
          frozen: validator.frozen,
          jailedUntil: validator.jailedUntil,
          strikes: validator.strikes,
          weight: counts ? (sits?.weight ?? 0n) : 0n,
          reliability: earned === undefined ? undefined : Number(earned) / Number(RELIABILITY_ONE),
        };
      });
  });
  return () =>
    mapRead(allRead(health(), loss(), stake()), ([state, stakeLossBps, slashableStake]) => ({
      setId: state.setId,
      latestRound: state.latestRound,
      acceptedAt: state.acceptedAt,
      activeWeight: state.activeWeight,
      nominalWeight: state.nominalWeight,
      signedWeightEmaBps: state.signedWeightEmaBps,
      isLeaking: state.leaking,
      stakeLossBps,
      slashableStake,
      validators: people.flatMap((tell) => valueOr(tell(state.mask), undefined) ?? []),
      left: count - ids.length,
    }));
}

/** Those with seats, then the newest. */
function newest(count: number, seats: readonly bigint[]): number[] {
  const seated = seats.filter((id) => id !== 0n).map(Number);
  const others = Array.from({ length: count }, (_, index) => count - index).filter((id) => !seated.includes(id));
  return [...seated, ...others].slice(0, MOST_VALIDATORS);
}
