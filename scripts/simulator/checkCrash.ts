// SPDX-License-Identifier: MIT
import type { Level } from "../model/risk/types.ts";
import type { CrashRecord, LiquidationRecord, ModeSample } from "./CrashRecord.ts";
import { verdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Least fall that makes this a crash, percent. */
const FALL_PERCENT = 43n;
const LEAST_MEMBERS = 7;
const FEED = 0;
/** Longest way back, seconds. */
const RECOVERY_LIMIT_SECONDS = 43_200n;
/** A share of a book's cash may be this many units from the same share of its legs. */
const SHARE_SLACK = 2n;
const ONE = 10n ** 18n;

/** Strictness of each mode, in the order of `Level`. */
const STRICTNESS: Readonly<Record<Level, number>> = { normal: 0, cautious: 1, recovery: 2, reduceOnly: 3, halted: 4 };
/** Where a mode may clear to; every mode may tighten to any stricter one. */
const CLEARS: Readonly<Record<Level, readonly Level[]>> = {
  normal: [],
  cautious: ["normal"],
  recovery: ["cautious", "normal"],
  reduceOnly: ["recovery", "cautious"],
  halted: ["reduceOnly", "recovery"],
};
const REACHED: readonly Level[] = ["normal", "cautious", "reduceOnly", "halted", "recovery"];

/** Judges the crash by its record alone. */
export function checkCrash(record: CrashRecord): Verdict[] {
  return [
    checkMedian(record),
    checkModes(record),
    checkCauses(record),
    checkOpenings(record),
    checkExits(record),
    checkRightful(record),
    checkFunded(record),
    checkHealth(record),
    checkWaterfall(record),
    checkMoney(record),
    checkRecovery(record),
  ];
}

/** S5, with two of seven lying and the price falling. */
function checkMedian({ rounds, samples, members, liars }: CrashRecord): Verdict {
  const found: string[] = [];
  let lies = 0;
  for (const { round, signed, lying, published } of rounds) {
    const honest = signed.filter(({ validator }) => !lying.includes(validator)).map(({ prices }) => prices[FEED]!);
    if (lying.every((name) => signed.some(({ validator }) => validator === name)) && lying.length === liars.length)
      lies += 1;
    const price = published[FEED]!;
    const isInside = honest.some((each) => each <= price) && honest.some((each) => each >= price);
    if (!isInside) found.push(`round ${round}: ${price} is outside what the honest signed`);
  }
  const high = samples.reduce((most, { truth }) => (truth > most ? truth : most), 0n);
  const low = samples.reduce((least, { truth }) => (truth < least ? truth : least), high);
  const fall = high === 0n ? 0n : ((high - low) * 100n) / high;
  if (fall < FALL_PERCENT) found.push(`the price fell by ${fall} % only`);
  if (members.length < LEAST_MEMBERS || liars.length !== 2) found.push(`${liars.length} of ${members.length} lied`);
  if (lies === 0) found.push("no round has both lies");
  const signers = new Set(rounds.flatMap(({ signed }) => signed.map(({ validator }) => validator)));
  for (const name of members)
    if (rounds.length > 0 && !signers.has(name)) found.push(`${name} has a seat and never signs`);
  const detail = `${liars.join(" and ")} lie in ${lies} of ${rounds.length} rounds, the price falls by ${fall} %`;
  return verdict("The median stays among the honest through a crash", rounds.length, found, detail, "S5");
}

/** Modes by sample without repetition. */
export function modesOf(samples: readonly ModeSample[]): Level[] {
  return samples.map(({ mode }) => mode).filter((mode, index, all) => index === 0 || mode !== all[index - 1]);
}

/** S9. */
function checkModes({ samples }: CrashRecord): Verdict {
  const modes = modesOf(samples);
  const found = modes.slice(1).flatMap((to, index) => {
    const from = modes[index]!;
    return STRICTNESS[to] > STRICTNESS[from] || CLEARS[from].includes(to) ? [] : [`${from} to ${to}`];
  });
  found.push(...REACHED.filter((mode) => !modes.includes(mode)).map((mode) => `never ${mode}`));
  return verdict(
    "The breaker moves along its edges only",
    Math.max(0, modes.length - 1),
    found,
    modes.join(" → "),
    "S9",
  );
}

/** No mode tightens without a row of the table that says why. */
function checkCauses({ samples }: CrashRecord): Verdict {
  const tightened = samples.filter(
    ({ mode }, index) => index > 0 && STRICTNESS[mode] > STRICTNESS[samples[index - 1]!.mode],
  );
  const found = tightened.filter(({ causes }) => causes.length === 0).map(({ mode }) => `${mode} without a cause`);
  const detail = tightened.map(({ mode, causes }) => `${mode} by ${causes.join(" and ")}`).join("; ");
  return verdict("Every tightening has its cause", tightened.length, found, detail);
}

function checkOpenings({ openings }: CrashRecord): Verdict {
  const mayOpen = (mode: Level, phase: string): boolean =>
    mode === "normal" || mode === "cautious" || (mode === "recovery" && phase === "ramp");
  const found = openings.flatMap(({ mode, phase, refusal }) => {
    if (mayOpen(mode, phase)) return refusal === "" ? [] : [`refused in ${mode} (${refusal})`];
    return refusal === "" ? [`went through in ${mode}`] : [];
  });
  const refused = openings.filter(({ refusal }) => refusal !== "");
  if (!refused.some(({ mode }) => mode === "reduceOnly") || !refused.some(({ mode }) => mode === "halted"))
    found.push("not tried in ReduceOnly and Halted");
  return verdict(
    "Openings are refused while the breaker says so, and only then",
    openings.length,
    found,
    `${refused.length} of ${openings.length} refused`,
  );
}

/** S14 in every mode. */
function checkExits({ exits }: CrashRecord): Verdict {
  const found = exits
    .filter(({ refused }) => refused !== 0)
    .map(({ refused, attempted, mode }) => `${refused} of ${attempted} refused in ${mode}`);
  for (const mode of ["reduceOnly", "halted"] as const)
    if (!exits.some((each) => each.mode === mode && each.attempted > 0)) found.push(`none tried in ${mode}`);
  const total = exits.reduce((sum, { attempted }) => sum + attempted, 0);
  const modes = [...new Set(exits.map(({ mode }) => mode))];
  return verdict("Exits go on in every mode", total, found, `${total} in ${modes.join(", ")}, none refused`, "S14");
}

/** S3: nobody is flagged who had maintenance margin at the true price. */
function checkRightful({ liquidations }: CrashRecord): Verdict {
  const flags = liquidations.filter(({ kind }) => kind === "flag");
  const found = flags
    .filter(({ cashBefore, trueMaintenance }) => cashBefore >= trueMaintenance)
    .map(({ book, cashBefore, trueMaintenance }) => `${book} had ${cashBefore} of ${trueMaintenance}`);
  return verdict(
    "Nobody is liquidated wrongfully",
    flags.length,
    found,
    `${flags.length} flags, all short in truth`,
    "S3",
  );
}

/** S15. */
function checkFunded({ books, liquidations }: CrashRecord): Verdict {
  const funded = books.filter(({ isFunded }) => isFunded);
  const found = funded
    .filter(({ name, isFlagged }) => isFlagged || liquidations.some(({ book }) => book === name))
    .map(({ name }) => `${name} was touched`);
  const names = funded.map(({ name }) => name).join(", ");
  return verdict("A book funded to its maximum loss is never touched", funded.length, found, names, "S15");
}

function checkHealth({ books, liquidations, refusedActs }: CrashRecord): Verdict {
  const touched = books.filter(({ name }) => liquidations.some(({ book }) => book === name));
  const found = touched.flatMap(({ name, isFlagged, cash, maintenance }) => [
    ...(isFlagged ? [`${name} is still flagged`] : []),
    ...(cash >= maintenance ? [] : [`${name} has ${cash} of ${maintenance}`]),
  ]);
  const bids = liquidations.filter(({ kind }) => kind === "bid");
  const partial = bids.filter(({ isOver, shorts }) => isOver && shorts > 0n);
  if (refusedActs !== 0) found.push(`${refusedActs} acts of the liquidator reverted`);
  if (partial.length === 0) found.push("no bid restored a book");
  if (!bids.some(({ mode, isOver }) => mode === "reduceOnly" && !isOver)) found.push("no slice in ReduceOnly");
  const detail = `${bids.length} bids on ${touched.length} books, ${partial.length} restored what they left`;
  return verdict("Liquidations restore health", touched.length, found, detail);
}

/** S11: insurance pays only what the book's own cash does not, from its own market, and nobody behind it pays anything. */
function checkWaterfall({ liquidations, money }: CrashRecord): Verdict {
  const drawing = liquidations.filter(({ drawn }) => drawn > 0n);
  const found = drawing.flatMap((act) => [
    ...(act.toInsurance + act.toFlagger === 0n ? [] : [`${act.book} paid a penalty beside insurance`]),
    ...(spentInFull(act) ? [] : [`${act.book} kept cash while insurance paid`]),
  ]);
  if (new Set(drawing.map(({ book }) => book)).size !== 1) found.push("not one insolvent book");
  const drawn = drawing.reduce((sum, act) => sum + act.drawn, 0n);
  const earned = liquidations.reduce((sum, { toInsurance }) => sum + toInsurance, 0n);
  const { insuranceStart, insuranceEnd, othersStart, othersEnd, claimsUp, collected } = money;
  const expected = insuranceStart + earned - drawn;
  if (insuranceEnd !== expected) found.push(`insurance has ${insuranceEnd}, not ${expected}`);
  if (othersEnd !== othersStart) found.push(`another market's insurance moved from ${othersStart} to ${othersEnd}`);
  if (money.tranche !== 0n || money.shortage !== 0n) found.push("the loss went past insurance");
  if (collected < claimsUp) found.push(`${collected} of ${claimsUp} collected`);
  const detail = `${drawing[0]?.book ?? "nobody"}'s cash first, then ${drawn} units of insurance, nothing behind it`;
  return verdict("A loss is paid in its order, where it was made", drawing.length, found, detail, "S11");
}

/** As large a share of the book's cash went to the bidder as of its legs. */
function spentInFull({ cashBefore, paid, shortsBefore, shorts }: LiquidationRecord): boolean {
  const share = shortsBefore === 0n ? ONE : ((shortsBefore - shorts) * ONE) / shortsBefore;
  const wanted = (cashBefore * share) / ONE;
  // Shorts round up to whole units of size, a millionth of an option.
  const slack = SHARE_SLACK + cashBefore / (shortsBefore || 1n);
  return paid >= wanted - slack && paid <= wanted + slack;
}

/** S1 after the crash. */
function checkMoney({ money }: CrashRecord): Verdict {
  const { held, owed, symbol, insuranceEnd, drawnAtExpiry } = money;
  const insurance = insuranceEnd - drawnAtExpiry;
  const found = [
    ...(held === owed ? [] : [`${held} ${symbol} held, ${owed} owed`]),
    ...(owed >= insurance ? [] : [`${owed} owed, less than ${insurance} of insurance`]),
  ];
  return verdict("After the crash the Clearinghouse holds what it owes", 2, found, `${held} units`, "S1");
}

/** L4. */
function checkRecovery({ samples, faultsEnd, openedAgain }: CrashRecord): Verdict {
  const back = samples.find(({ at, mode }) => at >= faultsEnd && mode === "normal");
  const phases = new Set(samples.filter(({ at }) => at >= faultsEnd).map(({ phase }) => phase));
  const found = [
    ...(back === undefined ? ["never Normal again"] : []),
    ...(back !== undefined && back.at > faultsEnd + RECOVERY_LIMIT_SECONDS
      ? [`Normal ${back.at - faultsEnd} s after the last fault`]
      : []),
    ...(phases.has("ramp") ? [] : ["no ramp"]),
    ...(openedAgain ? [] : ["nothing could be opened again"]),
  ];
  const hours = back === undefined ? 0 : Number(back.at - faultsEnd) / 3600;
  return verdict("The breaker is Normal again", 1, found, `${hours.toFixed(1)} h after the last fault, limit 12`, "L4");
}
