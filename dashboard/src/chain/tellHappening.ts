// SPDX-License-Identifier: MIT
import { modeName } from "../../../scripts/model/trading/modeName.ts";
import { bookName } from "../model/book.ts";
import type { Told } from "../model/happenings.ts";
import { causeWords } from "../model/causeWords.ts";
import { RUNG_WORDS } from "../model/expiry.ts";
import { shortAddress, shown, shownBps, shownPrice } from "../model/units.ts";
import { STATES } from "../model/validators.ts";
import type { Happening } from "./LogTail.ts";
import type { Places } from "./Places.ts";

/** What a sentence is made from. */
interface Source {
  readonly args: Happening["args"];
  readonly places: Places;
}

type Sentence = readonly [kind: Told["kind"], text: (source: Source) => string | undefined];

const number = (args: Source["args"], name: string): bigint => args[name] as bigint;
const feedOf = ({ args, places }: Source): string => places.feeds[Number(args["feed"])] ?? `feed ${args["feed"]}`;
const validatorOf = ({ args }: Source): string => `validator ${args["validatorId"]}`;

/** A book as people name it: whose it is, of which market. */
function ownerOf({ args }: Source, field = "id"): string {
  const { owner, market, subId } = bookName(number(args, field));
  return `${shortAddress(owner)}’s book ${subId} of market ${market}`;
}

/** An amount of the collateral of a book's market. */
function money({ args, places }: Source, field: string, book = "id"): string {
  return amountOf(places, bookName(number(args, book)).market, number(args, field));
}

function amountOf(places: Places, market: bigint, amount: bigint): string {
  const token = places.markets.find(({ number: own }) => own === market)?.token;
  if (token === undefined) return `${amount}`;
  const decimals = Math.min(token.decimals, 9);
  return `${shown(amount, decimals, decimals > 6 ? 4 : 2)} ${token.symbol}`;
}

/** Of the events that people want to hear of; rounds and pokes come too often. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  LevelChanged: [
    "risk",
    (source) => {
      const [old, now] = [number(source.args, "oldLevel"), number(source.args, "newLevel")];
      const causes = causeWords(number(source.args, "cause"));
      const why = causes.length === 0 ? "" : `: ${causes.join(", ")}`;
      return `${feedOf(source)} went from ${modeName(old)} to ${modeName(now)}${why}`;
    },
  ],
  PriceQuarantined: [
    "price",
    (source) =>
      `${feedOf(source)} has a jump to ${shownPrice(number(source.args, "price"))} in quarantine; ` +
      `${shownPrice(number(source.args, "publishedPrice"))} stays published`,
  ],
  WitnessPublished: [
    "price",
    (source) => `${feedOf(source)} follows its witnesses at ${shownPrice(number(source.args, "price"))}`,
  ],
  Guarded: ["risk", ({ args }) => `The guardian asked for ${modeName(number(args, "level"))}`],
  StakeRefreshed: [
    "risk",
    ({ args }) =>
      number(args, "lossBps") === 0n
        ? undefined
        : `${shownBps(number(args, "lossBps"))} of the stake was slashed or is leaving within 24 h`,
  ],
  Minted: ["trade", (source) => `${ownerOf(source)} wrote options; fee ${money(source, "fee")}`],
  Burned: ["trade", (source) => `${ownerOf(source)} closed options`],
  QuoteFilled: [
    "trade",
    (source) =>
      `${shortAddress(bookName(number(source.args, "takerBook")).owner)} took ` +
      `${shown(number(source.args, "amount"), 6)} of a quote of ` +
      `${shortAddress(bookName(number(source.args, "makerBook")).owner)}`,
  ],
  Funded: ["money", (source) => `${ownerOf(source)} got ${money(source, "amount")}`],
  Defunded: ["money", (source) => `${ownerOf(source)} gave back ${money(source, "amount")}`],
  InsuranceFunded: [
    "money",
    ({ args, places }) =>
      `Insurance of market ${args["market"]} grew by ${amountOf(places, number(args, "market"), number(args, "amount"))}`,
  ],
  BookFlagged: ["liquidation", (source) => `${ownerOf(source)} was flagged: its auction began`],
  BookUnflagged: ["liquidation", (source) => `${ownerOf(source)} is healthy again`],
  BidFilled: [
    "liquidation",
    (source) =>
      `${ownerOf(source)} was bid for: ${money(source, "paid")} paid, ${money(source, "drawn")} out of insurance` +
      (source.args["isOver"] === true ? "; the auction is over" : ""),
  ],
  BookAbsorbed: ["liquidation", (source) => `The backstop took ${ownerOf(source)}`],
  ExpirySettled: [
    "settlement",
    ({ args }) =>
      `Market ${args["market"]} settled at ${shownPrice(number(args, "price"))} by rung ${args["rung"]}, ` +
      `${RUNG_WORDS[Number(args["rung"])] ?? "unknown"}`,
  ],
  ExpiryFinal: ["settlement", ({ args }) => `An expiry of market ${args["market"]} is final: nothing more changes it`],
  Redeemed: [
    "settlement",
    ({ args, places }) =>
      `${shortAddress(String(args["owner"]))} redeemed ` +
      amountOf(places, number(args, "market"), number(args, "paid")),
  ],
  StateChanged: [
    "validator",
    (source) => {
      const [old, now] = [Number(source.args["oldState"]), Number(source.args["newState"])];
      return `${validatorOf(source)} went from ${STATES[old] ?? "?"} to ${STATES[now] ?? "?"}`;
    },
  ],
  BondSlashed: [
    "validator",
    (source) => {
      const { symbol, decimals } = source.places.bond;
      return `${validatorOf(source)} lost ${shown(number(source.args, "amount"), decimals)} ${symbol} of its bond`;
    },
  ],
  DowntimeFaulted: [
    "validator",
    (source) =>
      `${validatorOf(source)} took part in ${source.args["participated"]} of ${source.args["rounds"]} rounds: ` +
      `strike ${source.args["strikes"]}`,
  ],
  SetBuilt: ["validator", ({ args }) => `Set ${args["setId"]} has ${args["members"]} members`],
};

/** An event as a sentence; undefined for those that come too often to be news. */
export function tellHappening({ name, args, ...where }: Happening, places: Places): Told | undefined {
  const sentence = SENTENCES[name];
  if (sentence === undefined) return undefined;
  const [kind, write] = sentence;
  const text = write({ args, places });
  if (text === undefined) return undefined;
  const { key, block, transaction } = where;
  return { key, block, transaction, kind, text: text.charAt(0).toUpperCase() + text.slice(1) };
}
