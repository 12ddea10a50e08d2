// SPDX-License-Identifier: MIT
/** What one endpoint said at a look. */
export type EndpointAnswer =
  | { readonly kind: "silent"; readonly text: string }
  | {
      readonly kind: "spoke";
      readonly chainId: bigint;
      readonly number: bigint;
      /** Hash it has at the height of the lower of both heads; undefined when it has no such block. */
      readonly commonHash: string | undefined;
    };

/** What can be trusted of the endpoints at a look. */
export type EndpointVerdict =
  | { readonly kind: "single"; readonly use: 0 }
  | { readonly kind: "agree"; readonly use: 0 | 1; readonly behind: bigint }
  | { readonly kind: "oneSilent"; readonly use: 0 | 1; readonly text: string }
  | { readonly kind: "fork"; readonly text: string }
  | { readonly kind: "wrongChain"; readonly text: string }
  | { readonly kind: "dead"; readonly text: string };

/** Blocks that one endpoint may be behind the other: gossip takes a while. */
const MOST_BEHIND = 5n;

/**
 * Judges one endpoint, or two against each other.
 * @param expected Chain id of the deployment. @returns Which to read, with both at the lower head where they agree.
 */
export function judgeEndpoints(expected: bigint, answers: readonly EndpointAnswer[]): EndpointVerdict {
  const wrong = answers.findIndex((answer) => answer.kind === "spoke" && answer.chainId !== expected);
  if (wrong !== -1) {
    const answer = answers[wrong];
    const given = answer?.kind === "spoke" ? answer.chainId : 0n;
    return { kind: "wrongChain", text: `Endpoint ${wrong + 1} serves chain ${given}, not ${expected}` };
  }
  const [first, second] = answers;
  if (first === undefined) return { kind: "dead", text: "No endpoint was given" };
  if (second === undefined)
    return first.kind === "spoke" ? { kind: "single", use: 0 } : { kind: "dead", text: `The endpoint ${first.text}` };
  if (first.kind === "silent" && second.kind === "silent")
    return { kind: "dead", text: `Neither endpoint can be read: the first ${first.text}` };
  if (first.kind === "silent") return { kind: "oneSilent", use: 1, text: `Endpoint 1 ${first.text}` };
  if (second.kind === "silent") return { kind: "oneSilent", use: 0, text: `Endpoint 2 ${second.text}` };
  if (first.commonHash === undefined || first.commonHash !== second.commonHash) {
    const height = first.number < second.number ? first.number : second.number;
    return { kind: "fork", text: `The endpoints have different blocks at height ${height}: one lies, or is on a fork` };
  }
  const gap = first.number - second.number;
  const behind = gap < 0n ? -gap : gap;
  if (behind > MOST_BEHIND) {
    const slow = gap < 0n ? 1 : 2;
    return { kind: "oneSilent", use: gap < 0n ? 1 : 0, text: `Endpoint ${slow} is ${behind} blocks behind` };
  }
  return { kind: "agree", use: gap <= 0n ? 0 : 1, behind };
}
