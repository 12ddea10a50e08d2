// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";

import type { Signer } from "../chain/Signer.ts";
import { TransactionSender } from "../chain/TransactionSender.ts";
import type { SignedReport } from "../model/types.ts";
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
import type { ValidatorAccess } from "./ValidatorAccess.ts";

/** A validator and the reports it shows. */
export interface BuiltValidator {
  readonly node: ValidatorNode;
  readonly book: ReportBook;
  /** Reports of an earlier process. */
  readonly offeredAgain: readonly SignedReport[];
}

/** What of a validator's configuration says how its work is done. */
type WorkConfig = Omit<ValidatorConfig, "key" | "nextKey" | "server" | "dataFolder" | "clock">;

/** How often and how long a transaction is tried before the next round looks again. */
const SEND_POLICY = { bumpAfterMs: 6_000n, patienceMs: 12_000n, pollMs: 1_000n };

/** Puts a validator together from what was opened for it. @throws BallastError when its disk cannot be read. */
export async function buildValidator(
  { config, dryRun }: { readonly config: WorkConfig; readonly dryRun: boolean },
  access: ValidatorAccess,
): Promise<BuiltValidator> {
  const { clock, chain, oracle, signers, domain, transport, progress, headAge, storage, log, prices } = access;
  const venues = new VenuePrices(transport, config, log);
  const guard = await SigningGuard.open(storage, roundAt(await clock.now()));
  const archive = new ReportArchive(storage);
  const book = new ReportBook();
  const offeredAgain = await archive.load();
  for (const report of offeredAgain) book.add(report); // what is too old goes with the first turn
  const selfJail = buildSelfJail(config, access);
  const node = new ValidatorNode({
    clock,
    chain,
    oracle,
    signers,
    guard,
    listener: buildListener(config, access, guard),
    book,
    archive,
    domain,
    log,
    headAge,
    dryRun,
    registry: progress.registry,
    prices: prices === undefined ? venues : { observe: async (nowMs) => prices(await venues.observe(nowMs)) },
    maximumDelayMs: BigInt(config.policy.maximumDelayMs),
    maximumSkewMs: BigInt(config.policy.maximumSkewMs),
    afterRound: (outcome, signer) => selfJail.note(outcome, signer),
  });
  return { node, book, offeredAgain };
}

function buildListener(
  config: WorkConfig,
  { transport, domain, signers, oracle, progress, log }: ValidatorAccess,
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

function buildSelfJail(
  config: WorkConfig,
  { clock, chain, client, progress, storage, log }: ValidatorAccess,
): SelfJail {
  const unfit = new Gauge({
    name: "ballast_validator_unfit_seconds",
    help: "For how long this validator has failed to sign by its own fault",
    registers: [progress.registry],
  });
  const parts = { clock, log, unfit, afterMs: BigInt(config.policy.unfitAfterMs) };
  if (config.selfJail === undefined) return new SelfJail(parts);
  const { registry: address, maximumFeePerGas } = config.selfJail;
  const senderOf = (signer: Signer): TransactionSender =>
    new TransactionSender({ chain: client, clock, signer, log, storage }, address, {
      ...SEND_POLICY,
      maximumFeePerGas,
    });
  return new SelfJail({ ...parts, registry: { address, chain, senderOf } });
}
