// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact, CallableContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { ZeroAddress } from "ethers";

import { collateralsOf, fundName, insuranceName, tokenOf, tokensPerUnit } from "../parameters.ts";
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
    const { oracle, router, pot, escrow, authority, timelock } = m.useModule(oracleRoom);
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
    const directory = m.contract("InsurerDirectory", [house, authority]);
    const funds = open(m, house, parameters, { risk, timelock, directory, enabled });
    m.call(escrow, "setDirectory", [directory], { after: [oracleRoom] });
    const around = {
      lens: m.contract("Lens", [house]),
      flashLiquidator: m.contract("FlashLiquidator", [house]),
      wrappedLongFactory: m.contract("WrappedLongFactory", [house]),
    };
    return { house, directory, ...around, ...modules, ...funds };
  });
}

/** Lists that only grow; later entries wait 48 h. */
function enable(m: Builder, house: Contract, parameters: Parameters, risk: Contract): Future[] {
  const { clearing } = parameters;
  const listed: Future[] = [
    m.call(house, "enableRisk", [risk]),
    ...clearing.feeds.map((feed) => m.call(house, "enableFeed", [feed], { id: `EnableFeed${feed}` })),
    ...[...collateralsOf(parameters)].map(([token, feed], index) =>
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

interface Ground {
  readonly risk: Contract;
  readonly timelock: Contract;
  readonly directory: Contract;
  readonly enabled: readonly Future[];
}

/**
 * Creates the markets in their order and pays their insurance, or nothing could be opened in them.
 * @returns the funds that insure them.
 */
function open(m: Builder, house: Contract, parameters: Parameters, ground: Ground): Record<string, Contract> {
  const { risk, timelock, directory, enabled } = ground;
  const funds: Record<string, Contract> = {};
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
    const fund = market.insurer === "fund" ? fundOf(m, house, { parameters, params, index }) : undefined;
    const insurer = fund ?? params.insurer;
    const created = m.call(house, "createMarket", [{ ...params, insurer }], {
      id: `CreateMarket${index}`,
      after: last,
    });
    // Anyone may create markets, so the number is what the event says.
    const number = m.readEventArgument(created, "MarketCreated", "market", { emitter: house, id: `Market${index}` });
    const listed = m.call(directory, "listMarket", [number], { id: `ListMarket${index}` });
    const paid = { market, index, collateral, created, number };
    if (fund !== undefined) funds[fundName(index)] = fund;
    last = [listed, ...(fund === undefined ? insure(m, house, paid) : insureBy(m, fund, { ...paid, to: timelock }))];
  });
  return funds;
}

/** A fund looks for a market with these parameters and itself as the insurer; whom they name instead is ignored. */
function fundOf(
  m: Builder,
  house: Contract,
  given: { readonly parameters: Parameters; readonly params: object; readonly index: number },
): Contract {
  const { parameters, params, index } = given;
  return m.contract(
    "InsuranceFund",
    [house, { ...params, insurer: ZeroAddress }, parameters.bondToken, insuranceName(index), `bINS${index + 1}`],
    { id: fundName(index) },
  );
}

interface Payment {
  readonly market: MarketParameters;
  readonly index: number;
  readonly collateral: string;
  readonly created: Future;
}

/** Out of the deployer's own tokens; the shares are the timelock's. */
function insureBy(m: Builder, fund: Contract, given: Payment & { readonly to: Contract }): Future[] {
  const { market, index, created, to } = given;
  const wired = m.call(fund, "wire", [], { id: `Wire${index}`, after: [created] });
  if (market.insurance === 0n) return [wired];
  const amount = market.insurance * tokensPerUnit(market);
  const approved = approve(m, fund, given, amount);
  return [m.call(fund, "deposit", [amount, to], { id: `Insure${index}`, after: [wired, approved] })];
}

/** Out of the deployer's own tokens, for nothing in return. */
function insure(
  m: Builder,
  house: Contract,
  given: Payment & { readonly number: ReturnType<Builder["readEventArgument"]> },
): Future[] {
  const { market, index, collateral, created, number } = given;
  const amount = market.insurance;
  if (amount === 0n) return [created];
  const approved = approve(m, house, given, amount * tokensPerUnit(market));
  const deposited = m.call(house, "deposit", [collateral, amount, m.getAccount(0)], {
    id: `DepositInsurance${index}`,
    after: [approved],
  });
  return [m.call(house, "fundInsurance", [number, amount], { id: `FundInsurance${index}`, after: [deposited] })];
}

function approve(m: Builder, spender: Contract, { index, collateral, created }: Payment, amount: bigint): Future {
  const token = m.contractAt("IERC20", ERC20, collateral, { id: `Collateral${index}` });
  return m.call(token, "approve", [spender, amount], { id: `ApproveInsurance${index}`, after: [created] });
}
