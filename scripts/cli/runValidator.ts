// SPDX-License-Identifier: MIT
import { buildValidator } from "../programs/buildValidator.ts";
import { oracleFacts } from "../programs/openOracle.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { openValidator } from "./openValidator.ts";
import type { ProgramContext } from "./runProgram.ts";
import { serveValidator } from "./serveValidator.ts";

/** Builds and runs a validator until it is told to stop. */
export async function runValidator(context: ProgramContext<ValidatorConfig>): Promise<void> {
  const base = await openValidator(context);
  try {
    const { node, book, offeredAgain } = await buildValidator(context, base);
    await serveValidator(context, base, {
      turn: () => node.turn(),
      hasDecided: () => node.hasDecided(),
      held: () => book.all(),
      signed: () => book.all().filter((report) => !offeredAgain.includes(report)),
    });
  } finally {
    base.close();
  }
}

/** Whether a validator would start, with which key, which seat that has in the current set, and who confirms its heads. */
export async function checkValidator(context: ProgramContext<ValidatorConfig>): Promise<Record<string, string>> {
  const base = await openValidator(context);
  try {
    await base.chain.refresh();
    const facts = await oracleFacts(base);
    const [{ address }, next] = base.signers;
    const seats = await base.oracle.seats(BigInt(facts["setId"]!));
    const seat = seats.findIndex(
      ({ signer, weight }) => weight !== 0n && base.signers.some((own) => own.address === signer),
    );
    const { confirmHead, chain } = context.config;
    const enough = Math.floor(chain.rpcUrl.length / 2) + 1;
    const heads = confirmHead ? `${enough} of ${chain.rpcUrl.length} endpoints` : "one endpoint, confirmed by none";
    const nextKey = next === undefined ? {} : { nextAddress: next.address };
    return { address, ...nextKey, seat: seat === -1 ? "none" : `${seat}`, heads, ...facts };
  } finally {
    base.close();
  }
}
