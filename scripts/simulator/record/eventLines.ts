// SPDX-License-Identifier: MIT
import type { ContractName, WorldEvent } from "../world/BlockWatch.ts";
import type { AddressBook } from "./AddressBook.ts";
import { rowsOf } from "./causes.ts";
import type { BlockSight, RelaySight } from "./sights.ts";

/** A line of `events.jsonl`. */
export interface EventLine {
  /** Since the scenario's start. */
  readonly at: number;
  readonly block?: number;
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** Events that are told as they are; rounds and modes have lines of their own. */
const TOLD: Readonly<Record<ContractName, readonly string[]>> = {
  oracle: ["PriceQuarantined", "SetInstalled", "SeatsMasked", "WeightLeaked", "WitnessPublished", "LateReportCredited"],
  registry: ["StateChanged", "BondSlashed", "DowntimeFaulted", "SetBuilt", "StallDeclared", "StallEnforced"],
  router: ["SourceAdded", "SourceReplaced", "SourceRemoved", "SourceSkipped"],
  slasher: ["CaseOpened", "BaseTaken", "BaseRaised", "CaseFinalized", "CaseReleased"],
  risk: ["Guarded", "Loosened", "CeilingChanged", "StakeSwitched", "StakeRefreshed", "AddOnReported", "AddOnZeroed"],
  house: [
    "Deposited",
    "Withdrawn",
    "Minted",
    "Burned",
    "QuoteFilled",
    "BookFlagged",
    "BookUnflagged",
    "BidFilled",
    "BookAbsorbed",
    "BookSplit",
    "BookTransferred",
    "InsuranceFunded",
    "InsuranceWithdrawn",
    "InsuranceSetAside",
    "TrancheLocked",
    "TrancheDrawn",
    "ExpirySettled",
    "BookSettled",
    "ExpiryFinal",
    "Redeemed",
    "SettlementPricePosted",
    "SettlementPriceChallenged",
    "MarketSunset",
  ],
  vault: ["EpochStarted", "OptionsSold", "EpochClosed", "SharesPriced", "RedeemedInKind"],
  fund: ["GenerationStarted", "SaleStarted", "BondsSold"],
};

/** What of a block is worth a line. */
export function linesOf(sight: BlockSight, book: AddressBook): EventLine[] {
  const { events } = sight;
  const head = { at: sight.seconds, block: sight.number };
  const told = events
    .filter(({ contract, name }) => TOLD[contract].includes(name))
    .map(({ name, args, contract, address }) => ({
      ...head,
      kind: lowerFirst(name),
      ...(contract === "vault" || contract === "fund" ? { of: book.nameOf(address) } : {}),
      ...plainArguments(args, book),
    }));
  const levels = events
    .filter(({ name }) => name === "LevelChanged")
    .map(({ args }) => ({
      ...head,
      kind: "levelChanged",
      feed: sight.feeds[Number(args.feed)]?.id ?? Number(args.feed),
      from: Number(args.oldLevel),
      to: Number(args.newLevel),
      cause: rowsOf(args.cause as bigint),
    }));
  return [...sight.relays.map((relay) => ({ ...head, ...roundLine(relay, sight) })), ...levels, ...told];
}

function roundLine(
  relay: RelaySight,
  { feeds }: BlockSight,
): Pick<EventLine, "kind"> & Readonly<Record<string, unknown>> {
  return {
    kind: relay.isUpgrade ? "roundUpgraded" : "roundAccepted",
    round: Number(relay.round),
    relayer: relay.relayer,
    signers: relay.reports.map(({ validator }) => validator),
    prices: Object.fromEntries(feeds.map(({ id, slot }) => [id, String(relay.prices[slot] ?? 0n)])),
    ...(relay.quarantined.size > 0 && { quarantined: [...relay.quarantined].map((slot) => feeds[slot]?.id) }),
    ...(relay.divergent.size > 0 && { divergent: [...relay.divergent].map((slot) => feeds[slot]?.id) }),
  };
}

/** Arguments by name: numbers as text, people by name, books by owner, market, expiry and sub id. */
function plainArguments(args: WorldEvent["args"], book: AddressBook): Record<string, unknown> {
  const named = args.toObject() as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [
      name === "kind" ? "of" : name,
      ID_NAMES.has(name) && typeof value === "bigint" ? book.bookName(value) : plainValue(value, book),
    ]),
  );
}

const ID_NAMES: ReadonlySet<string> = new Set(["id", "newId", "into", "makerBook", "takerBook"]);
const ADDRESS_LENGTH = 42;

function plainValue(value: unknown, book: AddressBook): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return value.length === ADDRESS_LENGTH ? book.nameOf(value) : value;
  return Array.isArray(value) ? value.map((item) => plainValue(item, book)) : value;
}

function lowerFirst(text: string): string {
  return `${text[0]!.toLowerCase()}${text.slice(1)}`;
}
