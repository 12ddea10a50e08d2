// SPDX-License-Identifier: MIT
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { BallastError } from "../scripts/model/BallastError.ts";
import { address } from "./chainShape.ts";
import { shortName } from "./contractNames.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const placeShape = z.strictObject({
  /** Name of the contract in the sources. */
  contract: z.string().min(1),
  address,
  /** Block that holds its creation. */
  block: z.int().min(0),
  /** Hash of the code at the address. */
  codeHash: hash,
});

/** What was deployed on one chain. */
const bookShape = z.strictObject({
  network: z.string().min(1),
  chainId: z.int().min(1),
  deployer: address,
  /** First block that holds something of it. */
  firstBlock: z.int().min(0),
  contracts: z.record(z.string(), placeShape),
  libraries: z.record(z.string(), placeShape),
  /** Tokens and witnesses that were made for the occasion; empty on public networks. */
  mocks: z.record(z.string(), address),
});

/** Where everything of one deployment is. */
export type AddressBook = Readonly<z.output<typeof bookShape>>;
/** One contract in it. */
export type Place = Readonly<z.output<typeof placeShape>>;

/** Folder of journals and address books, unless another is asked for. */
export const DEPLOY_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Where the book of a chain is. */
export function bookFile(folder: string, chainId: number): string {
  return join(folder, "addresses", `${chainId}.json`);
}

/** @throws BallastError `notDeployed`, `addressesUnreadable`. */
export async function readBook(folder: string, chainId: number): Promise<AddressBook> {
  const file = bookFile(folder, chainId);
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === "ENOENT";
    throw new BallastError(
      isMissing ? "notDeployed" : "addressesUnreadable",
      isMissing ? `Nothing is known of a deployment on chain ${chainId}: there is no ${file}` : `${file} is unreadable`,
      { context: { file, chainId }, cause },
    );
  });
  return parseBook(text, file);
}

/** @param place What errors call it. @throws BallastError `addressesUnreadable`. */
export function parseBook(text: string, place: string): AddressBook {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new BallastError("addressesUnreadable", `${place} is not JSON`, { context: { file: place }, cause });
  }
  const parsed = bookShape.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new BallastError("addressesUnreadable", `${place} is no address book: ${z.prettifyError(parsed.error)}`, {
    context: { file: place },
  });
}

/** Writes it as a whole or not at all. @returns The file. */
export async function writeBook(folder: string, book: AddressBook): Promise<string> {
  const file = bookFile(folder, book.chainId);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(book, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
  return file;
}

/** Addresses by the names that `ballastModule` returns. */
export function addressesOf({ contracts }: AddressBook): ReadonlyMap<string, string> {
  return new Map(Object.entries(contracts).map(([name, place]) => [shortName(name), place.address]));
}
