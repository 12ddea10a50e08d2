// SPDX-License-Identifier: MIT
import { explainRefusal } from "../../../scripts/chain/explainRefusal.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Act, Forecast, Step, Typed } from "../model/act.ts";
import { bookName } from "../model/book.ts";
import { refusalWords } from "../model/refusalWords.ts";
import type { ActPlace } from "./actParts.ts";
import { planAct } from "./planAct.ts";

/** Plans an act and has the chain try its first step: the others build on what that one leaves. */
export async function forecast(place: ActPlace, act: Act, typed: Typed): Promise<Forecast> {
  try {
    const plan = await planAct(place, act, typed);
    const [step] = plan.steps;
    if (step === undefined) return { kind: "refused", plan, text: "There is nothing to do." };
    const refusal = await tryStep(place, step);
    return refusal === undefined ? { kind: "passes", plan, step } : { kind: "refused", plan, text: refusal };
  } catch (error) {
    if (error instanceof BallastError) return { kind: "refused", plan: undefined, text: `${troubleText(error)}.` };
    throw error;
  }
}

function troubleText({ code, message }: BallastError): string {
  return code === "endpointSilent" ? `The endpoint ${message}` : message;
}

/** Why the chain would refuse a call, in words; undefined when it would not. */
async function tryStep({ endpoint, block, account }: ActPlace, { to, data }: Step): Promise<string | undefined> {
  const [answer] = await endpoint.ask([
    { method: "eth_call", params: [{ from: account, to, data }, { blockHash: block.hash }] },
  ]);
  if (answer === undefined || answer.kind === "answered") return undefined;
  if (answer.data === undefined) return `The node refuses: ${answer.message}`;
  const given = new BallastError("callReverted", answer.message, { context: { data: answer.data } });
  const known = explainRefusal(given);
  if (!(known instanceof BallastError) || known.code !== "contractRefused") return `The call fails: ${answer.message}`;
  return refusalWords(String(known.context["error"]), known.message, isOthers(known.context["id"], account));
}

/** Whether a book that a refusal names is of somebody else, such as the maker of a quote. */
function isOthers(id: unknown, account: string): boolean {
  const isBook = typeof id === "string" && /^\d+$/.test(id) && BigInt(id) >> 96n !== 0n;
  return isBook && bookName(BigInt(id)).owner !== account;
}
