#!/usr/bin/env node
// SPDX-License-Identifier: MIT
import { Command } from "commander";

import { BallastError } from "../model/BallastError.ts";
import { EXIT } from "./exitCodes.ts";
import { runMain } from "./runMain.ts";

/** What an operator runs. Each is a module of its own that reads the arguments behind its name, in this very process. */
const PROGRAMS = new Map<string, { readonly does: string; readonly run: () => Promise<unknown> }>([
  [
    "validator",
    {
      does: "observes venues, signs one vector of prices per round, offers it to relayers",
      run: () => import("./validator.ts"),
    },
  ],
  [
    "relayer",
    {
      does: "collects signed reports, checks, packs and relays them to the oracle",
      run: () => import("./relayer.ts"),
    },
  ],
  [
    "keeper",
    {
      does: "does what keeps the protocol alive: pokes, settles, rolls, liquidates, accuses",
      run: () => import("./keeper.ts"),
    },
  ],
  [
    "canary",
    {
      does: "watches from outside whether the protocol is kept alive, and calls people; holds no key",
      run: () => import("./canary.ts"),
    },
  ],
  [
    "sentinel",
    {
      does: "foresees outages of a feed and asks for more initial margin while one is likely",
      run: () => import("./sentinel.ts"),
    },
  ],
  ["quotes", { does: "a board for signed quotes over HTTP and websockets", run: () => import("./quotes.ts") }],
  ["maker", { does: "quotes options: prices, signs and posts to boards", run: () => import("./maker.ts") }],
  ["trade", { does: "trades options from a terminal", run: () => import("./trade.ts") }],
  [
    "seat",
    { does: "what a validator's owner does with its seat: changes the key, steps out", run: () => import("./seat.ts") },
  ],
  [
    "settlement",
    {
      does: "the price of an expiry that nobody covered: validators sign it, anybody posts or disputes it",
      run: () => import("./settlement.ts"),
    },
  ],
  [
    "deploy",
    { does: "deploys the protocol, and compares what stands with what was asked", run: () => import("./deploy.ts") },
  ],
  ["keystore", { does: "makes a new key", run: () => import("./keystore.ts") }],
  [
    "simulate",
    { does: "plays scenarios of faults and crashes, to learn what breaks", run: () => import("./simulate.ts") },
  ],
  ["market", { does: "serves a synthetic market, to try things against", run: () => import("./market.ts") }],
  ["clock", { does: "serves one virtual clock, to try things against", run: () => import("./clock.ts") }],
]);

const name = process.argv[2];
const program = name === undefined ? undefined : PROGRAMS.get(name);
if (program === undefined) await runMain("ballast", explain);
else {
  process.argv.splice(2, 1);
  await program.run();
}

/** Help when it is asked for; anything else names no program. */
async function explain(): Promise<number> {
  const rows = [...PROGRAMS].map(([key, { does }]) => `  ${key.padEnd(11)}${does}`);
  const command = new Command("ballast")
    .description("Runs one of the programs that keep the protocol alive. `ballast <program> --help` tells the rest.")
    .argument("<program>", "one of those below")
    .argument("[options...]", "of that program")
    .addHelpText(
      "after",
      `\nPrograms:\n${rows.join("\n")}\n\nExit codes: those of the program; 2 when there is none of that name.`,
    )
    .allowUnknownOption()
    .exitOverride()
    .action((given: string) => {
      throw new BallastError("configInvalid", `No program is called ${given}`, {
        context: { given, programs: [...PROGRAMS.keys()].join(", ") },
      });
    });
  await command.parseAsync();
  return EXIT.ok;
}
