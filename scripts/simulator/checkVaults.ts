// SPDX-License-Identifier: MIT
import type { EpochRecord, VaultRecord } from "./backtest/BacktestRecord.ts";
import { checkBacktest } from "./backtest/summarizeBacktest.ts";
import type { VaultStoryRecord, VaultWeeksRecord } from "./VaultWeeksRecord.ts";
import { verdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

const WEEKS = 2;
/** Virtual shares, which hold a ledger unit at par. */
const VIRTUAL_SHARES = 1_000_000n;
const STRIKE_TO_PRICE = 10_000n;
const SIZE_DECIMALS = 6;
const PRICE_ONE = 100_000_000n;

/** Judges the vaults' weeks by their record alone. */
export function checkVaults(record: VaultWeeksRecord): Verdict[] {
  const vaults = record.vaults.map(({ vault }) => vault);
  return [
    checkWeeks(vaults),
    ...checkBacktest({ vaults }).map((each) => ({ ...each, name: `Vaults: ${each.name}` })),
    checkPayoffs(vaults),
    checkHoldings(record.vaults),
    checkInKind(record.vaults),
    checkProfits(record.vaults),
    checkExits(record),
    checkEmpty(record.vaults),
  ];
}

/** Both vaults sold something in both weeks, and one expiry at least went either way. */
function checkWeeks(vaults: readonly VaultRecord[]): Verdict {
  const epochs = vaults.flatMap((vault) => vault.epochs);
  const assigned = epochs.filter((epoch) => epoch.assigned > 0n).length;
  const found = vaults.flatMap(({ symbol, epochs: own }) => [
    ...(own.length === WEEKS ? [] : [`${symbol} had ${own.length} epochs`]),
    ...own.filter(({ sales }) => sales.length === 0).map(({ expiry }) => `${symbol} sold nothing until ${expiry}`),
  ]);
  if (assigned === 0 || assigned === epochs.length) found.push(`${assigned} of ${epochs.length} epochs were assigned`);
  const sales = epochs.reduce((sum, epoch) => sum + epoch.sales.length, 0);
  return verdict(
    "Both vaults roll through two weeks, and buyers come to each auction",
    epochs.length,
    found,
    `${epochs.length} epochs, ${sales} sales, ${assigned} assigned`,
  );
}

/** What the options took is what their payoff says, by a formula of its own. */
function checkPayoffs(vaults: readonly VaultRecord[]): Verdict {
  const epochs = vaults.flatMap((vault) => vault.epochs.map((epoch) => ({ vault, epoch })));
  const found = epochs.flatMap(({ vault, epoch }) => {
    const [taken, due] = [epoch.assigned + epoch.inKind.assigned, payoffDown(vault, epoch)];
    // Two books may each round up by less than a unit.
    return taken >= due && taken - due <= 2n ? [] : [`${vault.symbol} ${epoch.expiry}: ${taken}, not ${due}`];
  });
  return verdict("The vaults' options cost what their payoff says", epochs.length, found, "to the unit");
}

/** Payoff of everything sold, ledger units rounded down: dollars for a put, the coin itself for a call. */
function payoffDown({ isCall, unitDecimals }: VaultRecord, { sales, strike, settledPrice }: EpochRecord): bigint {
  const size = sales.reduce((sum, sale) => sum + sale.size, 0n);
  const edge = strike * STRIKE_TO_PRICE;
  const inside = isCall ? settledPrice - edge : edge - settledPrice;
  if (inside <= 0n || settledPrice === 0n) return 0n;
  const unit = 10n ** BigInt(unitDecimals - SIZE_DECIMALS);
  return (size * inside * unit) / (isCall ? settledPrice : PRICE_ONE);
}

/** V3: after each epoch the collateral is what shares are worth at its price, and what others may fetch. */
function checkHoldings(stories: readonly VaultStoryRecord[]): Verdict {
  const looks = stories.flatMap(({ vault, holdings }) =>
    vault.epochs.map((epoch, index) => ({ symbol: vault.symbol, epoch, seen: holdings[index]! })),
  );
  const found = looks.flatMap(({ symbol, epoch, seen }) => {
    const worth = (seen.shares * epoch.units) / epoch.shares;
    const spare = seen.free + seen.held - worth - seen.claims - seen.startPay;
    return [
      ...(spare >= 0n && spare <= virtualUp(epoch) + seen.requests
        ? []
        : [`${symbol} ${epoch.expiry}: ${spare} units are nobody's`]),
      ...(seen.held >= seen.claims
        ? []
        : [`${symbol} ${epoch.expiry}: ${seen.held} of ${seen.claims} claimed is there`]),
      ...(seen.known <= seen.shares && seen.shares - seen.known <= seen.requests
        ? []
        : [`${symbol} ${epoch.expiry}: ${seen.known} of ${seen.shares} shares have an owner`]),
      ...(seen.startPay === epoch.closePaid
        ? []
        : [`${symbol} ${epoch.expiry}: the next starter gets ${seen.startPay}`]),
    ];
  });
  return verdict(
    "Shares at their price and claims are all that a vault holds",
    looks.length,
    found,
    `${looks.length} times, but for a unit each request may leave`,
    "V3",
  );
}

/** V4. */
function checkInKind(stories: readonly VaultStoryRecord[]): Verdict {
  const found = stories.flatMap(({ vault, inKind: { name, staying, leaving } }) => {
    const [cash, shorts] = [staying.cash + leaving.cash, staying.shorts + leaving.shorts];
    const apart = leaving.cash * staying.shorts - staying.cash * leaving.shorts;
    const isEven = apart <= cash + shorts && -apart <= cash + 3n * shorts; // a unit of each is rounded
    return [
      ...(leaving.shorts > 0n ? [] : [`${name} took no options of ${vault.symbol}`]),
      ...(isEven ? [] : [`${vault.symbol}: cash per option differs, ${apart}`]),
      ...(leaving.cash >= leaving.maximumLoss ? [] : [`${name}'s book of ${vault.symbol} lacks margin`]),
      ...(staying.cash >= staying.maximumLoss ? [] : [`${vault.symbol}'s book lacks margin`]),
    ];
  });
  return verdict(
    "Who leaves in kind takes the same margin per option that stays",
    stories.length,
    found,
    "both sides funded to their maximum loss",
    "V4",
  );
}

/** What one has more another has less, or it went into fees, or it is dust that stays behind. */
function checkProfits(stories: readonly VaultStoryRecord[]): Verdict {
  const sums = stories.map((story) => ({ symbol: story.vault.symbol, sum: profitSum(story) }));
  const found = sums.filter(({ sum }) => sum !== 0n).map(({ symbol, sum }) => `${symbol}: ${sum} units too much`);
  const accounts = stories.reduce((sum, story) => sum + story.accounts.length, 0);
  return verdict(
    "Profits of depositors, buyers and rollers add up to zero less fees",
    accounts,
    found,
    `${accounts} accounts, to the last unit`,
  );
}

function profitSum({ vault, holdings, accounts }: VaultStoryRecord): bigint {
  const last = holdings.at(-1)!;
  const people = accounts.reduce((sum, { start, end }) => sum + end - start, 0n);
  const flows = vault.epochs.reduce((sum, epoch) => {
    const fees = epoch.sales.reduce((total, { fee }) => total + fee, 0n);
    return sum + fees + epoch.assigned + epoch.inKind.assigned - epoch.redeemed;
  }, 0n);
  return people + flows + last.free + last.held;
}

/** S14 of the vaults. */
function checkExits({ exits: { attempted, refused } }: VaultWeeksRecord): Verdict {
  const found = refused === 0 ? [] : [`${refused} of ${attempted} refused`];
  return verdict("Everybody can leave a vault", attempted, found, `${attempted} exits, none refused`, "S14");
}

/** With the last share goes the last unit, but for what the virtual shares hold and requests were rounded by. */
function checkEmpty(stories: readonly VaultStoryRecord[]): Verdict {
  const rests = stories.map(({ vault, holdings }) => ({ epoch: vault.epochs.at(-1)!, ...holdings.at(-1)!, vault }));
  const found = rests.flatMap(({ vault, epoch, shares, free, startPay, held, claims, requests }) => [
    ...(shares <= requests && claims === 0n ? [] : [`${vault.symbol}: ${shares} shares and ${claims} units unclaimed`]),
    ...(free - startPay <= virtualUp(epoch) + requests ? [] : [`${vault.symbol}: ${free - startPay} units stay`]),
    ...(held <= requests ? [] : [`${vault.symbol}: ${held} units lie in the vault`]),
  ]);
  const dust = rests
    .map(({ vault, free, startPay, held }) => `${free - startPay + held} of ${vault.symbol}`)
    .join(", ");
  return verdict("A vault that everybody left is empty", rests.length, found, `units behind: ${dust}`);
}

/** What the virtual shares are worth, with the virtual unit, rounded up. */
function virtualUp({ units, shares }: EpochRecord): bigint {
  return (VIRTUAL_SHARES * units + shares - 1n) / shares + 1n;
}
