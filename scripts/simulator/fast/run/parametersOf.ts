// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import type { CollateralKind } from "../../../model/clearing/types.ts";
import { PRICE_ONE } from "../../../model/constants.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import { DEFAULT_PARAMETERS } from "../FastParameters.ts";
import type { FastParameters, MarketParameters } from "../FastParameters.ts";

/** Levels of a trigger row, in the order of its limits. */
const LEVEL_PLACES: Readonly<Record<string, number>> = { cautious: 0, reduceOnly: 1, halted: 2 };
/** Amounts that are told in USD and kept in ledger units. */
const AMOUNTS: ReadonlySet<string> = new Set(["dust", "tip", "insurance"]);
const HEARTBEAT = { l1: 300, op: 60 } as const;
const MICRO = 1_000_000n;
/** USD. */
const USUAL_AMOUNTS = { dust: 50, tip: 1, insurance: 250_000 } as const;

type Tree = { [key: string]: unknown };

/**
 * The parameters of a scenario: those of the local deployment at its chain's heartbeat, amounts in coin worth what they are in
 * dollars there, under the scenario's overrides.
 * @param coinPrice USD per coin of coin markets, 8 decimals.
 * @throws BallastError `parameterNotModelled` naming every override that nothing of this tier depends on.
 */
export function parametersOf(scenario: Pick<Scenario, "chain" | "params">, coinPrice: bigint): FastParameters {
  const copy = structuredClone(DEFAULT_PARAMETERS) as FastParameters;
  const tree = copy as unknown as Tree;
  (tree.feed as Tree).heartbeat = HEARTBEAT[scenario.chain.kind];
  for (const [name, value] of Object.entries(USUAL_AMOUNTS)) {
    setAmount(copy.markets.coin, "coin", name, value, coinPrice);
  }
  const unknown = [...scenario.params].filter(([name, value]) => !override(copy, name, value, coinPrice));
  if (unknown.length === 0) return copy;
  const names = unknown.map(([name]) => name);
  throw new BallastError("parameterNotModelled", `the fast tier knows no ${names.join(", ")}; run the chain tier`, {
    context: { names },
  });
}

/** Sets one number by its dotted name. Returns false where there is none. */
function override(parameters: FastParameters, name: string, value: number, coinPrice: bigint): boolean {
  const parts = name.split(".");
  if (name === "heartbeat") return setAt(parameters.feed as unknown as Tree, ["heartbeat"], value);
  if (parts[0] === "modes" || parts[0] === "oracle") return setAt(parameters.feed as unknown as Tree, parts, value);
  if (parts[0] === "auction" || parts[0] === "capture") return setAt(parameters as unknown as Tree, parts, value);
  const [kind, field] = parts[0] === "insurance" ? [parts[1], "insurance"] : [parts[1], parts[2]];
  if ((parts[0] !== "margin" && parts[0] !== "insurance") || (kind !== "quote" && kind !== "coin")) return false;
  const market = parameters.markets[kind];
  if (field !== undefined && AMOUNTS.has(field)) return setAmount(market, kind, field, value, coinPrice);
  return setAt(market as unknown as Tree, [field ?? ""], value);
}

function setAt(tree: Tree, path: readonly string[], value: number): boolean {
  const [first, ...rest] = path;
  const key = Array.isArray(tree) ? LEVEL_PLACES[first!] : first;
  if (key === undefined || !(key in tree)) return false;
  if (rest.length > 0) return setAt(tree[key] as Tree, rest, value);
  const old = tree[key];
  if (typeof old === "object") return false;
  tree[key] = typeof old === "bigint" ? BigInt(Math.round(value)) : value;
  return true;
}

function setAmount(
  market: MarketParameters,
  kind: CollateralKind,
  field: string,
  dollars: number,
  coinPrice: bigint,
): true {
  const units = BigInt(Math.round(dollars * Number(MICRO))) * 10n ** BigInt(market.unitDecimals);
  const amount = kind === "quote" ? units / MICRO : (units * PRICE_ONE) / (coinPrice * MICRO);
  (market as unknown as Tree)[field] = amount;
  return true;
}
