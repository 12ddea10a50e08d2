// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import { FileStorage } from "../chain/FileStorage.ts";
import type { KeystoreSigner } from "../chain/KeystoreSigner.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import type { Log } from "../chain/Log.ts";
import { SystemClock } from "../chain/SystemClock.ts";
import { TransactionSender } from "../chain/TransactionSender.ts";
import { BallastError } from "../model/BallastError.ts";
import type { SeatConfig } from "../validator/SeatConfig.ts";
import { openKey } from "./openKey.ts";

/** A contract and what is asked of it. */
export interface Call {
  readonly to: string;
  readonly data: string;
}

/** What became of the last of some calls: those behind one that did not succeed are not sent. */
export interface SentCall {
  readonly from: string;
  readonly outcome: string;
  readonly hash?: string;
}

interface Sending {
  readonly chain: ChainClient;
  readonly signer: KeystoreSigner;
  readonly log: Log;
}

const SEND_POLICY = { bumpAfterMs: 15_000n, patienceMs: 300_000n, pollMs: 1_000n };

/** The key that sends. @throws BallastError `configInvalid` where none is named. */
export async function senderOf({ key }: Pick<SeatConfig, "key">): Promise<KeystoreSigner> {
  if (key === undefined) throw new BallastError("configInvalid", "To send, key must name a keystore");
  return openKey(key, process.env["BALLAST_PASSPHRASE"]);
}

/** Sends calls one after another, each when the one before it has succeeded. */
export async function sendCalls(
  { dataFolder, maximumFeePerGas }: Pick<SeatConfig, "dataFolder" | "maximumFeePerGas">,
  { chain, signer, log }: Sending,
  calls: readonly Call[],
): Promise<SentCall> {
  const unlock = lockFolder(dataFolder);
  const from = signer.address;
  let last: SentCall = { from, outcome: "nothing to do" };
  try {
    for (const { to, data } of calls) {
      const parts = { chain, clock: new SystemClock(), signer, log, storage: new FileStorage(dataFolder) };
      const sender = new TransactionSender(parts, to, { ...SEND_POLICY, maximumFeePerGas });
      const outcome = await sender.send(data, new AbortController().signal).catch((error: unknown) => {
        throw explainRefusal(error);
      });
      if (outcome.kind !== "mined") return { from, outcome: outcome.kind };
      const { hash, succeeded } = outcome.receipt;
      last = { from, outcome: succeeded ? "mined" : "reverted", hash };
      if (!succeeded) return last;
    }
    return last;
  } finally {
    unlock();
  }
}
