// SPDX-License-Identifier: MIT

/** What a writer sees of one of his books before its expiry; ledger units. */
export interface BookSight {
  readonly cash: bigint;
  readonly maintenance: bigint;
  readonly maximumLoss: bigint;
  /** What may be taken out now; 0 at a look at which he leaves with nothing. */
  readonly maximumDefund: bigint;
}

/** Beside the book; ledger units, and options with 6 decimals. */
export interface WriterSight extends BookSight {
  /** In the Clearinghouse, in no book. */
  readonly free: bigint;
  /** Of that, what he would still put at risk. */
  readonly reserve: bigint;
  /** Longs he could close shorts with. */
  readonly longs: bigint;
}

/** What kind of writer he is. */
export interface WriterTemper {
  /** He tops up when cash over maintenance falls below this, percent. */
  readonly topUpPercent: bigint;
  /** Looks of a hundred at which he tries to leave with something. */
  readonly exitPercent: number;
}

/** One throw for each look, from 0 to 99. */
export interface Dice {
  readonly exit: number;
  readonly way: number;
}

export type WriterAct =
  | { readonly kind: "fund"; readonly amount: bigint }
  | { readonly kind: "defund"; readonly amount: bigint }
  | { readonly kind: "withdraw"; readonly amount: bigint }
  | { readonly kind: "burn"; readonly size: bigint };

const PERCENT = 100n;
/** Beyond what he is short of. */
const TOP_UP_MARGIN_PERCENT = 110n;
/** Prices move until a transaction is in a block. */
const DEFUND_PERCENT = 80n;
const BURN_PARTS = 4n;
const WITHDRAW_PARTS = 10n;

/** Whether he would leave with something at this look, unless his book needs help. Pure. */
export function isLeaving({ exitPercent }: WriterTemper, { exit }: Dice): boolean {
  return exit < exitPercent;
}

/** What a writer does about a book at one look: first he saves it as far as he wants to, then now and then he leaves with a part. Pure. */
export function decideWriter(sight: WriterSight, temper: WriterTemper, dice: Dice): WriterAct | undefined {
  const topUp = topUpOf(sight, temper);
  if (topUp > 0n) return { kind: "fund", amount: topUp };
  if (!isLeaving(temper, dice)) return undefined;
  const ways = [withdrawalOf(sight), defundOf(sight), burnOf(sight)].filter((act) => act !== undefined);
  return ways[dice.way % Math.max(1, ways.length)];
}

/** Nobody is asked for more than maximum loss. */
function topUpOf(
  { cash, free, reserve, maintenance, maximumLoss }: WriterSight,
  { topUpPercent }: WriterTemper,
): bigint {
  if (cash * PERCENT >= maintenance * topUpPercent || cash >= maximumLoss) return 0n;
  const wanted = (maintenance * topUpPercent * TOP_UP_MARGIN_PERCENT) / (PERCENT * PERCENT);
  const missing = (wanted < maximumLoss ? wanted : maximumLoss) - cash;
  return [missing, free, reserve].reduce((least, one) => (one < least ? one : least));
}

function withdrawalOf({ free }: WriterSight): WriterAct | undefined {
  return free >= WITHDRAW_PARTS ? { kind: "withdraw", amount: free / WITHDRAW_PARTS } : undefined;
}

function defundOf({ maximumDefund }: WriterSight): WriterAct | undefined {
  const amount = (maximumDefund * DEFUND_PERCENT) / PERCENT;
  return amount > 0n ? { kind: "defund", amount } : undefined;
}

function burnOf({ longs }: WriterSight): WriterAct | undefined {
  return longs >= BURN_PARTS ? { kind: "burn", size: longs / BURN_PARTS } : undefined;
}
