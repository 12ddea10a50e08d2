// SPDX-License-Identifier: MIT
/** Feeds of a stage, by slot. Initial prices in USD, 8 decimals. */
export const STAGE_FEEDS = [
  { name: "ETH", description: "ETH / USD", initialPrice: "300000000000" },
  { name: "BTC", description: "BTC / USD", initialPrice: "6500000000000" },
  { name: "USDC", description: "USDC / USD", initialPrice: "100000000" },
] as const;

/** Where everybody finds everything. */
export interface StageAddresses {
  readonly rpcUrl: string;
  readonly chainId: bigint;
  readonly oracle: string;
  readonly clockUrl: string;
}

/** What a program of a stage needs of its own. */
export interface ProgramPlace {
  readonly name: string;
  readonly keystore: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly seed: number;
}

/** Nobody of a stage has a twin: no validator waits longer than those whose disk is good. */
const QUARANTINE_ROUNDS = 2;
/** Relayers look once per block: in between they would see the same. */
const POLL_MS = 3_000;
const VENUES = ["coinbase", "kraken", "binance", "bitstamp"] as const;
const STABLE = { volatilityBps: 20, jumpsPerYear: 0, reversionPpm: 1000, decimals: 5 };

/** Configuration of the market server: four venues, one true path per coin. */
export function marketConfig(clockUrl: string, startAtMs: bigint, seed: number): object {
  const stable = (name: string): boolean => name.startsWith("USD");
  return {
    seed,
    clock: { kind: "virtual", url: clockUrl, name: "market" },
    startAtMs: startAtMs.toString(),
    feeds: [
      ...STAGE_FEEDS.map(({ name, initialPrice }) => ({ name, initialPrice, ...(stable(name) && STABLE) })),
      { name: "USDT", initialPrice: "99950000", ...STABLE },
    ],
  };
}

/** Configuration of a validator; `index` decides which of the four venues it leaves out, so that no two need agree. */
export function validatorConfig(
  addresses: StageAddresses,
  place: ProgramPlace,
  marketUrl: string,
  listenTo: readonly string[],
  index: number,
): object {
  const venues = VENUES.filter((_, venue) => venue !== index % VENUES.length);
  const markets = (coin: string): Market[] => marketsOf(coin).filter(({ venue }) => venues.includes(venue));
  return {
    ...commonConfig(addresses, place),
    seed: place.seed,
    venues: venues.map((name) => ({ name, format: name, baseUrl: `${marketUrl}/${name}` })),
    feeds: STAGE_FEEDS.map(({ name }, slot) => ({ slot, name, markets: markets(name) })),
    conversions: [{ quote: "USDT", markets: markets("USDT") }],
    listenTo,
    confirmHead: false, // there is one local node
    policy: { quarantineRounds: QUARANTINE_ROUNDS },
  };
}

/** Configuration of a relayer. */
export function relayerConfig(
  addresses: StageAddresses,
  place: ProgramPlace,
  validators: readonly string[],
  completenessDelayMs: number,
): object {
  const pollMs = POLL_MS;
  const { seed } = place;
  return {
    ...commonConfig(addresses, place),
    seed,
    validators,
    policy: { completenessDelayMs, pollMs },
    fees: { pollMs },
  };
}

/** What every program of a stage is told. */
export interface CommonConfig {
  readonly chain: { readonly rpcUrl: string; readonly chainId: string; readonly oracle: string };
  readonly key: { readonly keystore: string };
  readonly clock: { readonly kind: "virtual"; readonly url: string; readonly name: string };
  readonly server: { readonly port: number };
  readonly dataFolder: string;
}

export function commonConfig(
  { rpcUrl, chainId, oracle, clockUrl }: StageAddresses,
  place: Omit<ProgramPlace, "seed">,
): CommonConfig {
  return {
    chain: { rpcUrl, chainId: chainId.toString(), oracle },
    key: { keystore: place.keystore },
    clock: { kind: "virtual", url: clockUrl, name: place.name },
    server: { port: place.port },
    dataFolder: place.dataFolder,
  };
}

interface Market {
  readonly venue: (typeof VENUES)[number];
  readonly symbol: string;
  readonly quote?: string;
}

/** What each venue calls the market of a coin; Binance quotes in USDT. */
function marketsOf(coin: string): Market[] {
  const markets: Market[] = [
    { venue: "coinbase", symbol: `${coin}-USD` },
    { venue: "kraken", symbol: coin === "BTC" ? "XBTUSD" : `${coin}USD` },
    { venue: "bitstamp", symbol: `${coin.toLowerCase()}usd` },
  ];
  return coin === "USDT" ? markets : [...markets, { venue: "binance", symbol: `${coin}USDT`, quote: "USDT" }];
}
