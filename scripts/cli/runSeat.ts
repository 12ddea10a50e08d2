// SPDX-License-Identifier: MIT
import { Registry } from "prom-client";
import { pino } from "pino";

import { ContractReader } from "../chain/ContractReader.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import type { Log } from "../chain/Log.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { BallastError } from "../model/BallastError.ts";
import { planSeatAct, readSeat } from "../validator/seatActs.ts";
import type { SeatAct, SeatCall } from "../validator/seatActs.ts";
import { seatConfigShape } from "../validator/SeatConfig.ts";
import type { SeatConfig } from "../validator/SeatConfig.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { openKey } from "./openKey.ts";
import { openOracle } from "../programs/openOracle.ts";
import type { OracleAccess } from "../programs/openOracle.ts";
import { sendCalls, senderOf } from "./sendCalls.ts";
import type { SentCall } from "./sendCalls.ts";
import { tellAct } from "./tellAct.ts";

/** How the command was called. */
export interface SeatOptions {
  readonly config: string;
  readonly send: boolean;
  readonly logLevel: string;
}

/** Shows a validator, or checks an act and shows or sends its transaction; one line of JSON on stdout. */
export async function runSeat(act: SeatAct | "show", options: SeatOptions): Promise<number> {
  const config = await loadConfig(options.config, seatConfigShape);
  const log = pino({ name: "seat", level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const access = await openOracle(config.chain, { observer: new RpcMetrics(new Registry(), log) });
  try {
    const { registry, validatorId } = config;
    if (validatorId === undefined)
      throw new BallastError("configInvalid", "validatorId must say whose seat it is: ballast seat register tells it");
    const head = await access.agreed.head();
    const facts = await readSeat(new ContractReader(access.agreed, registry, registryInterface), validatorId, head);
    if (act === "show") {
      tellAct("seat", act, { validatorId, ...facts });
      return EXIT.ok;
    }
    const passphrase = process.env["BALLAST_PASSPHRASE"];
    const next =
      act === "rotate" && config.nextKey !== undefined ? await openKey(config.nextKey, passphrase) : undefined;
    const place = { registry, chainId: config.chain.chainId, validatorId };
    const call = await planSeatAct(act, place, facts, next);
    const [from] = call.senders;
    const shown = { from, to: registry, data: call.data, newSigner: call.newSigner };
    if (options.send) tellAct("seat", act, { ...shown, ...(await send(config, access, call, log)) });
    else {
      await access.agreed.call({ from: from!, to: registry, data: call.data }, head).catch(refuse);
      tellAct("seat", act, {
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
  config: SeatConfig,
  { chain }: OracleAccess,
  { data, senders }: SeatCall,
  log: Log,
): Promise<SentCall> {
  const signer = await senderOf(config);
  if (!senders.includes(signer.address))
    throw new BallastError("configInvalid", "The key may not do this", {
      context: { address: signer.address, allowed: senders.join() },
    });
  return sendCalls(config, { chain, signer, log }, [{ to: config.registry, data }]);
}

function refuse(error: unknown): never {
  throw explainRefusal(error);
}
