// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { Contract, getBytes, hexlify, keccak256 } from "ethers";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AddressBook, Place } from "../addressBook.ts";

type References = Readonly<Record<string, Readonly<Record<string, readonly { start: number; length: number }[]>>>>;

/** A compiled contract, as far as its code is compared. */
interface Compiled {
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly linkReferences: References;
  readonly deployedLinkReferences: References;
  readonly immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
}

const require = createRequire(import.meta.url);
/** Compiled by their publisher. */
const FROM_PACKAGES: ReadonlyMap<string, string> = new Map(
  ["AccessManager", "TimelockController"].map((name) => [name, `@openzeppelin/contracts/build/contracts/${name}.json`]),
);
const PUSH20 = 0x73;
const VIEW_MODULE = ["function viewModule() view returns (address)"];

/**
 * Compares the code at every address with what these sources compile to: libraries in their places, immutables aside, which
 * the getters tell; and its hash with the one that was written down.
 */
export async function checkBytecode(
  provider: Provider,
  book: AddressBook,
  artifacts: HardhatRuntimeEnvironment["artifacts"],
): Promise<string[]> {
  const places = [...Object.entries(book.contracts), ...Object.entries(book.libraries)];
  const found = await checkViews(provider, book, artifacts);
  for (const [name, place] of places) {
    const code = await provider.getCode(place.address);
    if (keccak256(code) !== place.codeHash) found.push(`${name}: the code is not what was deployed`);
    const compiled = await readCompiled(artifacts, place.contract);
    const expected =
      place.contract === "VaultCode"
        ? halfOf(await readCompiled(artifacts, "OptionsVault"), book, name)
        : runtimeOf(compiled, book, place);
    if (!equalCode(getBytes(code), expected, compiled)) found.push(`${name}: the code is not ${place.contract}'s`);
  }
  return found;
}

/** The module that the Clearinghouse creates itself is in no journal. */
async function checkViews(
  provider: Provider,
  book: AddressBook,
  artifacts: HardhatRuntimeEnvironment["artifacts"],
): Promise<string[]> {
  const house = new Contract(book.contracts["clearinghouse"]!.address, VIEW_MODULE, provider);
  const address = (await house
    .getFunction("viewModule")()
    .catch(() => undefined)) as string | undefined;
  if (address === undefined) return ["clearinghouse.viewModule cannot be read"];
  const compiled = await readCompiled(artifacts, "ViewModule");
  const code = getBytes(await provider.getCode(address));
  return equalCode(code, getBytes(compiled.deployedBytecode), compiled)
    ? []
    : ["clearinghouse.viewModule is another's"];
}

async function readCompiled(artifacts: HardhatRuntimeEnvironment["artifacts"], contract: string): Promise<Compiled> {
  const published = FROM_PACKAGES.get(contract);
  return published === undefined
    ? ((await artifacts.readArtifact(contract)) as Compiled)
    : (require(published) as Compiled);
}

/** Libraries in their places; a library itself holds its own address behind its first instruction. */
function runtimeOf(
  { deployedBytecode, deployedLinkReferences }: Compiled,
  book: AddressBook,
  place: Place,
): Uint8Array {
  const code = linked(deployedBytecode, deployedLinkReferences, book);
  if (code[0] === PUSH20 && code.subarray(1, 21).every((byte) => byte === 0)) code.set(getBytes(place.address), 1);
  return code;
}

/** A half of the vault's creation code behind a zero. */
function halfOf({ bytecode, linkReferences }: Compiled, book: AddressBook, name: string): Uint8Array {
  const all = linked(bytecode, linkReferences, book);
  const middle = Math.floor(all.length / 2);
  const half = name.endsWith("0") ? all.subarray(0, middle) : all.subarray(middle);
  return Uint8Array.from([0, ...half]);
}

function linked(code: string, references: References, { libraries }: AddressBook): Uint8Array {
  let text = code;
  for (const [name, places] of Object.values(references).flatMap((file) => Object.entries(file))) {
    const address = libraries[name]?.address.slice(2).toLowerCase() ?? "0".repeat(40);
    for (const { start } of places) {
      const at = 2 + 2 * start;
      text = text.slice(0, at) + address + text.slice(at + address.length);
    }
  }
  return getBytes(text);
}

function equalCode(code: Uint8Array, expected: Uint8Array, { immutableReferences = {} }: Compiled): boolean {
  if (code.length !== expected.length) return false;
  const [given, meant] = [code.slice(), expected.slice()];
  for (const { start, length } of Object.values(immutableReferences).flat())
    for (const bytes of [given, meant]) bytes.fill(0, start, start + length);
  return hexlify(given) === hexlify(meant);
}
