// SPDX-License-Identifier: MIT
// `npm run bench:fast`: plays day-long paths in the fast tier and says how many a core plays in a minute.
import { Command } from "commander";

import { wholeNumber } from "../../scripts/cli/wholeNumber.ts";
import { createWorld } from "../../scripts/simulator/fast/run/FastWorld.ts";
import { openBooks } from "../../scripts/simulator/fast/run/openBooks.ts";
import { playFast, STEP_SECONDS } from "../../scripts/simulator/fast/run/playFast.ts";
import { summarizeFast } from "../../scripts/simulator/fast/run/summarizeFast.ts";
import { ProgressLine } from "../../scripts/simulator/ProgressLine.ts";
import { parseScenario } from "../../scripts/simulator/scenario/parseScenario.ts";
import type { Scenario } from "../../scripts/simulator/scenario/Scenario.ts";

/** What is asked of the fast tier. */
const LEAST_PER_MINUTE = 800;
/** Not counted: until the compiler knows what is hot. */
const WARM_UP = 4;

const { paths, legs } = new Command("npm run bench:fast --")
  .description("Plays day-long paths in the fast tier and says how many a core plays in a minute.")
  .option("--paths <n>", "paths of each day", wholeNumber(1, 10_000), 40)
  .option("--legs <n>", "option legs, two thirds of them in spreads", wholeNumber(3, 30_000), 600)
  .parse()
  .opts<{ readonly paths: number; readonly legs: number }>();
const progress = new ProgressLine(process.stdout);
const calm = measure(
  "calm day",
  "generator: { model: gbm-jump, start: 3000, volatility: 0.8, jumpsPerDay: 0.4, jumpSize: 0.04 }",
);
const crash = measure("crash of 40 %", "path: [[0, 3000], [480, 2900, 0.8], [840, 1800, 5], [1440, 1900, 2]]");
progress.end();
process.stdout.write([...calm, ...crash].map((line) => `${line}\n`).join(""));

/** One kind of day, a path per seed. */
function measure(name: string, price: string): string[] {
  const scenario = dayOf(price);
  let [spent, exact, rounds, placed, bids] = [0, 0, 0, 0, 0];
  for (let path = -WARM_UP; path < paths; path += 1) {
    const before = process.cpuUsage();
    const world = createWorld({ ...scenario, seed: path + WARM_UP });
    const openings = openBooks(world);
    placed = world.shelves.reduce((sum, { books }) => sum + books.reduce((all, book) => all + book.legs.length, 0), 0);
    const summary = summarizeFast(world, openings, playFast(world));
    const { user, system } = process.cpuUsage(before);
    progress.show(path + WARM_UP, paths + WARM_UP, name);
    if (path < 0) continue;
    spent += (user + system) / 1e6;
    exact += world.shelves.reduce((sum, { exactChecks }) => sum + exactChecks, 0);
    rounds += summary.price.rounds;
    bids += summary.liquidations.count;
  }
  const perMinute = (60 * paths) / spent;
  const steps = scenario.durationSeconds / STEP_SECONDS;
  return [
    `${name}: ${placed} legs in full at each of ${steps} steps, and at each of ${Math.round(rounds / paths)} relays`,
    `  paths a minute and core      ${perMinute.toFixed(0)}, asked ${LEAST_PER_MINUTE}`,
    `  exact checks of a book       ${(exact / paths).toFixed(1)} a path, where floating point cannot decide`,
    `  bids                         ${(bids / paths).toFixed(1)} a path`,
  ];
}

/** A day of books that expire after it; insured well enough that the cap refuses none. */
function dayOf(price: string): Scenario {
  const text = [
    "{ version: 1, name: bench, about: a day of the benchmark, duration: 24h,",
    "chain: { kind: l1, blockTime: 12s, start: 2026-01-02T09:00:00Z },",
    `feeds: [{ id: ETH-USD, ${price} }],`,
    "markets: [{ feed: ETH-USD, collateral: USDC, expiries: [47h, 71h] }],",
    `actors: { writers: { count: ${Math.round((legs * 2) / 3)}, style: mixed, health: [1.05, 2.0] },`,
    "liquidators: { count: 2, capital: 5000000 } },",
    "params: { insurance.quote: 50000000 } }",
  ].join(" ");
  return parseScenario(text, "bench.yaml");
}
