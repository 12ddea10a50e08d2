// SPDX-License-Identifier: MIT
import { pino } from "pino";

import type { BlockFacts } from "../chain/chainFacts.ts";
import { explainRefusal } from "../chain/explainRefusal.ts";
import { BallastError } from "../model/BallastError.ts";
import type { AccountGroup } from "../model/trading/foldAccount.ts";
import { reportJson, reportText } from "../trade/renderReport.ts";
import type { Report, TradeAccess, TradePlan } from "../trade/TradeAccess.ts";
import { tradeConfigShape } from "../trade/TradeConfig.ts";
import { askYes } from "./askYes.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { openTrade } from "./openTrade.ts";
import type { OpenedTrade } from "./openTrade.ts";

/** How a command was called. */
export interface TradeOptions {
  readonly config: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly logLevel: string;
}

/** What a command works with. */
export interface TradeContext {
  readonly access: TradeAccess;
  readonly head: BlockFacts;
  /** The account's history by market and expiry. */
  readonly groups: () => Promise<readonly AccountGroup[]>;
}

/** Looks and plans; one without steps only shows. */
export type TradeCommand = (context: TradeContext) => Promise<Pick<TradePlan, "report"> & Partial<TradePlan>>;

/** Runs one command: shows what it would do, asks, sends, and shows what was done. */
export async function runTrade(options: TradeOptions, command: TradeCommand): Promise<number> {
  const config = await loadConfig(options.config, tradeConfigShape);
  const log = pino({ name: "trade", level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new BallastError("stopped", "Told to stop; what was sent may still land"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const opened = await openTrade(config, process.env["BALLAST_PASSPHRASE"], log);
  try {
    const groups = (): Promise<readonly AccountGroup[]> =>
      opened.history.read((block) => log.info({ block: `${block}` }, "history read"));
    const { access } = opened;
    const { report, steps } = await command({ access, head: await access.agreed.head(), groups }).catch(
      (error: unknown) => {
        throw explainRefusal(error);
      },
    );
    if (steps === undefined) print(options, report);
    else await act(options, opened, { report, steps }, stopping.signal);
    return EXIT.ok;
  } finally {
    opened.close();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}

async function act(options: TradeOptions, { desk }: OpenedTrade, plan: TradePlan, signal: AbortSignal): Promise<void> {
  const first = await desk.simulate(plan);
  if (options.dryRun || first === undefined) {
    const outcome = first === undefined ? "nothing to do" : "nothing was sent; the chain would take it";
    return print(options, withFacts(plan.report, { outcome }));
  }
  if (!options.yes) await confirm(options, plan.report, signal);
  await desk.finishEarlier(signal);
  const sent = await desk.send(plan, signal);
  const done = {
    facts: { ...plan.report.facts, outcome: "done" },
    tables: { ...plan.report.tables, sent: sent.map((one) => ({ ...one })) },
  };
  print(
    options,
    options.yes || options.json
      ? done
      : { facts: { outcome: "done" }, tables: { sent: sent.map((one) => ({ ...one })) } },
  );
}

/** @throws BallastError `notConfirmed` when the answer is no, or there is nobody to ask. */
async function confirm({ json }: TradeOptions, report: Report, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || json)
    throw new BallastError("notConfirmed", "Nothing was sent: add --yes, or --dry-run to look only");
  process.stderr.write(`${reportText(report)}\n`);
  const isMeant = await askYes("Send it? (yes/no) ", process.stdin, process.stderr, signal);
  if (!isMeant) throw new BallastError("notConfirmed", "Nothing was sent");
}

function withFacts(report: Report, facts: Readonly<Record<string, string>>): Report {
  return { ...report, facts: { ...report.facts, ...facts } };
}

function print({ json }: TradeOptions, report: Report): void {
  process.stdout.write(`${json ? reportJson(report) : reportText(report)}\n`);
}
