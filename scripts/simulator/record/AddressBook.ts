// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import type { Population } from "../scenario/population.ts";

/** Those who act on the chain. */
const PEOPLE = [
  "validators",
  "relayers",
  "keepers",
  "liquidators",
  "writers",
  "buyers",
  "providers",
  "adversaries",
] as const;
/** Those who are paid for what they send. */
const PAID = ["relayers", "keepers", "liquidators"] as const;

/** How a sentence numbers a book. */
const BOOK_NUMBER = /(?<=\bbook )\d{20,}/g;

/** What the book is made of. */
export interface Neighbourhood {
  readonly population: Population;
  readonly keyOf: (name: string) => { readonly address: string };
}

/** Who stands behind an address. */
export class AddressBook {
  readonly #names = new Map<string, string>();
  readonly #paid = new Set<string>();

  constructor(around: Neighbourhood) {
    const { population } = around;
    for (const kind of PEOPLE) for (const name of population[kind]) this.name(around.keyOf(name).address, name);
    for (const kind of PAID) for (const name of population[kind]) this.#paid.add(name);
  }

  /** Gives an address a name, for those whom the population does not know. */
  name(address: string, name: string): void {
    this.#names.set(address.toLowerCase(), name);
  }

  /** The name, or the address itself in lower case. */
  nameOf(address: string): string {
    const key = address.toLowerCase();
    return this.#names.get(key) ?? key;
  }

  /** A book by owner, market, expiry and sub id. */
  bookName(id: bigint): string {
    const { owner, market, expiry, subId } = bookParts(id);
    return `${this.nameOf(owner)}/${market}/${expiry}/${subId}`;
  }

  /** A sentence with the names of the books that it numbers. */
  inWords(sentence: string): string {
    return sentence.replace(BOOK_NUMBER, (id) => this.bookName(BigInt(id)));
  }

  isPaid(name: string): boolean {
    return this.#paid.has(name);
  }

  get paid(): readonly string[] {
    return [...this.#paid];
  }
}
