// SPDX-License-Identifier: MIT
import type { DemoRecord, RoundRecord, ValidatorRecord } from "./DemoRecord.ts";
import { checkCrash } from "./checkCrash.ts";
import { checkTrading } from "./checkTrading.ts";
import { checkVaults } from "./checkVaults.ts";
import { errorOfRound } from "./summarize.ts";
import { verdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Furthest the published price may be from the true one while at most a third of the weight is faulty. */
const ERROR_LIMIT_BPS = 25;
/** A price lands within this many rounds of being due. */
const GAP_LIMIT = 3n;

/** Judges a demonstration by its record alone. */
export function checkDemo(record: DemoRecord): Verdict[] {
  return [
    checkHonestBand(record),
    checkTruth(record),
    checkVersions(record),
    checkLiveness(record),
    checkSilent(record),
    checkLiar(record),
    checkDoubleVoter(record),
    checkHonestStake(record),
    checkAccounts(record),
    checkHealing(record),
    checkRelayers(record),
    ...checkTrading(record.trading),
    ...checkCrash(record.crash),
    ...checkVaults(record.vaults),
  ];
}

/** S5: while less than a third lies, the published price lies between the lowest and the highest honest one. */
function checkHonestBand({ rounds, feeds }: DemoRecord): Verdict {
  const found = rounds.flatMap((round) =>
    feeds.flatMap((feed, slot) => {
      const honest = honestPrices(round, slot);
      const price = round.published[slot]!;
      if (honest.length === 0) return [`${feed} in round ${round.round}: nobody honest signed`];
      const [low, high] = [least(honest), -least(honest.map((each) => -each))];
      return price >= low && price <= high ? [] : [`${feed} in round ${round.round}: ${price} not in ${low}–${high}`];
    }),
  );
  return verdict(
    "The median stays inside the honest band",
    rounds.length * feeds.length,
    found,
    "every feed, every round",
    "S5",
  );
}

function checkTruth({ rounds }: DemoRecord): Verdict {
  const found = rounds
    .filter((round) => errorOfRound(round) > ERROR_LIMIT_BPS)
    .map((round) => `round ${round.round} is ${errorOfRound(round)} bps off`);
  const worst = Math.max(0, ...rounds.map(errorOfRound));
  return verdict(
    "The published price is the true one",
    rounds.length,
    found,
    `worst ${worst} bps, limit ${ERROR_LIMIT_BPS}`,
  );
}

/** S6: one price per round; what the signers saw is one version. */
function checkVersions({ rounds }: DemoRecord): Verdict {
  const seen = new Set(rounds.map(({ round }) => round));
  const found = seen.size === rounds.length ? [] : ["a round was published twice"];
  rounds.forEach((round, index) => {
    if (index > 0 && round.round <= rounds[index - 1]!.round) found.push(`round ${round.round} does not rise`);
  });
  return verdict("One price per feed and round", rounds.length, found, `${rounds.length} rounds`, "S6");
}

/** L1: with more than two thirds there, a price lands within three rounds of being due. */
function checkLiveness({ expectedRounds, rounds }: DemoRecord): Verdict {
  const landed = new Set(rounds.map(({ round }) => round));
  const missing = expectedRounds.filter((round) => !landed.has(round));
  const late = expectedRounds.filter((round) =>
    [0n, 1n, 2n].slice(0, Number(GAP_LIMIT)).every((step) => !landed.has(round + step)),
  );
  const found = late.map((round) => `no price from round ${round} on`);
  const detail = `${expectedRounds.length - missing.length} of ${expectedRounds.length} rounds of the first epoch landed`;
  if (expectedRounds.length === 0 || missing.length > expectedRounds.length / 10) found.push(detail);
  return verdict("Prices keep arriving", expectedRounds.length, found, detail, "L1");
}

function checkSilent({ validators, losses }: DemoRecord): Verdict {
  const found = validators
    .filter(({ role }) => role === "silent")
    .flatMap(({ name, stateAtEpochClose }) => [
      ...(stateAtEpochClose === "jailed" ? [] : [`${name} was ${stateAtEpochClose} after the epoch`]),
      ...(lostFor(losses, name, "downtime") > 0n ? [] : [`${name} lost nothing for downtime`]),
    ]);
  return verdict(
    "The silent one is jailed when the epoch closes",
    countOf(validators, "silent"),
    found,
    "jailed, 0.1 % taken",
  );
}

function checkLiar({ validators, losses }: DemoRecord): Verdict {
  const found = validators
    .filter(({ role }) => role === "liar")
    .flatMap(({ name, bondBefore }) => [
      ...atLeast(`${name}, base`, lostFor(losses, name, "deviation"), (bondBefore * 5n) / 100n),
      ...atLeast(`${name}, correlated part`, lostFor(losses, name, "deviation, correlated part"), 1n),
    ]);
  return verdict(
    "The liar is slashed",
    countOf(validators, "liar"),
    found,
    "5 % at once, its correlated part after two weeks",
  );
}

function checkDoubleVoter({ validators, losses }: DemoRecord): Verdict {
  const found = validators
    .filter(({ role }) => role === "double voter")
    .flatMap(({ name, bondBefore, stateAtEnd }) => [
      ...atLeast(`${name}, base`, lostFor(losses, name, "equivocation"), (bondBefore * 5n) / 100n),
      ...atLeast(`${name}, correlated part`, lostFor(losses, name, "equivocation, correlated part"), 1n),
      ...(stateAtEnd === "tombstoned" ? [] : [`${name} is ${stateAtEnd}, not tombstoned`]),
    ]);
  return verdict(
    "The double voter is slashed and never returns",
    countOf(validators, "double voter"),
    found,
    "5 % at once, its correlated part after two weeks, tombstoned",
  );
}

/** S8: who signed one honest vector per round loses nothing. */
function checkHonestStake({ validators }: DemoRecord): Verdict {
  const honest = validators.filter(({ role }) => role === "honest" || role === "standby");
  const found = honest
    .filter(({ bondBefore, bondAfter, frozenAfter }) => bondAfter !== bondBefore || frozenAfter !== 0n)
    .map(({ name, bondBefore, bondAfter }) => `${name} has ${bondAfter} of ${bondBefore}`);
  return verdict("Nobody honest loses anything", honest.length, found, `${honest.length} bonds whole`, "S8");
}

/** S1: registry and escrow hold exactly what they owe. */
function checkAccounts({ unaccounted }: DemoRecord): Verdict {
  const found = unaccounted === 0n ? [] : [`${unaccounted} units differ`];
  return verdict("Bonds, bounties and batches add up to the token held", 1, found, "to the last unit", "S1");
}

function checkHealing({ rounds, healedFrom, nextSet, validators }: DemoRecord): Verdict {
  const after = rounds.filter(({ round }) => round >= healedFrom);
  const everybody = after.filter(({ signed }) =>
    nextSet.every((name) => signed.some(({ validator }) => validator === name)),
  );
  const faulty = validators.filter(({ role }) => role === "silent" || role === "liar" || role === "double voter");
  const standbys = validators.filter(({ role }) => role === "standby");
  const found = [
    ...faulty.filter(({ name }) => nextSet.includes(name)).map(({ name }) => `${name} sits in the next set`),
    ...standbys.filter(({ name }) => !nextSet.includes(name)).map(({ name }) => `${name} was not promoted`),
    ...(everybody.length === 0 ? ["no round of the next set has all its signatures"] : []),
  ];
  return verdict("The next set heals", after.length, found, `${nextSet.join(", ")}: ${everybody.length} full rounds`);
}

/** With one relayer gone, the other one lands every round. */
function checkRelayers({ rounds, windows }: DemoRecord): Verdict {
  const down = windows.filter(({ kind }) => kind === "relayer");
  const found: string[] = [];
  let checks = 0;
  for (const { from, until } of down) {
    const inside = rounds.filter(({ round }) => round >= from && round < until);
    checks += inside.length;
    if (BigInt(inside.length) !== until - from) found.push(`${inside.length} of ${until - from} rounds landed`);
  }
  return verdict("One relayer is enough", checks, found, `${checks} rounds with relayer-1 dead`);
}

function honestPrices({ signed, lying }: RoundRecord, slot: number): bigint[] {
  return signed
    .filter(({ validator, onChain }) => onChain && !lying.includes(validator))
    .map(({ prices }) => prices[slot]!)
    .filter((price) => price !== 0n);
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a < b ? a : b));
}

function lostFor(losses: DemoRecord["losses"], name: string, fault: string): bigint {
  return losses
    .filter((loss) => loss.validator === name && loss.fault === fault)
    .reduce((sum, { amount }) => sum + amount, 0n);
}

function atLeast(what: string, given: bigint, minimum: bigint): string[] {
  return given >= minimum ? [] : [`${what}: ${given} taken, at least ${minimum} expected`];
}

function countOf(validators: readonly ValidatorRecord[], role: ValidatorRecord["role"]): number {
  return validators.filter((validator) => validator.role === role).length;
}
