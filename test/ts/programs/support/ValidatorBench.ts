// SPDX-License-Identifier: MIT
import { encryptKeystoreJsonSync } from "ethers";
import type { Wallet } from "ethers";
import { Registry } from "prom-client";

import { ConfirmedChain } from "../../../../scripts/chain/ConfirmedChain.ts";
import { FileStorage } from "../../../../scripts/chain/FileStorage.ts";
import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { KeystoreSigner } from "../../../../scripts/chain/KeystoreSigner.ts";
import { OracleReader } from "../../../../scripts/chain/OracleReader.ts";
import { oracleDomain } from "../../../../scripts/model/priceReportTypedData.ts";
import { roundAt, roundStartMs } from "../../../../scripts/model/rounds.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { ReportArchive } from "../../../../scripts/validator/ReportArchive.ts";
import { ReportBook } from "../../../../scripts/validator/ReportBook.ts";
import { SigningGuard } from "../../../../scripts/validator/SigningGuard.ts";
import { ValidatorNode } from "../../../../scripts/validator/ValidatorNode.ts";
import type { ValidatorParts } from "../../../../scripts/validator/ValidatorNode.ts";
import type { ChainStage } from "./ChainStage.ts";
import { silentLog } from "./silentLog.ts";
import { CHAIN_ID } from "./startChain.ts";
import { freshFolder } from "./startProgram.ts";
import { keyOf } from "./World.ts";

/** Seconds that the clock is ahead of the chain: an anchor is there from the first round on. */
const AHEAD_SECONDS = 60n;

/** One validator on a stage's chain, whose turns a test takes. Its keys are named; its prices follow the clock. */
export class ValidatorBench {
  readonly stage: ChainStage;
  readonly clock: ClockServer;
  readonly registry: Registry;
  readonly book: ReportBook;
  readonly node: ValidatorNode;

  private constructor(parts: Pick<ValidatorBench, "stage" | "clock" | "registry" | "book" | "node">) {
    this.stage = parts.stage;
    this.clock = parts.clock;
    this.registry = parts.registry;
    this.book = parts.book;
    this.node = parts.node;
  }

  /** Starts it; the round in which it starts is left to others, the next is its first. */
  static async start(
    stage: ChainStage,
    oracleAddress: string,
    keys: readonly string[],
    change: Partial<ValidatorParts> = {},
  ): Promise<ValidatorBench> {
    const { agreed, chain: client } = stage.open();
    const { timestamp } = await client.head();
    const clock = new ClockServer((timestamp + AHEAD_SECONDS) * 1_000n);
    const chain = new ConfirmedChain(agreed);
    const storage = new FileStorage(await freshFolder());
    const [registry, book] = [new Registry(), new ReportBook()];
    const node = new ValidatorNode({
      clock,
      chain,
      book,
      registry,
      headAge: new HeadAge(registry, 120_000),
      oracle: new OracleReader(chain, oracleAddress),
      signers: keys.map(signerOf),
      guard: await SigningGuard.open(storage, 0n),
      archive: new ReportArchive(storage),
      listener: { stateAt: () => Promise.resolve("free"), watch: () => Promise.resolve() },
      prices: { observe: (nowMs) => Promise.resolve([nowMs * 1_000_000n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]) },
      domain: oracleDomain(CHAIN_ID, oracleAddress),
      log: silentLog,
      maximumDelayMs: 7_000n,
      maximumSkewMs: 3_600_000n,
      dryRun: false,
      ...change,
    });
    await node.turn();
    return new ValidatorBench({ stage, clock, registry, book, node });
  }

  /** Goes on to `milliseconds` into the next round. */
  async nextRound(milliseconds = 0n): Promise<bigint> {
    const round = roundAt(await this.clock.now()) + 1n;
    this.clock.advanceTo(roundStartMs(round) + milliseconds);
    return round;
  }

  /** Lets time pass and takes a turn. */
  async turnAfter(milliseconds: bigint): Promise<void> {
    this.clock.advanceTo((await this.clock.now()) + milliseconds);
    await this.node.turn();
  }
}

/** A signer with a named key. */
export function signerOf(name: string): KeystoreSigner {
  return signerFrom(keyOf(name));
}

/** A signer with the key of a wallet. */
export function signerFrom({ address, privateKey }: Pick<Wallet, "address" | "privateKey">): KeystoreSigner {
  return new KeystoreSigner(
    encryptKeystoreJsonSync({ address, privateKey }, "x", { scrypt: { N: 2, r: 1, p: 1 } }),
    "x",
  );
}
