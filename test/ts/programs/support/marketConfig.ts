// SPDX-License-Identifier: MIT
/** First millisecond of the virtual time that tests use. */
export const START_MS = 1_800_000_000_000n;

/** A market of four feeds, quiet enough that venues agree within a few basis points. */
export function marketConfig(clockUrl: string, change: object = {}): object {
  return {
    seed: 7,
    clock: { kind: "virtual", url: clockUrl, name: "market" },
    startAtMs: START_MS.toString(),
    feeds: [
      { name: "ETH", initialPrice: "250000000000" },
      { name: "BTC", initialPrice: "6500000000000" },
      { name: "USDC", initialPrice: "100000000", volatilityBps: 20, jumpsPerYear: 0, reversionPpm: 1000, decimals: 5 },
      { name: "USDT", initialPrice: "99950000", volatilityBps: 20, jumpsPerYear: 0, reversionPpm: 1000, decimals: 5 },
    ],
    ...change,
  };
}

/** The four venues of a market server, as a validator names them. */
export function venues(marketUrl: string): object[] {
  return ["coinbase", "kraken", "binance", "bitstamp"].map((name) => ({
    name,
    format: name,
    baseUrl: `${marketUrl}/${name}`,
  }));
}

/** Markets of ETH and BTC on all four venues; Binance quotes in USDT. */
export function feeds(): object[] {
  return [
    {
      slot: 0,
      name: "ETH",
      markets: [
        { venue: "coinbase", symbol: "ETH-USD" },
        { venue: "kraken", symbol: "ETHUSD" },
        { venue: "binance", symbol: "ETHUSDT", quote: "USDT" },
        { venue: "bitstamp", symbol: "ethusd" },
      ],
    },
    {
      slot: 1,
      name: "BTC",
      markets: [
        { venue: "coinbase", symbol: "BTC-USD" },
        { venue: "kraken", symbol: "XBTUSD" },
        { venue: "binance", symbol: "BTCUSDT", quote: "USDT" },
        { venue: "bitstamp", symbol: "btcusd" },
      ],
    },
  ];
}

/** How a node learns what a USDT is worth: venues that trade it against dollars. */
export function conversions(): object[] {
  return [
    {
      quote: "USDT",
      markets: [
        { venue: "coinbase", symbol: "USDT-USD" },
        { venue: "kraken", symbol: "USDTUSD" },
        { venue: "bitstamp", symbol: "usdtusd" },
      ],
    },
  ];
}
