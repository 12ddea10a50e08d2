// SPDX-License-Identifier: MIT
import type { BaseContract, Interface } from "ethers";

import { plainValues } from "../../../scripts/chain/plainValues.ts";
import type { TypedContractMethod } from "../../../typechain-types/common.ts";

/** A contract at an address; its type says what its functions take and answer. */
export interface Contract<Code extends BaseContract> {
  readonly address: string;
  readonly interface: Code["interface"];
}

/** A function that only looks: what it takes and what it answers. */
type View<Method> =
  Method extends TypedContractMethod<infer Inputs, infer Outputs, infer Kind>
    ? Kind extends "view"
      ? { readonly inputs: Inputs; readonly outputs: Outputs }
      : never
    : never;

/** Names of the functions of a contract that only look. */
export type ViewName<Code> = {
  [Name in keyof Code]: [View<Code[Name]>] extends [never] ? never : Name;
}[keyof Code] &
  string;

/** What a view takes. */
export type Given<Code, Name extends keyof Code> = View<Code[Name]>["inputs"];

/** What a view answers: its one value, or all of them by name. */
export type Answer<Code, Name extends keyof Code> = View<Code[Name]>["outputs"] extends readonly [infer Only]
  ? Only
  : never;

/** A contract's place in the chain. */
export function contractAt<Code extends BaseContract>(address: string, code: Code["interface"]): Contract<Code> {
  return { address: address.toLowerCase(), interface: code };
}

/**
 * What a view returned, as plain objects and lists: ethers' own results know their fields by name only while nobody copies
 * them. Addresses in lower case. @throws ethers' `BAD_DATA` or `BUFFER_OVERRUN` for what is no answer of it.
 */
export function decode(code: Interface, name: string, answer: string): unknown {
  const { outputs } = code.getFunction(name)!;
  const values = code.decodeFunctionResult(name, answer);
  const plain = outputs.map((type, index) => Object.values(plainValues([type], [values[index]]))[0]);
  if (plain.length === 1) return plain[0];
  const isNamed = outputs.every((type) => type.name !== "");
  return isNamed ? Object.fromEntries(outputs.map((type, index) => [type.name, plain[index]])) : plain;
}
