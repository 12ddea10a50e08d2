// SPDX-License-Identifier: MIT
import { CommanderError } from "commander";

import { errorFacts } from "../chain/errorFacts.ts";
import { BallastError } from "../model/BallastError.ts";
import { EXIT } from "./exitCodes.ts";

const UNSAFE_CODES = new Set([
  "folderInUse",
  "guardUnreadable",
  "storeCorrupt",
  "storeForeign",
  "storeLocked",
  "storeNewer",
  "storeOlder",
]);
const REFUSED_CODES = new Set([
  "alreadySettled",
  "badSignature",
  "bookClosed",
  "contractRefused",
  "deploymentFailed",
  "earlierTrade",
  "fundsMissing",
  "hasWindow",
  "marketUnknown",
  "needsDeposit",
  "needsTokens",
  "noPrice",
  "noQuorum",
  "noSeat",
  "nothingHeld",
  "notOffered",
  "preflightFailed",
  "priceFar",
  "rehearsalFailed",
  "seatMasked",
  "signaturesDiffer",
  "signingClosed",
  "tooManyQuotes",
  "tradeGivenUp",
  "tradeReverted",
  "vaultUnknown",
]);
const USAGE_CODES = new Set([
  "addressesUnreadable",
  "chainMismatch",
  "configInvalid",
  "contractMissing",
  "deployerChanged",
  "faultNotInjectable",
  "faultNotModelled",
  "fileExists",
  "journalForeign",
  "keystoreUnreadable",
  "metricUnknown",
  "notBuilt",
  "notConfirmed",
  "notDeployed",
  "notOnChain",
  "notOnWire",
  "nothingBroken",
  "parameterNotModelled",
  "parametersChanged",
  "parametersInvalid",
  "passphraseMissing",
  "reportSourceMissing",
  "runUnreadable",
  "scenarioInvalid",
  "scenarioUnreadable",
  "studyUnreadable",
  "summaryInvalid",
  "targetInvalid",
  "variableInvalid",
  "variableMissing",
  "weightsInvalid",
]);

/**
 * Runs a program's main function and turns its end into an exit code. An error becomes one JSON line on stderr with its
 * code and facts; what commander has printed already is not repeated. `defect` is the code for errors nobody thought of.
 */
export async function runMain(
  program: string,
  main: () => Promise<number>,
  defect: number = EXIT.unexpected,
): Promise<void> {
  ignoreClosedPipe();
  process.exitCode = await main().catch((error: unknown) => {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const stack = error instanceof Error && !(error instanceof BallastError) ? { stack: error.stack } : {};
    process.stderr.write(`${JSON.stringify({ level: "fatal", program, ...errorFacts(error), ...stack })}\n`);
    return error instanceof BallastError ? exitCodeOf(error) : defect;
  });
}

/** A reader that has seen enough (`… --help | head`) is no error of the program. */
export function ignoreClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

function exitCodeOf({ code }: BallastError): number {
  if (UNSAFE_CODES.has(code)) return EXIT.unsafe;
  if (REFUSED_CODES.has(code)) return EXIT.refused;
  return USAGE_CODES.has(code) ? EXIT.usage : EXIT.infrastructure;
}
