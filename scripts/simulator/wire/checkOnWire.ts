// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { Fault } from "../scenario/faultTypes.ts";
import type { Scenario } from "../scenario/Scenario.ts";

/** Something of a scenario that processes cannot play. */
export interface WireProblem {
  /** Of a fault, or a key of the scenario. */
  readonly name: string;
  readonly type: string;
  readonly why: string;
}

/**
 * Refuses what cannot be done to programs in processes of their own, all of it at once, before anything starts.
 * @throws BallastError `notOnWire`.
 */
export function checkOnWire(scenario: Scenario): void {
  const problems = wireProblems(scenario);
  if (problems.length === 0) return;
  const text = problems.map(({ name, type, why }) => `${name} (${type}): ${why}`).join("; ");
  throw new BallastError("notOnWire", `Cannot be played on the wire: ${text}`, { context: { problems } });
}

/** What of a scenario processes cannot play. Pure. */
export function wireProblems({ chain, faults }: Scenario): WireProblem[] {
  const kind =
    chain.kind === "l1" ? [] : [{ name: "chain.kind", type: chain.kind, why: "the chain's process is an l1" }];
  const refused = faults.flatMap((fault) => {
    const why = reasonAgainst(fault);
    return why === undefined ? [] : [{ name: fault.name, type: fault.type, why }];
  });
  return [...kind, ...refused];
}

function reasonAgainst(fault: Fault): string | undefined {
  switch (fault.type) {
    case "chain.reorg":
      return "blocks would be taken back under requests that are on their way";
    case "oracle.clockSkew":
      return "all processes ask one clock";
    case "keeper.crash":
      return fault.with.point && "a process is killed from outside, at no chosen point of its work";
    case "keeper.slow":
      return "nothing reaches into a process to slow it down";
    default:
      return undefined;
  }
}
