// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";

import { FileStorage } from "../chain/FileStorage.ts";
import type { Signer } from "../chain/Signer.ts";
import { TransactionSender } from "../chain/TransactionSender.ts";
import { roundAt } from "../model/rounds.ts";
import { KeyListener } from "../validator/KeyListener.ts";
import { ReportArchive } from "../validator/ReportArchive.ts";
import { ReportBook } from "../validator/ReportBook.ts";
import { SelfJail } from "../validator/SelfJail.ts";
import { SigningGuard } from "../validator/SigningGuard.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { ValidatorNode } from "../validator/ValidatorNode.ts";
import { VenuePrices } from "../validator/VenuePrices.ts";
import { buildRandom } from "./buildRandom.ts";
import { oracleFacts } from "./openOracle.ts";
import { openValidator } from "./openValidator.ts";
import type { ValidatorBase } from "./openValidator.ts";
import type { ProgramContext } from "./runProgram.ts";
import { serveValidator } from "./serveValidator.ts";

/** Builds and runs a validator until it is told to stop. */
export async function runValidator(context: ProgramContext<ValidatorConfig>): Promise<void> {
  const { config, log, dryRun } = context;
  const base = await openValidator(context);
  const { clock, chain, oracle, signers, domain, transport, progress, headAge } = base;

  try {
    const storage = new FileStorage(config.dataFolder);
    const guard = await SigningGuard.open(storage, roundAt(await clock.now()));
    const archive = new ReportArchive(storage);
    const book = new ReportBook();
    const offeredAgain = await archive.load();
    for (const report of offeredAgain) book.add(report); // what is too old goes with the first turn
    const selfJail = buildSelfJail(context, base);
    const node = new ValidatorNode({
      clock,
      chain,
      oracle,
      signers,
      guard,
      listener: buildListener(context, base, guard),
      book,
      archive,
      domain,
      log,
      headAge,
      dryRun,
      registry: progress.registry,
      prices: new VenuePrices(transport, config, log),
      maximumDelayMs: BigInt(config.policy.maximumDelayMs),
      afterRound: (outcome, signer) => selfJail.note(outcome, signer),
    });
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

function buildListener(
  { config, log }: ProgramContext<ValidatorConfig>,
  { transport, domain, signers, oracle, progress }: ValidatorBase,
  guard: SigningGuard,
): KeyListener {
  return new KeyListener({
    transport,
    random: buildRandom(config.seed),
    log,
    guard,
    domain,
    addresses: signers.map(({ address }) => address),
    sources: config.listenTo,
    quarantineRounds: config.policy.quarantineRounds,
    landed: () => oracle.landedRound(),
    elsewhere: new Gauge({
      name: "ballast_signed_elsewhere",
      help: "1 once another node was heard signing with this one's key: this one has stopped",
      registers: [progress.registry],
    }),
  });
}

/** How often and how long a transaction is tried before the next round looks again. */
const SEND_POLICY = { bumpAfterMs: 6_000n, patienceMs: 12_000n, pollMs: 1_000n };

function buildSelfJail(
  { config, log }: ProgramContext<ValidatorConfig>,
  { clock, chain, client, progress }: ValidatorBase,
): SelfJail {
  const unfit = new Gauge({
    name: "ballast_validator_unfit_seconds",
    help: "For how long this validator has failed to sign by its own fault",
    registers: [progress.registry],
  });
  const parts = { clock, log, unfit, afterMs: BigInt(config.policy.unfitAfterMs) };
  if (config.selfJail === undefined) return new SelfJail(parts);
  const { registry: address, maximumFeePerGas } = config.selfJail;
  const storage = new FileStorage(config.dataFolder);
  const senderOf = (signer: Signer): TransactionSender =>
    new TransactionSender({ chain: client, clock, signer, log, storage }, address, {
      ...SEND_POLICY,
      maximumFeePerGas,
    });
  return new SelfJail({ ...parts, registry: { address, chain, senderOf } });
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
