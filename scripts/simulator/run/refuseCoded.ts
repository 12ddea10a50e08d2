// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import { PARAMETERS } from "../scenario/parameterTable.ts";
import type { Scenario } from "../scenario/Scenario.ts";

/** Refuses parameters that only the fast tier can change. @throws BallastError `notOnChain`. */
export function refuseCoded({ params }: Pick<Scenario, "params">): void {
  const coded = [...params.keys()].filter((name) => PARAMETERS.get(name)?.fastTierOnly === true);
  if (coded.length === 0) return;
  const names = coded.join(", ");
  throw new BallastError("notOnChain", `Coded in the contracts, only the fast tier can change them: ${names}`, {
    context: { params: coded },
  });
}
