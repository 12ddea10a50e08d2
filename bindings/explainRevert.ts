// SPDX-License-Identifier: MIT
import { Interface } from "ethers";

import { refusalIn, valuesText } from "../scripts/chain/refusalIn.ts";
import { revertData } from "../scripts/chain/revertData.ts";
import { errorsAbi } from "./generated/abi/errors.ts";
import { errorNotices } from "./generated/errorNotices.ts";

/** Why a contract refused. */
export interface RevertExplanation {
  /** Of the error, such as `Clearinghouse_NotOpen`; `Error` and `Panic` are Solidity's own. */
  readonly name: string;
  /** Its values by name: bigint, boolean or text, lists of them, as ethers decodes them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** For people, with every value: what the contract's interface says of the error, or its name in words. */
  readonly sentence: string;
}

let known: Interface | undefined;

/**
 * What a revert says, by the errors of all contracts of the protocol.
 * @param thrown Revert data, or whatever ethers, viem or a node threw because of it.
 * @returns Undefined when it is no revert, or one of a stranger's contract.
 */
export function explainRevert(thrown: unknown): RevertExplanation | undefined {
  const data = revertData(thrown);
  if (data === undefined) return undefined;
  known ??= new Interface(errorsAbi);
  const refusal = refusalIn(data, [known]);
  if (refusal === undefined) return undefined;
  const { name, values } = refusal;
  const said = (errorNotices as Readonly<Record<string, string>>)[name]?.replace(/\.$/, "") ?? inWords(name);
  const sentence = values.length === 0 ? `${said}.` : `${said} (${valuesText(refusal)}).`;
  return { name, args: Object.fromEntries(values), sentence };
}

/** `Clearinghouse_NotOpen` is "Clearinghouse: not open". */
function inWords(name: string): string {
  const [contract, reason] = name.includes("_") ? name.split("_") : [undefined, name];
  const [first, ...others] = reason!.split(/(?<=[a-z\d])(?=[A-Z])/);
  const rest = others.map((word) => ` ${word.toLowerCase()}`).join("");
  return contract === undefined ? `${first}${rest}` : `${contract}: ${first!.toLowerCase()}${rest}`;
}
