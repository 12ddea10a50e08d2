// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { decideBump } from "../model/decideBump.ts";
import type { BumpPolicy, Fees } from "../model/decideBump.ts";
import type { ReceiptFacts } from "./chainFacts.ts";
import type { ChainClient } from "./ChainClient.ts";
import type { Clock } from "./Clock.ts";
import type { Log } from "./Log.ts";
import type { Signer } from "./Signer.ts";
import type { Storage } from "./Storage.ts";

/** How long and how hard the sender tries. */
export interface SendPolicy extends BumpPolicy {
  /** Gives up waiting after this long; the transaction may still land. */
  readonly patienceMs: bigint;
  /** Asks for receipts this often. */
  readonly pollMs: bigint;
}

/** What became of a payload. */
export type SendOutcome =
  | { readonly kind: "mined"; readonly receipt: ReceiptFacts }
  | { readonly kind: "raced" }
  | { readonly kind: "pending" };

const whole = z.string().regex(/^\d+$/).transform(BigInt);
const intentShape = z.strictObject({
  nonce: z.int().min(0),
  data: z.string(),
  sentAtMs: whole,
  maxFeePerGas: whole,
  maxPriorityFeePerGas: whole,
  hashes: z.array(z.string()),
});

/** A transaction that was, or was about to be, broadcast. */
interface Intent extends Fees {
  readonly nonce: number;
  readonly data: string;
  readonly sentAtMs: bigint;
  readonly hashes: readonly string[];
}

const INTENT = "intent.json";
const GAS_HEADROOM_PERCENT = 125n;

/**
 * Sends one payload at a time to one contract. The nonce always comes from the chain; what was sent with it is written
 * down before it leaves, so that after a crash the same nonce is replaced at a higher fee instead of queued twice.
 */
export class TransactionSender {
  readonly #chain: ChainClient;
  readonly #clock: Clock;
  readonly #signer: Signer;
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #to: string;
  readonly #policy: SendPolicy;

  constructor(
    parts: { chain: ChainClient; clock: Clock; signer: Signer; storage: Storage; log: Log },
    to: string,
    policy: SendPolicy,
  ) {
    this.#chain = parts.chain;
    this.#clock = parts.clock;
    this.#signer = parts.signer;
    this.#storage = parts.storage;
    this.#log = parts.log;
    this.#to = to;
    this.#policy = policy;
  }

  /** Runs the payload on the chain's pending state. @throws BallastError `callReverted`. */
  async simulate(data: string): Promise<bigint> {
    return this.#chain.estimateGas({ from: this.#signer.address, to: this.#to, data });
  }

  /** Sends `data` and follows it until it is in a block, overtaken, or patience ends. */
  async send(data: string, signal: AbortSignal): Promise<SendOutcome> {
    const gasLimit = ((await this.simulate(data)) * GAS_HEADROOM_PERCENT) / 100n;
    const nonce = await this.#chain.nonce(this.#signer.address);
    const startedAtMs = await this.#clock.now();
    let intent = await this.#broadcast(nonce, data, gasLimit, await this.#earlier(nonce));

    for (;;) {
      const receipt = await this.#receipt(intent);
      if (receipt !== undefined) return { kind: "mined", receipt };
      // Higher: another transaction took the nonce. Lower: a reorg took earlier ones, and this one waits for a gap.
      if ((await this.#chain.nonce(this.#signer.address)) !== nonce) return { kind: "raced" };
      const nowMs = await this.#clock.now();
      if (nowMs - startedAtMs >= this.#policy.patienceMs) return { kind: "pending" };

      const market = await this.#chain.marketFees();
      const decision = decideBump(intent.sentAtMs, nowMs, intent, market, this.#policy);
      if (decision.kind === "bump") intent = await this.#broadcast(nonce, data, gasLimit, intent);
      await this.#clock.waitUntil(nowMs + this.#policy.pollMs, signal);
    }
  }

  /** What was sent with this nonce before, by this process or the one before it. */
  async #earlier(nonce: number): Promise<Intent | undefined> {
    const text = await this.#storage.read(INTENT);
    if (text === undefined) return undefined;
    const parsed = intentShape.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new BallastError("intentUnreadable", "Cannot read what was sent last", { cause: parsed.error });
    return parsed.data.nonce === nonce ? parsed.data : undefined;
  }

  async #broadcast(nonce: number, data: string, gasLimit: bigint, earlier: Intent | undefined): Promise<Intent> {
    const sentAtMs = await this.#clock.now();
    const fees = this.#fees(await this.#chain.marketFees(), earlier);
    const raw = await this.#signer.signTransaction({
      chainId: this.#chain.chainId,
      nonce,
      to: this.#to,
      data,
      gasLimit,
      maxFeePerGas: fees.maxFeePerGas,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    });
    const hashes = [...(earlier?.hashes ?? []), keccak256(raw)];
    const intent = { nonce, data, sentAtMs, hashes, ...fees };
    await this.#storage.write(INTENT, intentJson(intent));

    try {
      await this.#chain.broadcast(raw);
      this.#log.info({ nonce, hash: hashes.at(-1), maxFeePerGas: fees.maxFeePerGas.toString() }, "transaction sent");
    } catch (error) {
      // The node may know it already, or have put a competitor into a block: receipts and the nonce tell.
      if (!(error instanceof BallastError) || error.code !== "rpcRefused") throw error;
      this.#log.warn({ nonce, reason: error.context["reason"] }, "the node did not take the transaction");
    }
    return intent;
  }

  #fees(market: Fees, earlier: Intent | undefined): Fees {
    const cap = this.#policy.maximumFeePerGas;
    if (earlier === undefined) {
      const maxFeePerGas = market.maxFeePerGas < cap ? market.maxFeePerGas : cap;
      const priority = market.maxPriorityFeePerGas < maxFeePerGas ? market.maxPriorityFeePerGas : maxFeePerGas;
      return { maxFeePerGas, maxPriorityFeePerGas: priority };
    }
    const decision = decideBump(0n, this.#policy.bumpAfterMs, earlier, market, this.#policy);
    return decision.kind === "bump" ? decision.fees : { ...pick(earlier) };
  }

  async #receipt(intent: Intent): Promise<ReceiptFacts | undefined> {
    for (const hash of intent.hashes) {
      const receipt = await this.#chain.receipt(hash);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }
}

function pick(fees: Fees): Fees {
  return { maxFeePerGas: fees.maxFeePerGas, maxPriorityFeePerGas: fees.maxPriorityFeePerGas };
}

function intentJson(intent: Intent): string {
  return JSON.stringify({
    nonce: intent.nonce,
    data: intent.data,
    sentAtMs: intent.sentAtMs.toString(),
    maxFeePerGas: intent.maxFeePerGas.toString(),
    maxPriorityFeePerGas: intent.maxPriorityFeePerGas.toString(),
    hashes: intent.hashes,
  });
}
