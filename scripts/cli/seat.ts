// SPDX-License-Identifier: MIT
import { Argument, Command } from "commander";

import { BallastError } from "../model/BallastError.ts";
import { SEAT_ACTS } from "../validator/seatActs.ts";
import type { SeatAct } from "../validator/seatActs.ts";
import { logLevelOption } from "./logLevelOption.ts";
import { runMain } from "./runMain.ts";
import { runRegister } from "./runRegister.ts";
import { runSeat } from "./runSeat.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Flags {
  readonly config: string;
  readonly send?: boolean;
  readonly logLevel: string;
  readonly bond?: string;
  readonly failureDomain: number;
}

const program = new Command("seat")
  .description("What the owner of a validator does with its seat: looks, changes the key, steps out, comes back.")
  .addArgument(new Argument("<act>", "what to do").choices(["register", "show", ...SEAT_ACTS]))
  .requiredOption("-c, --config <file>", "JSON configuration")
  .option("--bond <tokens>", "for register: the bond, in whole tokens")
  .option(
    "--failure-domain <number>",
    "for register: what it shares with others, such as a provider; shown only",
    wholeNumber(0, 65_535),
    0,
  )
  .option("--send", "send it with the configured key; without, the transaction is only checked and shown")
  .addOption(logLevelOption())
  .addHelpText(
    "after",
    `
  register   bond a new validator: key pays and owns the bond, nextKey signs
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
  const act = program.args[0] as SeatAct | "show" | "register";
  const { config, send, logLevel, bond, failureDomain } = program.opts<Flags>();
  const options = { config, send: send === true, logLevel };
  if (act !== "register") return runSeat(act, options);
  if (bond === undefined) throw new BallastError("configInvalid", "register needs --bond");
  return runRegister({ ...options, bond, failureDomain: BigInt(failureDomain) });
});
