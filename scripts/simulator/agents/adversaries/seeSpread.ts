// SPDX-License-Identifier: MIT
import { z } from "zod";

import { oracleInterface } from "../../../chain/oracleInterface.ts";
import type { World } from "../../world/World.ts";
import type { Hand } from "../Hand.ts";
import type { SeeSpread } from "./ColludingThird.ts";

const PPM_IN_BPS = 100n;
const riskShape = z.object({ dispersionPpm: z.bigint() });

/** Asks the oracle how far the validators' prices lie apart. */
export function seeSpread({ room, population }: Pick<World, "room" | "population">, hand: Hand): SeeSpread {
  const oracle = { to: room.oracle.target as string, code: oracleInterface };
  return async (feed) => {
    const call = { name: "readRisk", args: [population.feeds.indexOf(feed)] };
    const { dispersionPpm } = riskShape.parse(await hand.read(oracle, call, await hand.head()));
    return (dispersionPpm + PPM_IN_BPS - 1n) / PPM_IN_BPS;
  };
}
