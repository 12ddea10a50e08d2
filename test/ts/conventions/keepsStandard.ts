// SPDX-License-Identifier: MIT
import { EventFragment, FunctionFragment, Interface } from "ethers";
import type { InterfaceAbi } from "ethers";

import type { Standard } from "./standards.ts";

/** What of a standard a contract lacks or has otherwise, one line each: selectors, answers, mutability, topics, what is indexed. */
export function breachesOf(contract: InterfaceAbi, { name, abi }: Standard): string[] {
  const has = Interface.from(contract);
  return Interface.from(abi).fragments.flatMap((fragment) => {
    if (FunctionFragment.isFragment(fragment)) return breachOfFunction(has, fragment).map((text) => `${name}: ${text}`);
    if (EventFragment.isFragment(fragment)) return breachOfEvent(has, fragment).map((text) => `${name}: ${text}`);
    return [];
  });
}

/** ERC-165 id of functions: their selectors, each bit counted once or not at all. */
export function interfaceIdOf({ abi }: Standard): string {
  const functions = Interface.from(abi).fragments.filter((fragment) => FunctionFragment.isFragment(fragment));
  const id = functions.reduce((sum, { selector }) => sum ^ BigInt(selector), 0n);
  return `0x${id.toString(16).padStart(8, "0")}`;
}

function breachOfFunction(has: Interface, wanted: FunctionFragment): string[] {
  const found = has.getFunction(wanted.selector);
  if (found === null) return [`no ${wanted.format("sighash")}`];
  const answers = (fragment: FunctionFragment): string => fragment.outputs.map(({ type }) => type).join();
  const isReading = ["view", "pure"].includes(found.stateMutability);
  return [
    ...(answers(found) === answers(wanted) ? [] : [`${wanted.name} answers ${answers(found)}`]),
    ...(wanted.constant === isReading ? [] : [`${wanted.name} is ${found.stateMutability}`]),
  ];
}

function breachOfEvent(has: Interface, wanted: EventFragment): string[] {
  const found = has.getEvent(wanted.topicHash);
  if (found === null) return [`no event ${wanted.format("sighash")}`];
  const indexed = (fragment: EventFragment): string =>
    fragment.inputs.map((input) => String(input.indexed === true)).join();
  return indexed(found) === indexed(wanted) ? [] : [`event ${wanted.name} indexes ${indexed(found)}`];
}
