// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact, CallableContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";

import { tokensPerUnit } from "../parameters.ts";
import type { MarketParameters, Parameters } from "../parameters.ts";
import type { oracleRoomModule } from "./oracleRoom.ts";

type Builder = IgnitionModuleBuilder;
type Contract = CallableContractFuture<string>;

const KINDS = { Quote: 0, Coin: 1 } as const;
/** Stands for a collateral without a price of its own. */
const NO_FEED = 15;
const require = createRequire(import.meta.url);
const ERC20: Artifact = require("@openzeppelin/contracts/build/contracts/IERC20.json");

/** Name under which the module returns the risk contract of a position in the list, where it deploys one. */
export function riskName(index: number): string {
  return `Risk${index}`;
}

/** The Clearinghouse with its modules on an oracle room, the enable-only lists filled, the first markets open and insured. */
export function clearingRoomModule(parameters: Parameters, oracleRoom: ReturnType<typeof oracleRoomModule>) {
  return buildModule("ClearingRoom", (m) => {
    const { oracle, router, pot, authority, timelock } = m.useModule(oracleRoom);
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
    const mocks = new Map(
      parameters.clearing.risks.flatMap((risk, index) =>
        risk === "mock"
          ? [[riskName(index), m.contract("OracleRisk", [oracle], { id: riskName(index) })] as const]
          : [],
      ),
    );
    const risks = parameters.clearing.risks.map((risk, index) => mocks.get(riskName(index)) ?? risk);

    const enabled = enable(m, house, parameters, risks);
    open(m, house, parameters, { risks, timelock, enabled });
    const lens = m.contract("Lens", [house]);
    return { house, lens, ...modules, ...Object.fromEntries(mocks) };
  });
}

/** Lists that only grow; later entries wait 48 h. */
function enable(m: Builder, house: Contract, parameters: Parameters, risks: readonly (Contract | string)[]): Future[] {
  const { clearing } = parameters;
  const collaterals = new Map(
    clearing.markets.map((market) => [tokenOf(parameters, market), market.collateralFeed ?? NO_FEED]),
  );
  const listed: Future[] = [
    ...risks.map((risk, index) => m.call(house, "enableRisk", [risk], { id: `EnableRisk${index}` })),
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
  readonly risks: readonly (Contract | string)[];
  readonly timelock: Contract;
  readonly enabled: readonly Future[];
}

/** Creates the markets in their order and pays their insurance, or nothing could be opened in them. */
function open(m: Builder, house: Contract, parameters: Parameters, { risks, timelock, enabled }: Ground): void {
  let last: Future[] = [...enabled];
  parameters.clearing.markets.forEach((market, index) => {
    const collateral = tokenOf(parameters, market);
    const params = {
      collateral,
      kind: KINDS[market.kind],
      feed: market.feed,
      risk: risks[market.risk]!,
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
