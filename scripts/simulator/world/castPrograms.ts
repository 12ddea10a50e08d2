// SPDX-License-Identifier: MIT
import type { KeeperConfig } from "../../keepers/KeeperConfig.ts";
import type { RelayerConfig } from "../../relayer/RelayerConfig.ts";
import type { ValidatorConfig } from "../../validator/ValidatorConfig.ts";
import type { Founded } from "./foundWorld.ts";
import { keeperConfig, liquidatorConfig, relayerConfig, validatorConfig } from "./programConfigs.ts";

/** Who runs which program, with the configuration that its file would hold. */
export type CastProgram =
  | { readonly name: string; readonly program: "validator"; readonly config: ValidatorConfig }
  | { readonly name: string; readonly program: "relayer"; readonly config: RelayerConfig }
  | { readonly name: string; readonly program: "keeper"; readonly config: KeeperConfig };

/** Everybody in a world who runs a program; liquidators weigh gas with ether's first price. */
export function castPrograms({
  scenario,
  truth,
  room,
  chain,
  population,
}: Pick<Founded, "scenario" | "truth" | "room" | "population"> & {
  readonly chain: Pick<Founded["chain"], "chainId">;
}): CastProgram[] {
  const around = { scenario, room, chainId: chain.chainId, ...population };
  const { validators, relayers, keepers, liquidators } = population;
  return [
    ...validators.map((name, index): CastProgram => ({
      name,
      program: "validator",
      config: validatorConfig(around, index),
    })),
    ...relayers.map((name, index): CastProgram => ({ name, program: "relayer", config: relayerConfig(around, index) })),
    ...keepers.map((name, index): CastProgram => ({ name, program: "keeper", config: keeperConfig(around, index) })),
    ...liquidators.map((name): CastProgram => ({
      name,
      program: "keeper",
      config: liquidatorConfig(around, truth.nativePriceAt(0)),
    })),
  ];
}
