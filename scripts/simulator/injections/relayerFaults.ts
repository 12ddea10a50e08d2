// SPDX-License-Identifier: MIT
import { getBytes, hexlify, Transaction } from "ethers";
import { z } from "zod";

import { oracleInterface } from "../../chain/oracleInterface.ts";
import { BallastError } from "../../model/BallastError.ts";
import { decodeRelay } from "../../model/decodeRelay.ts";
import { encodeRelay } from "../../model/encodeRelay.ts";
import type { RelayBundle } from "../../model/types.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { acknowledged, answering, sentTransaction } from "./rpcFaults.ts";

/** Transactions a spammer sends for each block. */
const SPAM = 5;
const relayArguments = z.tuple([z.string()]);

/** Relayers that do not relay, or not what they should. Their programs are as they are: what they send is bent. */
export const relayerFaults: Injectors<"relayer"> = {
  "relayer.silent": (_fault, ground) =>
    sending(ground, () =>
      Promise.reject(new BallastError("httpUnreachable", "No answer over HTTP", { retriable: true })),
    ),
  "relayer.subset": ({ with: { aim } }, ground) =>
    sending(ground, async (raw, name, forward) => {
      await forward(await withLess(raw, name, aim, ground));
      return acknowledged(raw);
    }),
  "relayer.withhold": ({ with: { ageSeconds } }, ground) =>
    sending(ground, (raw, _name, forward) => {
      const { time } = ground.world;
      time.schedule(time.nowMs + ageSeconds * 1000, () => void forward(raw));
      return Promise.resolve(acknowledged(raw));
    }),
  "relayer.spam": (_fault, ground) => spam(ground),
};

type Sending = (
  raw: string,
  relayer: string,
  forward: (raw: string) => ReturnType<Parameters<typeof answering>[1]>,
) => ReturnType<Parameters<typeof answering>[1]>;

function sending(ground: FaultGround, send: Sending): Injection {
  return answering(ground, (question, below) => {
    const raw = sentTransaction(question);
    if (raw === undefined) return below(question);
    return send(raw, question.from, (other) => below({ ...question, parameters: JSON.stringify([other]) }));
  });
}

/** The least reports that are a quorum, of the highest or the lowest prices of the first feed; by rising seat. */
export function smallestBundle(bundle: RelayBundle, seats: number, aim: "high" | "low"): RelayBundle {
  const needed = Math.floor((2 * seats) / 3) + 1;
  const feed = bundle.reports[0]?.prices.findIndex((price) => price !== 0n) ?? 0;
  const byPrice = bundle.reports.toSorted((a, b) => {
    const [low, high] = [a.prices[feed]!, b.prices[feed]!];
    return low < high ? -1 : low > high ? 1 : 0;
  });
  const chosen = aim === "low" ? byPrice.slice(0, needed) : byPrice.slice(-needed);
  return { ...bundle, reports: chosen.toSorted((a, b) => a.seat - b.seat) };
}

/** The transaction with fewer reports, signed anew; another transaction as it is. */
async function withLess(raw: string, name: string, aim: "high" | "low", { world }: FaultGround): Promise<string> {
  const sent = Transaction.from(raw);
  const call = oracleInterface.parseTransaction({ data: sent.data });
  if (call?.name !== "relay") return raw;
  const [packed] = relayArguments.parse([...call.args]);
  const seats = Math.min(world.scenario.validators.count, world.room.parameters.targetSize);
  const bundle = smallestBundle(decodeRelay(getBytes(packed)), seats, aim);
  const data = oracleInterface.encodeFunctionData("relay", [hexlify(encodeRelay(bundle))]);
  const { nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas, chainId, to } = sent;
  const fees = { maxFeePerGas: maxFeePerGas!, maxPriorityFeePerGas: maxPriorityFeePerGas! };
  return world.keyOf(name).signTransaction({ chainId, nonce, gasLimit, to: to!, data, ...fees });
}

/** What was relayed is sent again and again, from an account of its own. */
function spam(ground: FaultGround): Injection {
  const { world, errands } = ground;
  const newest = new Map<string, string>();
  let isOn = false;
  world.driver.beforeBlock(async () => {
    if (!isOn) return;
    for (const [name, data] of newest)
      for (let copy = 0; copy < SPAM; copy += 1)
        await errands.send(world.keyOf(`${name}, spam`), { to: world.room.oracle.target as string, data });
  });
  const listening = sending(ground, (raw, name, forward) => {
    newest.set(name, Transaction.from(raw).data);
    return forward(raw);
  });
  return {
    begin: async () => {
      isOn = true;
      await listening.begin();
    },
    end: async () => {
      isOn = false;
      await listening.end!();
    },
  };
}
