// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { NO_FEED, reportersOf } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import type { oracleRoomModule } from "./oracleRoom.ts";

/** The risk contract over an oracle room, whose pot pays its pokes, with its sentinel's reporters. The deployer still governs it: `handOver` ends that. */
export function riskRoomModule(parameters: Parameters, oracleRoom: ReturnType<typeof oracleRoomModule>) {
  return buildModule("RiskRoom", (m) => {
    const { oracle, registry, router, pot, authority } = m.useModule(oracleRoom);
    const { bondFeed, bondDecimals, haircutBps, ceilingThousands, reporters } = parameters.risk;
    const risk = m.contract(
      "RiskManager",
      [
        oracle,
        registry,
        pot,
        parameters.pokeReward,
        bondFeed ?? NO_FEED,
        bondDecimals,
        haircutBps,
        ceilingThousands,
        authority,
      ],
      { after: [oracleRoom] },
    );
    m.call(pot, "wire", [registry, router, risk]);
    if (reporters.length !== 0) m.call(risk, "setReporters", [reportersOf(parameters)]);
    return { risk };
  });
}
