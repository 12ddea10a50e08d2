// SPDX-License-Identifier: MIT
import type { MarketParameters, Parameters } from "../../../deploy/parameters.ts";
import { MARGIN_FIELDS } from "./parameterTable.ts";

/** Of the token of bonds, rewards and tips. */
const QUOTE_UNIT = 1e6;
const QUOTE_AMOUNTS = ["tipBase", "epochReward", "pokeReward", "minimumBond"] as const;
const PLAIN_NUMBERS = ["heartbeat", "targetSize"] as const;
const VAULT_NUMBERS = ["deltaBps", "floorVolatilityBps", "highBps", "reserveBps", "auctionSeconds"] as const;

type Params = ReadonlyMap<string, number>;

/**
 * A deployment's parameters with what a scenario sets; parameters for the fast tier alone change nothing here. Pure.
 * @param toUnits Ledger units of a market's collateral that are worth so many USD at the start.
 */
export function applyParameters(
  base: Parameters,
  params: Params,
  toUnits: (dollars: number, market: MarketParameters) => bigint,
): Parameters {
  const { risk, clearing, vaults } = base;
  const markets = clearing.markets.map((market) => ({
    ...market,
    ...changed(params, market.kind === "Quote" ? "insurance.quote" : "insurance.coin", (dollars) => ({
      insurance: toUnits(dollars, market),
    })),
  }));
  return {
    ...base,
    ...Object.fromEntries(QUOTE_AMOUNTS.flatMap((name) => entry(params, name, name, quoteUnits))),
    ...Object.fromEntries(PLAIN_NUMBERS.flatMap((name) => entry(params, name, name, Number))),
    risk: {
      ...risk,
      ...Object.fromEntries(
        ["haircutBps", "ceilingThousands"].flatMap((name) => entry(params, `risk.${name}`, name, Number)),
      ),
    },
    clearing: { ...clearing, markets, parameterSets: parameterSets(base, params, toUnits) },
    vaults: vaults.map((vault) => ({
      ...vault,
      ...Object.fromEntries(VAULT_NUMBERS.flatMap((name) => entry(params, `vaults.${name}`, name, Number))),
    })),
  };
}

/** A set is quote's or coin's by the first market that has it. */
function parameterSets(
  { clearing }: Parameters,
  params: Params,
  toUnits: (dollars: number, market: MarketParameters) => bigint,
): Parameters["clearing"]["parameterSets"] {
  return clearing.parameterSets.map((set, index) => {
    const market = clearing.markets.find(({ parameterSet }) => parameterSet === index);
    if (market === undefined) return set;
    const prefix = market.kind === "Quote" ? "margin.quote" : "margin.coin";
    return {
      ...set,
      ...Object.fromEntries(MARGIN_FIELDS.flatMap((name) => entry(params, `${prefix}.${name}`, name, Number))),
      ...changed(params, `${prefix}.dust`, (dollars) => ({ dust: toUnits(dollars, market) })),
      ...changed(params, `${prefix}.tip`, (dollars) => ({ tip: toUnits(dollars, market) })),
    };
  });
}

function entry<Value>(params: Params, name: string, key: string, convert: (value: number) => Value): [string, Value][] {
  const value = params.get(name);
  return value === undefined ? [] : [[key, convert(value)]];
}

function changed<Change extends object>(
  params: Params,
  name: string,
  change: (value: number) => Change,
): Change | undefined {
  const value = params.get(name);
  return value === undefined ? undefined : change(value);
}

function quoteUnits(amount: number): bigint {
  return BigInt(Math.round(amount * QUOTE_UNIT));
}
