// SPDX-License-Identifier: MIT
import type { KeeperConfig } from "../../keepers/KeeperConfig.ts";
import type { RelayerConfig } from "../../relayer/RelayerConfig.ts";
import type { ValidatorConfig } from "../../validator/ValidatorConfig.ts";
import { keeperConfig, liquidatorConfig, relayerConfig, validatorConfig } from "./programConfigs.ts";
import type { World } from "./World.ts";

/** Who runs which program, with the configuration that its file would hold. */
export type CastProgram =
  | { readonly name: string; readonly program: "validator"; readonly config: ValidatorConfig }
  | { readonly name: string; readonly program: "relayer"; readonly config: RelayerConfig }
  | { readonly name: string; readonly program: "keeper"; readonly config: KeeperConfig };

/** What liquidators weigh gas with: USD per ether, 8 decimals. */
const NATIVE_PRICE = 3_000n * 10n ** 8n;

/** Everybody in a world who runs a program. Pure. */
export function castPrograms({
  scenario,
  room,
  chain,
  population,
}: Pick<World, "scenario" | "room" | "population"> & {
  readonly chain: Pick<World["chain"], "chainId">;
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
      config: liquidatorConfig(around, NATIVE_PRICE),
    })),
  ];
}
