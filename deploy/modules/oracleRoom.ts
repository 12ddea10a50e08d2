// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact, CallableContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";

import { anchorArguments } from "../chainShape.ts";
import { GOVERNANCE_DELAY_SECONDS } from "../governance.ts";
import type { Parameters } from "../parameters.ts";

const require = createRequire(import.meta.url);
const ACCESS_MANAGER: Artifact = require("@openzeppelin/contracts/build/contracts/AccessManager.json");
const TIMELOCK: Artifact = require("@openzeppelin/contracts/build/contracts/TimelockController.json");

type Builder = IgnitionModuleBuilder;
type Contract = CallableContractFuture<string>;
/** Numbers of `IWitnessRouter.Kind`. */
export const SOURCE_KINDS = { AggregatorV3: 0, Pyth: 1 } as const;

/**
 * The oracle room for one network's parameters, with the authority and the timelock of the whole protocol. Every contract in
 * it has an address of its own. The deployer still administers it: `handOver` ends that.
 */
export function oracleRoomModule(parameters: Parameters) {
  return buildModule("OracleRoom", (m) => {
    const governor = parameters.governor === "deployer" ? m.getAccount(0) : parameters.governor;
    const authority = m.contract("AccessManager", ACCESS_MANAGER, [m.getAccount(0)]);
    const timelock = m.contract("TimelockController", TIMELOCK, [
      GOVERNANCE_DELAY_SECONDS,
      [governor],
      [governor],
      `0x${"0".repeat(40)}`,
    ]);
    const anchor = m.contract(parameters.chain.anchor.adapter, [...anchorArguments(parameters.chain)], {
      id: "Anchor",
    });
    const oracle = m.contract("PriceOracle", [anchor, parameters.heartbeat, parameters.tipBase, authority], {
      libraries: librariesOf(m, ["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]),
    });
    const pot = m.contract("RewardPot", [parameters.bondToken, oracle]);
    const escrow = m.contract("SlashEscrow", [parameters.bondToken, authority]);
    const registry = m.contract(
      "ValidatorRegistry",
      [
        parameters.bondToken,
        oracle,
        pot,
        escrow,
        parameters.targetSize,
        parameters.minimumBond,
        parameters.epochReward,
        authority,
      ],
      { libraries: librariesOf(m, ["SetBuilder"]) },
    );
    const router = m.contract("WitnessRouter", [oracle, pot, parameters.pokeReward, authority]);
    const slasher = m.contract("Slasher", [registry, oracle, router, anchor], {
      libraries: librariesOf(m, ["CaptureEvidence"]),
    });
    const room = { oracle, pot, escrow, registry, router, slasher };

    const wired = wire(m, room);
    const facades = parameters.feeds.map((_, feed) =>
      m.contract("AggregatorFacade", [oracle, feed], { id: `Facade${feed}`, after: [oracle] }),
    );
    stock(m, room, parameters, wired);
    return { ...room, authority, timelock, anchor, ...namedFacades(facades) };
  });
}

type Room = Readonly<Record<"oracle" | "pot" | "escrow" | "registry" | "router" | "slasher", Contract>>;

function librariesOf(m: Builder, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, m.library(name)]));
}

/** What lies below learns once, and for ever, who may call it from above; the pot does when the risk contract is there. */
function wire(m: Builder, { oracle, escrow, registry, router, slasher }: Room): Future[] {
  return [
    m.call(oracle, "wire", [registry, router]),
    m.call(escrow, "wire", [registry]),
    m.call(registry, "wire", [slasher]),
  ];
}

/** Feeds in the order of their slots, each with its witnesses. */
function stock(m: Builder, { oracle, router }: Room, { feeds }: Parameters, wired: readonly Future[]): void {
  let last: Future[] = [...wired];
  feeds.forEach(({ description, tick, sources }, feed) => {
    last = [m.call(oracle, "addFeed", [description, tick], { id: `AddFeed${feed}`, after: last })];
    sources.forEach((source, index) => {
      const given = { ...source, kind: SOURCE_KINDS[source.kind], decimals: 0, usableAt: 0 };
      last = [m.call(router, "addSource", [feed, given], { id: `AddSource${feed}_${index}`, after: last })];
    });
  });
}

function namedFacades(facades: readonly Contract[]): Record<`facade${number}`, Contract> {
  return Object.fromEntries(facades.map((facade, feed) => [`facade${feed}`, facade]));
}
