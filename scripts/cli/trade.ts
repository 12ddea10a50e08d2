// SPDX-License-Identifier: MIT
import { Command } from "commander";

import { planClose, planRoll } from "../trade/closeCommand.ts";
import { planDeposit, planLeave, planRedeem, planWithdraw } from "../trade/exitCommands.ts";
import { planJoin, showVaults } from "../trade/joinCommand.ts";
import { showMarket, showMarkets } from "../trade/marketsCommand.ts";
import { planMint, planOpen } from "../trade/openCommand.ts";
import { showPositions } from "../trade/positionsCommand.ts";
import { parseAmount, parseExpiry, parseLegs, parseOption, parseSize, parseWhole } from "../trade/series.ts";
import { planSpread } from "../trade/spreadCommand.ts";
import { marketNumbered } from "../trade/TradeAccess.ts";
import { logLevelOption } from "./logLevelOption.ts";
import { runMain } from "./runMain.ts";
import { runTrade } from "./runTrade.ts";
import type { TradeCommand, TradeContext } from "./runTrade.ts";

type Flags = Readonly<Record<string, string | boolean | undefined>>;

const EXAMPLES = `
Examples:
  ballast trade markets -c trade.json --market 1
  ballast trade deposit 1 5000 -c trade.json --yes
  ballast trade open 1 2026-11-27 3000c 1.5 -c trade.json --limit 90
  ballast trade spread 1 2026-11-27 1 --buy 3000c --sell 3200c -c trade.json --limit 25
  ballast trade close 1 2026-11-27 3000c -c trade.json --yes
  ballast trade positions -c trade.json --json

Exit codes: 0 done, 1 defect, 2 arguments or configuration, 3 infrastructure, 4 unsafe to start, 5 refused by the market
or its contracts.`;

const program = new Command("trade")
  .description("Trades options from a terminal: looks, tells what a trade would cost, asks, sends it once.")
  .addHelpText("after", EXAMPLES)
  .exitOverride();
let exitCode = 0;

/** A sub-command with the flags that all have. */
function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption("-c, --config <file>", "JSON configuration")
    .option("--json", "one line of JSON instead of tables")
    .addOption(logLevelOption("warn"))
    .exitOverride();
}

/** One that sends something. */
function sender(name: string, description: string): Command {
  return command(name, description)
    .option("--yes", "send without asking")
    .option("--dry-run", "tell what would be done and whether the chain would take it; send nothing");
}

/** Names the book and the limit of a trade. */
function trader(name: string, description: string): Command {
  return sender(name, description)
    .option("--book <number>", "sub id of the account's book", "0")
    .option("--limit <price>", "most paid, or least taken, for one option, in collateral");
}

function acting(
  given: Command,
  work: (context: TradeContext, args: readonly string[], flags: Flags) => ReturnType<TradeCommand>,
): void {
  given.action(async () => {
    const flags = given.opts<Flags>();
    exitCode = await runTrade(
      {
        config: String(flags["config"]),
        json: flags["json"] === true,
        yes: flags["yes"] === true,
        dryRun: flags["dryRun"] === true,
        logLevel: String(flags["logLevel"]),
      },
      (context) => work(context, given.args, flags),
    );
  });
}

const market = "market's number";
const expiry = "day of the expiry (2026-11-27), 08:00 UTC";
const option = "strike and kind: 3000c is a call, 2500p a put";

acting(
  command("markets", "markets, and the series of one of them with bids and offers").option("--market <number>", market),
  async ({ access, head }, _, flags) => ({
    report:
      flags["market"] === undefined
        ? await showMarkets(access, head)
        : await showMarket(access, parseWhole("market", String(flags["market"])), head),
  }),
);

acting(
  command("positions", "balances, options, books and profit of the account"),
  async ({ access, head, groups }) => ({
    report: await showPositions(access, await groups(), head),
  }),
);

acting(
  trader("open", "buys options through the boards' best quotes; with --write sells them")
    .argument("<market>", market)
    .argument("<expiry>", expiry)
    .argument("<option>", option)
    .argument("<size>", "number of options")
    .option("--write", "sell to the best bids instead of buying")
    .option("--mint", "write against own collateral and keep the longs; no quote is needed"),
  async ({ access, head }, [number, day, name, size], flags) => {
    const isWriting = flags["write"] === true || flags["mint"] === true;
    const order = {
      ...(await seriesOf(access, head, [number!, day!, name!], flags)),
      size: isWriting ? -parseSize(size!) : parseSize(size!),
    };
    return flags["mint"] === true ? planMint(access, order, head) : planOpen(access, order, head);
  },
);

