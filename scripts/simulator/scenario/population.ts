// SPDX-License-Identifier: MIT
import type { FaultType } from "./faultTypes.ts";
import type { Scenario } from "./Scenario.ts";

/** Endpoints of the chain that programs are given; reporters of the sentinel. */
export const ENDPOINTS = 3;
export const SENTINELS = 3;

/** Kinds of whatever a fault can hit. */
export const KINDS = [
  "validators",
  "relayers",
  "keepers",
  "endpoints",
  "venues",
  "witnesses",
  "sentinels",
  "feeds",
  "markets",
  "liquidators",
  "writers",
  "buyers",
  "providers",
  "adversaries",
] as const;
export type Kind = (typeof KINDS)[number];

/** Names of everybody, by kind; an index is a place in these lists. */
export type Population = Readonly<Record<Kind, readonly string[]>>;

/** The parts of a scenario that say who is there. */
export interface Peopled extends Pick<Scenario, "actors" | "markets"> {
  readonly validators: { readonly count: number };
  readonly venues: { readonly count: number };
  readonly witness: { readonly feeds: number };
  readonly feeds: readonly { readonly id: string }[];
}

/** Who is there: `validator-1`, `relayer-1`, `keeper-1`, `rpc-1`, `venue-1`, `witness-1`, …, feeds and markets by their ids. */
export function populationOf(scenario: Peopled): Population {
  const { validators, actors, venues, witness, feeds, markets } = scenario;
  return {
    validators: numbered("validator", validators.count),
    relayers: numbered("relayer", actors.relayers.count),
    keepers: numbered("keeper", actors.keepers.replicas),
    endpoints: numbered("rpc", ENDPOINTS),
    venues: numbered("venue", venues.count),
    witnesses: numbered("witness", witness.feeds),
    sentinels: numbered("sentinel", SENTINELS),
    feeds: feeds.map(({ id }) => id),
    markets: markets.map(({ feed, collateral }) => `${feed}/${collateral}`),
    liquidators: numbered("liquidator", actors.liquidators.count),
    writers: numbered("writer", actors.writers.count),
    buyers: numbered("buyer", actors.buyers.count),
    providers: numbered("provider", actors.providers.count),
    adversaries: numbered("adversary", actors.adversaries.length),
  };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** Whom the target of a fault may name: quantities and indices mean the first kind, names and kind words any of them. */
export interface Reach {
  readonly draws: Kind;
  readonly names: readonly Kind[];
}

const PROGRAMS: readonly Kind[] = ["validators", "relayers", "keepers"];
const SENDERS: readonly Kind[] = [...PROGRAMS, "liquidators", "writers", "buyers", "providers"];
const only = (kind: Kind): Reach => ({ draws: kind, names: [kind] });
const FAMILY_REACH: Readonly<Record<string, Reach | undefined>> = {
  net: { draws: "validators", names: PROGRAMS },
  rpc: { draws: "endpoints", names: ["endpoints", ...SENDERS] },
  chain: undefined,
  venue: only("venues"),
  oracle: only("validators"),
  relayer: only("relayers"),
  witness: only("witnesses"),
  validator: only("validators"),
  keeper: only("keepers"),
  admin: undefined,
  market: only("markets"),
  sentinel: only("sentinels"),
};

/** Whom a type of fault reaches; undefined where it hits the whole chain or its administration. */
export function reachOf(type: FaultType): Reach | undefined {
  return type === "market.gap" ? only("feeds") : FAMILY_REACH[type.split(".")[0]!];
}

/** Whose transactions may be left out. */
export const CENSOR_REACH: Reach = { draws: "validators", names: SENDERS };
