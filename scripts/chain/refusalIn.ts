// SPDX-License-Identifier: MIT
import type { ErrorDescription, Interface } from "ethers";

/** A contract's refusal in its own words. */
export interface Refusal {
  /** Of its error, such as `Clearinghouse_NotOpen`. */
  readonly name: string;
  /** Values of the error by their names, as ethers decodes them. */
  readonly values: readonly (readonly [name: string, value: unknown])[];
}

/** ethers knows Solidity's own errors, and has no names for what they hold. */
const SOLIDITYS: Readonly<Record<string, string>> = { Error: "reason", Panic: "code" };

/** What revert data says to somebody who knows these contracts; undefined when none of them has such an error. */
export function refusalIn(data: string, known: readonly Interface[]): Refusal | undefined {
  for (const contract of known) {
    const found = parse(contract, data);
    if (found === null) continue;
    const { name, fragment, args } = found;
    const values = fragment.inputs.map(
      (input, index) => [SOLIDITYS[name] ?? input.name, args[index] as unknown] as const,
    );
    return { name, values };
  }
  return undefined;
}

/** Values as people read them: `market 1, mode 3`. */
export function valuesText({ values }: Refusal): string {
  return values.map(([name, value]) => `${name} ${String(value)}`).join(", ");
}

function parse(contract: Interface, data: string): ErrorDescription | null {
  try {
    return contract.parseError(data);
  } catch {
    return null; // no selector, or the right one with something else behind it
  }
}
