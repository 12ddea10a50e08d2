// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import { answerAsSeen, requestAsSeen } from "../faults/chainView.ts";
import type { RpcQuestion } from "../world/Manners.ts";
import { HANGS } from "../world/SimulatedNetwork.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import type { RpcAnswer, RpcCall, RpcLayer } from "./MannerStacks.ts";

const SEND = "eth_sendRawTransaction";
const OUT_OF_SERVICE = { status: 503, body: "service unavailable" };
const TOO_MANY = { status: 429, body: "too many requests" };
const SHOWN_MONEY = "0x0";
const rawShape = z.tuple([z.string()]);
const listShape = z.array(z.unknown());
const heightShape = z.string().transform(BigInt);

/** Faults of an endpoint for all who use it, or of all endpoints for one who uses them. */
export const rpcFaults: Injectors<"rpc"> = {
  "rpc.refuse": (_fault, ground) => answering(ground, () => refused()),
  "rpc.hang": (_fault, ground) => answering(ground, () => Promise.resolve(HANGS)),
  "rpc.error": (_fault, ground) => answering(ground, () => Promise.resolve(drawError(ground))),
  "rpc.stale": ({ with: { blocks } }, ground) => answering(ground, lagging(BigInt(blocks))),
  "rpc.lie": (_fault, ground) => answering(ground, changing(lieAbout)),
  "rpc.omitLogs": (_fault, ground) => answering(ground, changing(omitLogs)),
  "rpc.dropTx": (_fault, ground) => answering(ground, swallowing),
  "rpc.unknownOutcome": (_fault, ground) => answering(ground, silentAboutSent),
};

/** A layer for the questions that the fault hits. */
export function answering({ stacks, targets }: Pick<FaultGround, "stacks" | "targets">, layer: RpcLayer): Injection {
  const isHit = ({ from, endpoint }: RpcQuestion): boolean => targets.includes(endpoint) || targets.includes(from);
  return bending(() =>
    stacks.rpc.add(
      (inner) => (question, below) =>
        isHit(question) ? layer(question, (other) => inner(other, below)) : inner(question, below),
    ),
  );
}

/** The question of a raw transaction, undefined when it is another. */
export function sentTransaction({ method, parameters }: RpcQuestion): string | undefined {
  return method === SEND ? rawShape.parse(JSON.parse(parameters))[0] : undefined;
}

/** Acknowledges a transaction as a node does. */
export function acknowledged(raw: string): RpcAnswer {
  return { result: JSON.stringify(keccak256(raw)) };
}

function refused(): Promise<never> {
  return Promise.reject(new BallastError("httpUnreachable", "No answer over HTTP", { retriable: true }));
}

function drawError({ random }: FaultGround): RpcAnswer {
  const errors: readonly RpcAnswer[] = [
    OUT_OF_SERVICE,
    TOO_MANY,
    { error: JSON.stringify({ code: -32_603, message: "internal error" }) },
  ];
  return errors[Number(random.below(BigInt(errors.length)))]!;
}

/** An endpoint whose newest block is an older one, of one mind in all it says. */
function lagging(headLag: bigint): RpcLayer {
  return async (question, below) => {
    const { method, parameters } = question;
    if (method === SEND) return below(question);
    const newest = await heightSeen(question, below);
    if (newest === undefined) return below(question);
    const seen = requestAsSeen(method, listShape.parse(JSON.parse(parameters)), newest, { headLag });
    if ("refused" in seen) return { error: JSON.stringify({ code: -32_000, message: seen.refused }) };
    const answer = await below({ ...question, parameters: JSON.stringify(seen.params) });
    if (answer === HANGS || !("result" in answer)) return answer;
    const shown = answerAsSeen(method, JSON.parse(answer.result), newest, { headLag });
    return { result: JSON.stringify(shown) };
  };
}

async function heightSeen(question: RpcQuestion, below: RpcCall): Promise<bigint | undefined> {
  const answer = await below({ ...question, method: "eth_blockNumber", parameters: "[]" });
  return answer !== HANGS && "result" in answer ? heightShape.parse(JSON.parse(answer.result)) : undefined;
}

/** What is answered, changed. */
function changing(change: (method: string, result: unknown) => unknown): RpcLayer {
  return async (question, below) => {
    const answer = await below(question);
    if (answer === HANGS || !("result" in answer)) return answer;
    return { result: JSON.stringify(change(question.method, JSON.parse(answer.result))) };
  };
}

/** Plausible and wrong: another last digit of what is read, an empty account, a transaction that failed. */
export function lieAbout(method: string, result: unknown): unknown {
  if (method === "eth_getBalance") return SHOWN_MONEY;
  if ((method === "eth_call" || method === "eth_getStorageAt") && typeof result === "string" && result.length > 2)
    return `${result.slice(0, -1)}${(parseInt(result.slice(-1), 16) ^ 1).toString(16)}`;
  if (method === "eth_getTransactionReceipt" && typeof result === "object" && result !== null)
    return { ...result, status: "status" in result && result.status === "0x1" ? "0x0" : "0x1" };
  return result;
}

/** Every other event. */
export function omitLogs(method: string, result: unknown): unknown {
  return method === "eth_getLogs" && Array.isArray(result) ? result.filter((_log, index) => index % 2 === 1) : result;
}

function swallowing(question: RpcQuestion, below: RpcCall): Promise<RpcAnswer> {
  const raw = sentTransaction(question);
  return raw === undefined ? below(question) : Promise.resolve(acknowledged(raw));
}

async function silentAboutSent(question: RpcQuestion, below: RpcCall): Promise<RpcAnswer> {
  const answer = await below(question);
  return sentTransaction(question) === undefined ? answer : HANGS;
}
