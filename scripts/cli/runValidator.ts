// SPDX-License-Identifier: MIT
import { FileStorage } from "../chain/FileStorage.ts";
import { roundAt } from "../model/rounds.ts";
import { KeyListener } from "../validator/KeyListener.ts";
import { ReportBook } from "../validator/ReportBook.ts";
import { SigningGuard } from "../validator/SigningGuard.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { ValidatorNode } from "../validator/ValidatorNode.ts";
import { VenuePrices } from "../validator/VenuePrices.ts";
import { buildRandom } from "./buildRandom.ts";
import { oracleFacts } from "./openOracle.ts";
import { openValidator } from "./openValidator.ts";
import type { ProgramContext } from "./runProgram.ts";
import { serveValidator } from "./serveValidator.ts";

/** Builds and runs a validator until it is told to stop. */
export async function runValidator(context: ProgramContext<ValidatorConfig>): Promise<void> {
  const { config, log, dryRun } = context;
  const base = await openValidator(context);
  const { clock, chain, oracle, signer, domain, transport, progress, headAge } = base;

  try {
    const guard = await SigningGuard.open(new FileStorage(config.dataFolder), roundAt(await clock.now()));
    const book = new ReportBook();
    const listener = new KeyListener({
      transport,
      random: buildRandom(config.seed),
      log,
      guard,
      domain,
      address: signer.address,
      sources: config.listenTo,
    });
    const node = new ValidatorNode({
      clock,
      chain,
      oracle,
      signer,
      guard,
      listener,
      book,
      domain,
      log,
      headAge,
      dryRun,
      registry: progress.registry,
      prices: new VenuePrices(transport, config, log),
      maximumDelayMs: BigInt(config.policy.maximumDelayMs),
    });
    await serveValidator(context, base, {
      turn: () => node.turn(),
      hasDecided: () => node.hasDecided(),
      held: () => book.all(),
    });
  } finally {
    base.close();
  }
}

/** Whether a validator would start, with which key, and which seat that has in the current set. */
export async function checkValidator(context: ProgramContext<ValidatorConfig>): Promise<Record<string, string>> {
  const base = await openValidator(context);
  try {
    const facts = await oracleFacts(base);
    const { address } = base.signer;
    const seats = await base.oracle.seats(BigInt(facts["setId"]!));
    const seat = seats.findIndex(({ signer }) => signer === address);
    return { address, seat: seat === -1 ? "none" : `${seat}`, ...facts };
  } finally {
    base.close();
  }
}
