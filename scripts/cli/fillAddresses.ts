// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { parseBook } from "../../deploy/addressBook.ts";
import type { AddressBook } from "../../deploy/addressBook.ts";
import { BallastError } from "../model/BallastError.ts";

/** Key of a configuration that names an address book, and what its references begin with. */
const BOOK = "deployment";
const REFERENCE = /^deployment:(\w+)(\.block)?$/;

/**
 * Puts addresses in the place of their names where a configuration has `"deployment": "<address book>"`: `deployment:lens` is the
 * lens's address, `deployment:lens.block` the block that holds its creation, `deployment:chainId` the chain. Without that key a
 * configuration stays as it is.
 * @throws BallastError `configInvalid` for a name that the book does not have, `addressesUnreadable` for the book.
 */
export async function fillAddresses(given: unknown): Promise<unknown> {
  if (!isRecord(given) || typeof given[BOOK] !== "string") return given;
  const { [BOOK]: file, ...config } = given;
  const text = await readFile(file as string, "utf8").catch((cause: Error) => {
    throw new BallastError("addressesUnreadable", `${String(file)} is unreadable: ${cause.message}`, {
      context: { file },
      cause,
    });
  });
  return replaced(config, parseBook(text, file as string));
}

function replaced(value: unknown, book: AddressBook): unknown {
  if (typeof value === "string") return REFERENCE.test(value) ? lookedUp(value, book) : value;
  if (Array.isArray(value)) return value.map((one) => replaced(one, book));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, book)]));
}

function lookedUp(reference: string, { chainId, contracts }: AddressBook): string {
  const [, name, block] = REFERENCE.exec(reference)!;
  if (name === "chainId" && block === undefined) return `${chainId}`;
  const place = contracts[name!];
  if (place !== undefined) return block === undefined ? place.address : `${place.block}`;
  throw new BallastError("configInvalid", `${reference} is nothing that was deployed`, {
    context: { reference, known: Object.keys(contracts).join(", ") },
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
