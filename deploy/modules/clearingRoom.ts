// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact, CallableContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";

import { NO_FEED, tokensPerUnit } from "../parameters.ts";
import type { MarketParameters, Parameters } from "../parameters.ts";
import type { oracleRoomModule } from "./oracleRoom.ts";
import type { riskRoomModule } from "./riskRoom.ts";

type Builder = IgnitionModuleBuilder;
type Contract = CallableContractFuture<string>;

const KINDS = { Quote: 0, Coin: 1 } as const;
const require = createRequire(import.meta.url);
const ERC20: Artifact = require("@openzeppelin/contracts/build/contracts/IERC20.json");

/** The Clearinghouse with its modules on the rooms below, the enable-only lists filled, the first markets open and insured. */
export function clearingRoomModule(
  parameters: Parameters,
  oracleRoom: ReturnType<typeof oracleRoomModule>,
  riskRoom: ReturnType<typeof riskRoomModule>,
) {
  return buildModule("ClearingRoom", (m) => {
    const { oracle, router, pot, authority, timelock } = m.useModule(oracleRoom);
    const { risk } = m.useModule(riskRoom);
    const modules = {
      books: m.contract("BookModule"),
      moves: m.contract("MoveModule"),
      fills: m.contract("FillModule"),
      settlement: m.contract("SettlementModule", [oracle, router]),
      liquidation: m.contract("LiquidationModule"),
    };
    const house = m.contract("Clearinghouse", [oracle, pot, authority, modules], {
      libraries: { SeriesNames: m.library("SeriesNames") },
      after: [oracleRoom],
    });
    const enabled = enable(m, house, parameters, risk);
    open(m, house, parameters, { risk, timelock, enabled });
    const lens = m.contract("Lens", [house]);
    return { house, lens, ...modules };
  });
}

/** Lists that only grow; later entries wait 48 h. */
function enable(m: Builder, house: Contract, parameters: Parameters, risk: Contract): Future[] {
  const { clearing } = parameters;
  const collaterals = new Map(
    clearing.markets.map((market) => [tokenOf(parameters, market), market.collateralFeed ?? NO_FEED]),
  );
  const listed: Future[] = [
    m.call(house, "enableRisk", [risk]),
    ...clearing.feeds.map((feed) => m.call(house, "enableFeed", [feed], { id: `EnableFeed${feed}` })),
    ...[...collaterals].map(([token, feed], index) =>
      m.call(house, "enableCollateral", [token, feed], { id: `EnableCollateral${index}` }),
    ),
  ];
  const sets: Future[] = [];
  clearing.parameterSets.forEach((set, index) => {
    // One after the other: their numbers are their places in the list.
    sets.push(m.call(house, "enableParameters", [set], { id: `EnableParameters${index}`, after: sets.slice(-1) }));
  });
  return [...listed, ...sets];
}

function tokenOf({ bondToken }: Parameters, { collateral }: MarketParameters): string {
  return collateral === "bondToken" ? bondToken : collateral;
}

interface Ground {
  readonly risk: Contract;
  readonly timelock: Contract;
  readonly enabled: readonly Future[];
}

/** Creates the markets in their order and pays their insurance, or nothing could be opened in them. */
function open(m: Builder, house: Contract, parameters: Parameters, { risk, timelock, enabled }: Ground): void {
  let last: Future[] = [...enabled];
  parameters.clearing.markets.forEach((market, index) => {
    const collateral = tokenOf(parameters, market);
    const params = {
      collateral,
      kind: KINDS[market.kind],
      feed: market.feed,
      risk,
      parameterSet: market.parameterSet,
      insurer: market.insurer === "timelock" ? timelock : market.insurer,
    };
    const created = m.call(house, "createMarket", [params], { id: `CreateMarket${index}`, after: last });
    last = [market.insurance === 0n ? created : insure(m, house, { market, index, collateral, created })];
  });
}

/** Out of the deployer's own tokens. */
function insure(
  m: Builder,
  house: Contract,
  given: {
    readonly market: MarketParameters;
    readonly index: number;
    readonly collateral: string;
    readonly created: ReturnType<Builder["call"]>;
  },
): Future {
  const { market, index, collateral, created } = given;
  const token = m.contractAt("IERC20", ERC20, collateral, { id: `Collateral${index}` });
  const amount = market.insurance;
  const approved = m.call(token, "approve", [house, amount * tokensPerUnit(market)], {
    id: `ApproveInsurance${index}`,
    after: [created],
  });
  const deposited = m.call(house, "deposit", [collateral, amount, m.getAccount(0)], {
    id: `DepositInsurance${index}`,
    after: [approved],
  });
  // Anyone may create markets, so the number is what the event says.
  const number = m.readEventArgument(created, "MarketCreated", "market", { emitter: house, id: `Market${index}` });
  return m.call(house, "fundInsurance", [number, amount], { id: `FundInsurance${index}`, after: [deposited] });
}
