// SPDX-License-Identifier: MIT
import { Argument, Command, Option } from "commander";

import { SEAT_ACTS } from "../validator/seatActs.ts";
import type { SeatAct } from "../validator/seatActs.ts";
import { runMain } from "./runMain.ts";
import { runSeat } from "./runSeat.ts";

const program = new Command("seat")
  .description("What the owner of a validator does with its seat: looks, changes the key, steps out, comes back.")
  .addArgument(new Argument("<act>", "what to do").choices(["show", ...SEAT_ACTS]))
  .requiredOption("-c, --config <file>", "JSON configuration")
  .option("--send", "send it with the configured key; without, the transaction is only checked and shown")
  .addOption(
    new Option("--log-level <level>", "least important line")
      .choices(["debug", "info", "warn", "error"])
      .default("info"),
  )
  .addHelpText(
    "after",
    `
  show       the validator as the registry has it
  rotate     announce nextKey as signing key; the set after the next change names it (withdrawal key)
  self-jail  step out of the set at once, unpunished (withdrawal or signing key)
  rejoin     come back as a standby (withdrawal key)
  check-in   say that you are there while the set is declared stalled (withdrawal or signing key)

Exit codes: 0 done, 1 defect, 2 arguments or configuration, 3 infrastructure, 4 unsafe to start, 5 refused by the
registry.`,
  )
  .exitOverride();

await runMain("seat", async () => {
  program.parse();
  const act = program.args[0] as SeatAct | "show";
  const { config, send, logLevel } = program.opts<{ config: string; send?: boolean; logLevel: string }>();
  return runSeat(act, { config, send: send === true, logLevel });
});
