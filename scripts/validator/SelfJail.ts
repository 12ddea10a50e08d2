// SPDX-License-Identifier: MIT
import type { Gauge } from "prom-client";
import { z } from "zod";

import type { Clock } from "../chain/Clock.ts";
import type { ConfirmedChain } from "../chain/ConfirmedChain.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import type { Log } from "../chain/Log.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import type { Signer } from "../chain/Signer.ts";
import type { TransactionSender } from "../chain/TransactionSender.ts";
import { shouldStepOut, stepFitness } from "../model/stepFitness.ts";
import type { Unfitness } from "../model/stepFitness.ts";
import { selfJailData } from "./seatActs.ts";
import type { RoundOutcome } from "./ValidatorNode.ts";

/** What stepping out takes. */
export interface SelfJailParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly afterMs: bigint;
  /** Seconds for which the node has been unfit, 0 while it is fit. */
  readonly unfit: Pick<Gauge, "set">;
  /** Where and how to step out; without it a person is told. */
  readonly registry?: {
    readonly address: string;
    readonly chain: ConfirmedChain;
    readonly senderOf: (signer: Signer) => TransactionSender;
  };
}

/**
 * Watches whether the node does what it is paid for. A validator that is unfit for long does better outside the set: absence
 * is punished, a self-jail is not, and only its withdrawal key leads back.
 */
export class SelfJail {
  readonly #parts: SelfJailParts;
  #unfitness: Unfitness;

  constructor(parts: SelfJailParts) {
    this.#parts = parts;
    parts.unfit.set(0);
  }

  /** Told after every round. Never throws: a round must not fail for this. */
  async note(outcome: RoundOutcome, signer: Signer | undefined): Promise<void> {
    const { clock, log, afterMs, unfit, registry } = this.#parts;
    const nowMs = await clock.now();
    this.#unfitness = stepFitness(this.#unfitness, outcome, nowMs);
    unfit.set(this.#unfitness === undefined ? 0 : Number(nowMs - this.#unfitness.sinceMs) / 1_000);
    if (this.#unfitness === undefined || !shouldStepOut(this.#unfitness, nowMs, afterMs)) return;
    const { reason } = this.#unfitness;
    if (registry === undefined || signer === undefined) {
      log.error({ reason }, "unfit: mend it, or step out with `ballast seat self-jail`");
      return;
    }
    try {
      await this.#stepOut(signer, registry, reason);
    } catch (error) {
      log.error({ reason, ...errorFacts(error) }, "could not step out: does the signing key have ether?");
    }
  }

  async #stepOut(
    signer: Signer,
    { address, chain, senderOf }: NonNullable<SelfJailParts["registry"]>,
    reason: string,
  ): Promise<void> {
    const asked = registryInterface.encodeFunctionData("validatorOf", [signer.address]);
    const answer = await chain.call({ to: address, data: asked });
    const validatorId = z.bigint().parse(registryInterface.decodeFunctionResult("validatorOf", answer)[0]);
    const outcome = await senderOf(signer).send(selfJailData(validatorId), new AbortController().signal);
    this.#parts.log.error(
      { reason, validatorId: validatorId.toString(), outcome: outcome.kind },
      "stepped out of the set: the withdrawal key rejoins it",
    );
  }
}
