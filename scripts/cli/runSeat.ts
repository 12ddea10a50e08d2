// SPDX-License-Identifier: MIT
import { Registry } from "prom-client";
import { pino } from "pino";

import { ContractReader } from "../chain/ContractReader.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import { FileStorage } from "../chain/FileStorage.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import type { Log } from "../chain/Log.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { SystemClock } from "../chain/SystemClock.ts";
import { TransactionSender } from "../chain/TransactionSender.ts";
import { BallastError } from "../model/BallastError.ts";
import { planSeatAct, readSeat } from "../validator/seatActs.ts";
import type { SeatAct, SeatCall, SeatFacts } from "../validator/seatActs.ts";
import { seatConfigShape } from "../validator/SeatConfig.ts";
import type { SeatConfig } from "../validator/SeatConfig.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { openKey } from "./openKey.ts";
import { openOracle } from "../programs/openOracle.ts";
import type { OracleAccess } from "../programs/openOracle.ts";

/** How the command was called. */
export interface SeatOptions {
  readonly config: string;
  readonly send: boolean;
  readonly logLevel: string;
}

const SEND_POLICY = { bumpAfterMs: 15_000n, patienceMs: 300_000n, pollMs: 1_000n };

/** Shows a validator, or checks an act and shows or sends its transaction; one line of JSON on stdout. */
export async function runSeat(act: SeatAct | "show", options: SeatOptions): Promise<number> {
  const config = await loadConfig(options.config, seatConfigShape);
  const log = pino({ name: "seat", level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const access = await openOracle(config.chain, { observer: new RpcMetrics(new Registry(), log) });
  try {
    const { registry, validatorId } = config;
    const head = await access.agreed.head();
    const facts = await readSeat(new ContractReader(access.agreed, registry, registryInterface), validatorId, head);
    if (act === "show") {
      tell(act, { validatorId, ...facts });
      return EXIT.ok;
    }
    const passphrase = process.env["BALLAST_PASSPHRASE"];
    const next =
      act === "rotate" && config.nextKey !== undefined ? await openKey(config.nextKey, passphrase) : undefined;
    const place = { registry, chainId: config.chain.chainId, validatorId };
    const call = await planSeatAct(act, place, facts, next);
    const [from] = call.senders;
    const shown = { from, to: registry, data: call.data, newSigner: call.newSigner };
    if (options.send) tell(act, { ...shown, ...(await send(config, access, call, log)) });
    else {
      await access.agreed.call({ from: from!, to: registry, data: call.data }, head).catch(refuse);
      tell(act, {
        ...shown,
        send: "not sent: sign and send it with the key of that address, or call again with --send",
      });
    }
    return EXIT.ok;
  } finally {
    access.chain.close();
  }
}

/** @throws BallastError `configInvalid` without a key that may send it. */
async function send(
  { key, dataFolder, registry, maximumFeePerGas }: SeatConfig,
  { chain }: OracleAccess,
  { data, senders }: SeatCall,
  log: Log,
): Promise<{ readonly from: string; readonly outcome: string; readonly hash?: string }> {
  if (key === undefined) throw new BallastError("configInvalid", "To send, key must name a keystore");
  const signer = await openKey(key, process.env["BALLAST_PASSPHRASE"]);
  if (!senders.includes(signer.address))
    throw new BallastError("configInvalid", "The key may not do this", {
      context: { address: signer.address, allowed: senders.join() },
    });
  const unlock = lockFolder(dataFolder);
  try {
    const parts = { chain, clock: new SystemClock(), signer, log, storage: new FileStorage(dataFolder) };
    const sender = new TransactionSender(parts, registry, { ...SEND_POLICY, maximumFeePerGas });
    const outcome = await sender.send(data, new AbortController().signal).catch(refuse);
    if (outcome.kind !== "mined") return { from: signer.address, outcome: outcome.kind };
    const { hash, succeeded } = outcome.receipt;
    return { from: signer.address, outcome: succeeded ? "mined" : "reverted", hash };
  } finally {
    unlock();
  }
}

function refuse(error: unknown): never {
  throw explainRefusal(error);
}

function tell(act: string, facts: Partial<SeatFacts> & Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ program: "seat", act, ...facts }, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  process.stdout.write(`${text}\n`);
}