acting(
  sender("spread", "trades several series of one expiry through the boards' best quotes, all legs at once or none")
    .argument("<market>", market)
    .argument("<expiry>", expiry)
    .argument("<size>", "number of spreads")
    .option("--buy <options>", "legs to buy: 3000c, 2x2800p, or several as 3000c,2800p", joinTexts)
    .option("--sell <options>", "legs to write, or to sell of what is held", joinTexts)
    .option("--book <number>", "sub id of the account's book", "0")
    .option("--limit <price>", "most paid for one spread, premiums less premiums; -10 takes at least 10"),
  async ({ access, head }, [number, day, size], flags) => {
    const given = parseWhole("market", number!);
    const legsOf = (name: string): ReturnType<typeof parseLegs> =>
      flags[name] === undefined ? [] : parseLegs(String(flags[name]));
    const legs = [...legsOf("buy"), ...legsOf("sell").map((leg) => ({ ...leg, ratio: -leg.ratio }))];
    const text = flags["limit"] === undefined ? undefined : String(flags["limit"]);
    const limit = await limitOf(access, given, text?.replace(/^-/, ""), head);
    const order = { market: given, expiry: parseExpiry(day!), size: parseSize(size!), legs };
    const subId = parseWhole("book", String(flags["book"]));
    return planSpread(access, { ...order, subId, limit: text?.startsWith("-") ? -limit! : limit }, head);
  },
);

acting(
  trader("close", "closes a position: own longs against shorts first, the rest through quotes")
    .argument("<market>", market)
    .argument("<expiry>", expiry)
    .argument("<option>", option)
    .option("--size <options>", "a part of it"),
  async ({ access, head }, [number, day, name], flags) =>
    planClose(
      access,
      { ...(await seriesOf(access, head, [number!, day!, name!], flags)), size: sizeFlag(flags) },
      head,
    ),
);

acting(
  trader("roll", "closes a position and opens as much of another series of the market, both or neither")
    .argument("<market>", market)
    .argument("<expiry>", expiry)
    .argument("<option>", option)
    .argument("<newExpiry>", "day of the new expiry")
    .argument("<newOption>", "strike and kind of the new series")
    .option("--size <options>", "a part of it")
    .option("--new-limit <price>", "the same limit for the new series"),
  async ({ access, head }, [number, day, name, newDay, newName], flags) => {
    const given = await seriesOf(access, head, [number!, day!, name!], flags);
    const into = { expiry: parseExpiry(newDay!), ...parseOption(newName!) };
    const intoLimit = await limitOf(access, given.market, flags["newLimit"], head);
    return planRoll(access, { ...given, size: sizeFlag(flags), into, intoLimit }, head);
  },
);

acting(
  sender("redeem", "prices and settles what expired, and turns longs into free balance"),
  async ({ access, head, groups }) => planRedeem(access, await groups(), head),
);

acting(
  sender(
    "leave",
    "leaves vaults, redeems, takes all out of the books that may leave, withdraws it into the wallet",
  ).option("--in-kind", "leave vaults at once with a share of cash and options, instead of at the next price"),
  async ({ access, head, groups }, _, flags) => planLeave(access, await groups(), head, flags["inKind"] === true),
);

acting(
  sender("deposit", "approves and deposits collateral")
    .argument("<market>", "market whose collateral is meant")
    .argument("<amount>", "in whole tokens, such as 1000.5"),
  async ({ access, head }, [number, amount]) => {
    const found = await marketNumbered(access, parseWhole("market", number!), head);
    return planDeposit(access, found, parseAmount("amount", amount!, Number(found.state.unitDecimals)), head);
  },
);

acting(command("vaults", "options vaults: what they write this week, and their room"), async ({ access, head }) => ({
  report: await showVaults(access, head),
}));

acting(
  sender("join", "asks a vault to take collateral at the next price of its shares")
    .argument("<vault>", "address of the vault")
    .argument("<amount>", "in whole tokens, such as 1000.5"),
  async ({ access, head }, [vault, amount]) => planJoin(access, vault!, amount!, head),
);

acting(
  sender("withdraw", "pays free balance out into the wallet")
    .argument("<market>", "market whose collateral is meant")
    .argument("[amount]", "in whole tokens; all unless named"),
  async ({ access, head }, [number, amount]) => {
    const found = await marketNumbered(access, parseWhole("market", number!), head);
    const decimals = Number(found.state.unitDecimals);
    return planWithdraw(
      access,
      found,
      amount === undefined ? undefined : parseAmount("amount", amount, decimals),
      head,
    );
  },
);

async function seriesOf(
  access: TradeContext["access"],
  head: TradeContext["head"],
  [number, day, name]: readonly [string, string, string],
  flags: Flags,
) {
  const given = parseWhole("market", number);
  const series = { market: given, expiry: parseExpiry(day), ...parseOption(name) };
  const subId = parseWhole("book", String(flags["book"]));
  return { ...series, subId, limit: await limitOf(access, given, flags["limit"], head) };
}

async function limitOf(
  access: TradeContext["access"],
  number: bigint,
  text: Flags[string],
  head: TradeContext["head"],
): Promise<bigint | undefined> {
  if (text === undefined) return undefined;
  const { state } = await marketNumbered(access, number, head);
  return parseAmount("limit", String(text), Number(state.unitDecimals));
}

/** An option that may be given more than once. */
function joinTexts(text: string, before: string | undefined): string {
  return before === undefined ? text : `${before},${text}`;
}

function sizeFlag({ size }: Flags): bigint | undefined {
  return size === undefined ? undefined : parseSize(String(size));
}

await runMain("trade", async () => {
  await program.parseAsync();
  return exitCode;
});
