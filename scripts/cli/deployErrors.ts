// SPDX-License-Identifier: MIT
import { HardhatError } from "@nomicfoundation/hardhat-errors";

import { BallastError } from "../model/BallastError.ts";

/** What Hardhat and its plugins refuse, by the number of their error, as the programs say it. */
const CODES: ReadonlyMap<number, { readonly code: string; readonly advice?: string; readonly retriable?: true }> =
  new Map([
    [7, { code: "variableMissing" }],
    [8, { code: "variableInvalid" }],
    [700, { code: "variableInvalid" }],
    [702, { code: "rpcUnreachable", retriable: true }],
    [703, { code: "rpcUnreachable", retriable: true }],
    [704, { code: "rpcUnreachable", retriable: true }],
    [10_402, { code: "transactionsUnconfirmed", advice: "wait some blocks, and run again", retriable: true }],
    [10_403, { code: "transactionsUnconfirmed", advice: "wait some blocks, and run again", retriable: true }],
    [10_407, { code: "fundsMissing" }],
    [10_408, { code: "fundsMissing" }],
    [10_411, { code: "transactionsUnconfirmed", advice: "send nothing else from this account", retriable: true }],
    [10_412, { code: "transactionsUnconfirmed", advice: "run again", retriable: true }],
    [50_000, { code: "keystoreUnreadable" }],
  ]);

/** Does something with Hardhat. @throws BallastError in the place of what Hardhat throws. */
export async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch((error: unknown) => {
    throw asBallastError(error);
  });
}

function asBallastError(error: unknown): unknown {
  if (!HardhatError.isHardhatError(error)) return error;
  const known = CODES.get(error.number);
  if (known === undefined) return new BallastError("hardhatRefused", firstLine(error), { cause: error });
  const { code, advice, retriable } = known;
  if (code === "variableMissing") return missingVariable(error);
  const text = advice === undefined ? firstLine(error) : `${firstLine(error)} (${advice})`;
  return new BallastError(code, text, { cause: error, retriable: retriable ?? false });
}

function missingVariable(error: HardhatError): BallastError {
  const name = String((error.messageArguments as Readonly<Record<string, unknown>>)["name"]);
  const text = `${name} is not set: npx hardhat keystore set ${name}, or the environment variable of that name`;
  return new BallastError("variableMissing", text, { context: { name }, cause: error });
}

function firstLine({ message }: Error): string {
  return message.split("\n", 1)[0]!;
}
