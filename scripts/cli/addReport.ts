// SPDX-License-Identifier: MIT
import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import type { Command } from "commander";

import { REPORT_FILE, writeReport } from "../simulator/report/writeReport.ts";
import { EXIT } from "./exitCodes.ts";

/** Adds the verb that draws what runs and studies left. @param end Takes the program's exit code. */
export function addReport(program: Command, end: (code: number) => void): void {
  program
    .command("report")
    .argument("<source...>", "folders of runs, and results of studies (`--out`), on one page in this order")
    .description("draws a page that opens without a network: verdict, prices, faults, modes, losses, curves, maps")
    .option("--out <file>", `the page (default: ${REPORT_FILE} in the folder of a single run, else here)`)
    .option("--json", "JSON instead of text")
    .exitOverride()
    .action(async (sources: string[], { out, json }: { out?: string; json?: true }) => {
      const file = out ?? (await usualPlace(sources));
      await writeReport(sources, resolve(file));
      const shownFile = relative(process.cwd(), resolve(file));
      process.stdout.write(json === true ? `${JSON.stringify({ report: resolve(file) })}\n` : `${shownFile}\n`);
      end(EXIT.ok);
    });
}

async function usualPlace([first, ...more]: readonly string[]): Promise<string> {
  const isRun =
    first !== undefined && more.length === 0 && (await stat(first).catch(() => undefined))?.isDirectory() === true;
  return isRun ? join(first, REPORT_FILE) : REPORT_FILE;
}
