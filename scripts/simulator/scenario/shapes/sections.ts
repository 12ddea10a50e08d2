// SPDX-License-Identifier: MIT
import { z } from "zod";

import { ADVERSARY_STRATEGIES } from "../Scenario.ts";
import type { CollateralScenario, Expectation, FeedScenario } from "../Scenario.ts";
import { choice, duration, formed, list, map, number, text, whole } from "./basics.ts";
import { gasShape, pathKeys, toPathSource } from "./pathShape.ts";

const SEED_LIMIT = 2 ** 32 - 1;
const MOST_AMOUNT = 1e12;
const amount = number(0, MOST_AMOUNT);
const count = whole(0, 10_000);
const bps = number(0, 10_000);

const instant = z.iso
  .datetime({ offset: false, error: "expected a time in UTC such as 2026-01-02T00:00:00Z" })
  .transform((given) => Date.parse(given) / 1_000)
  .refine((seconds) => Number.isInteger(seconds) && seconds > 0, { error: "expected a whole second after 1970" });

const feedId = formed(/^[A-Z0-9]{1,12}-USD$/, "a feed such as ETH-USD: capitals or digits, then -USD");
const symbol = formed(/^[A-Za-z0-9]{1,12}$/, "a symbol such as USDC");

const feed = map({ id: feedId, ...pathKeys }).transform(({ id, ...given }, context): FeedScenario => ({
  id,
  path: toPathSource(given, (message) => context.addIssue({ code: "custom", message })),
}));

const collateral = z
  .record(symbol, map(pathKeys), { error: "expected a map from symbols to paths" })
  .transform((given, context): CollateralScenario[] =>
    Object.entries(given).map(([name, path]) => ({
      symbol: name,
      path: toPathSource(path, (message) => context.addIssue({ code: "custom", path: [name], message })),
    })),
  );

/** At 08:00 UTC: a time, or a duration from the start. */
const expiry = z.union(
  [instant.transform((at) => ({ at })), duration("1s", "400d").transform((after) => ({ after }))],
  {
    error: "expected a time such as 2026-01-03T08:00:00Z, or a duration from the start such as 32h",
  },
);

const market = map({
  feed: feedId,
  collateral: symbol.default("USDC"),
  collateralKind: choice(["quote", "coin"]).optional(),
  expiries: list(expiry, 1, 16, "expiries").optional(),
  strikes: list(number(1, 1_000), 1, 64, "strikes in percent of the first price").default([80, 90, 100, 110, 120]),
});

const bound = z.number({ error: "expected a number" });
const expectation = map({
  min: bound.optional(),
  max: bound.optional(),
  equals: z.union([bound, z.string(), z.boolean()], { error: "expected a number, text, true or false" }).optional(),
}).refine((given) => Object.values(given).some((value) => value !== undefined), {
  error: "expected min, max or equals",
});

/** Every section of a file, in the order of the format; where one is left out, {@link SECTION_DEFAULTS} stands for it. */
export const SECTIONS = {
  version: z.literal(1, { error: "expected 1, the only version of the format" }),
  name: formed(/^[a-z0-9][a-z0-9-]{0,59}$/, "small letters, digits and dashes, at most 60"),
  about: z.string({ error: "expected a sentence" }).max(500, { error: "expected at most 500 characters" }),
  seed: whole(0, SEED_LIMIT),
  duration: duration("1m", "400d"),
  chain: map({
    kind: choice(["l1", "op"]).default("l1"),
    blockTime: duration("1s", "1h").refine(Number.isInteger, { error: "expected whole seconds" }).prefault("12s"),
    finalityLag: whole(0, 1_024).default(2),
    start: instant.prefault("2026-01-02T00:00:00Z"),
  }),
  feeds: list(feed, 1, 8, "feeds"),
  collateral,
  venues: map({ count: whole(1, 32).default(5), noiseBps: bps.default(4) }),
  gas: gasShape,
  validators: map({
    count: whole(4, 32).default(7),
    bond: number(1, MOST_AMOUNT).default(100_000),
    venuesEach: whole(1, 32).default(3),
  }),
  witness: map({
    feeds: whole(0, 4).default(2),
    lag: duration("0s", "1d").prefault("30s"),
    noiseBps: bps.default(5),
    deviationBps: number(1, 10_000).default(50),
    heartbeat: duration("1s", "2d").prefault("1h"),
  }),
  markets: list(market, 1, 16, "markets"),
  vaults: list(
    map({
      feed: feedId,
      strategy: choice(["coveredCalls", "cashSecuredPuts"]),
      leverage: number(1, 10).default(1),
    }),
    0,
    16,
    "vaults",
  ),
  actors: map({
    writers: map({
      count: count.default(40),
      style: choice(["naked", "spread", "mixed"]).default("mixed"),
      health: z
        .tuple([number(1, 100), number(1, 100)], { error: "expected [least, most] of equity over initial margin" })
        .refine(([least, most]) => least <= most, { error: "the least is above the most" })
        .default([1.05, 2]),
    }).prefault({}),
    buyers: map({ count: count.default(10) }).prefault({}),
    liquidators: map({ count: whole(0, 64).default(2), capital: amount.default(500_000) }).prefault({}),
    providers: map({ count: whole(0, 1_000).default(10), deposit: amount.default(50_000) }).prefault({}),
    relayers: map({ count: whole(1, 16).default(1) }).prefault({}),
    keepers: map({ replicas: whole(0, 16).default(1) }).prefault({}),
    adversaries: list(
      map({
        strategy: choice(ADVERSARY_STRATEGIES),
        capital: amount.default(1_000_000),
        keys: whole(0, 32).optional(),
      }),
      0,
      64,
      "adversaries",
    ).default([]),
  }),
  params: z.record(z.string(), z.number({ error: "expected a number" }), {
    error: "expected a map from dotted names of parameters to numbers",
  }),
  expect: z
    .record(z.string(), expectation, { error: "expected a map from keys of the summary to bounds" })
    .transform((given): Expectation[] =>
      Object.entries(given).map(([key, { min, max, equals }]) => ({ key, min, max, equals })),
    ),
} as const;

export const REQUIRED_SECTIONS = ["version", "name", "duration", "feeds"] as const;

/** What is read where a section is left out; markets and what the required sections give depend on the rest. */
export const SECTION_DEFAULTS = {
  about: "",
  seed: 42,
  chain: {},
  collateral: {},
  venues: {},
  gas: [[0, 20]],
  validators: {},
  witness: {},
  vaults: [],
  actors: {},
  params: {},
  expect: {},
} as const;

export type SectionName = keyof typeof SECTIONS;
/** What the sections say, each where its shape holds. */
export type Sections = { readonly [Name in SectionName]?: z.output<(typeof SECTIONS)[Name]> };

export const extendsShape = text(200, "the name of a scenario or a file next to this one");
