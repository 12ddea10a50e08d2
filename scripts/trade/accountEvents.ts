// SPDX-License-Identifier: MIT
import type { EncodedLog } from "../chain/decodeClearingEvents.ts";
import { clearingInterface } from "../chain/clearingInterface.ts";
import type { AccountEvent } from "../model/trading/foldAccount.ts";

/** Events that an account's history is made of. */
export const HISTORY_EVENTS = [
  "Funded",
  "Defunded",
  "QuoteFilled",
  "Minted",
  "Redeemed",
  "LongWithdrawn",
  "BookSplit",
  "BookTransferred",
  "BidFilled",
  "BookAbsorbed",
  "Transfer",
] as const;

const OWNER_SHIFT = 96n;
const FIELD = (1n << 32n) - 1n;
const NOBODY = 0n;

/** What an event means to an account: nothing, one thing, or two when both sides are its own. Account in lower case. */
export function accountEvents(log: EncodedLog, account: string): AccountEvent[] {
  const parsed = clearingInterface.parseLog({ topics: [...log.topics], data: log.data });
  if (parsed === null) return [];
  const me = BigInt(account);
  const value = (name: string): bigint => BigInt(parsed.args.getValue(name) as bigint);
  const isMine = (book: bigint): boolean => book >> OWNER_SHIFT === me;
  const ofBooks = (names: readonly string[], event: (book: bigint) => AccountEvent): AccountEvent[] =>
    names.map(value).filter(isMine).map(event);

  switch (parsed.name) {
    case "Funded":
      return ofBooks(["id"], (book) => ({ kind: "funded", book, amount: value("amount") }));
    case "Defunded":
      return ofBooks(["id"], (book) => ({ kind: "defunded", book, amount: value("amount") }));
    case "QuoteFilled": {
      const premium = value("premium");
      const asMaker = ofBooks(["makerBook"], (book) => fill(book, -premium, value("makerFee")));
      return [...asMaker, ...ofBooks(["takerBook"], (book) => fill(book, premium, value("takerFee")))];
    }
    case "Minted": {
      const isOwn = value("to") === me;
      if (isOwn && !isMine(value("id"))) return [received(value("id"))];
      return ofBooks(["id"], (book) => ({ kind: "minted", book, fee: value("fee"), isOwn }));
    }
    case "LongWithdrawn":
      return isMine(value("id")) === (value("to") === me) ? [] : [received(value("id"))];
    case "Redeemed":
      if (value("owner") !== me) return [];
      return [{ kind: "redeemed", market: value("market"), expiry: value("expiry"), paid: value("paid") }];
    case "BookSplit":
    case "BookTransferred":
      return ofBooks(["id", "newId"], (book) => ({ kind: "moved", book }));
    case "BidFilled":
    case "BookAbsorbed":
      return ofBooks(["id", "into"], (book) => ({ kind: "moved", book }));
    case "Transfer":
      return transfers(value("sender"), value("receiver"), value("id"), me);
    default:
      return [];
  }
}

function fill(book: bigint, premium: bigint, fee: bigint): AccountEvent {
  return { kind: "filled", book, premium, fee };
}

/** Longs between a book and somebody else's wallet. */
function received(book: bigint): AccountEvent {
  return { kind: "transferred", market: (book >> 64n) & FIELD, expiry: (book >> 32n) & FIELD };
}

/** Only from or to somebody else: what books mint and burn is told by other events. */
function transfers(sender: bigint, receiver: bigint, id: bigint, me: bigint): AccountEvent[] {
  if (sender === receiver || sender === NOBODY || receiver === NOBODY) return [];
  if (sender !== me && receiver !== me) return [];
  return [{ kind: "transferred", market: (id >> 73n) & FIELD, expiry: (id >> 41n) & FIELD }];
}
