// SPDX-License-Identifier: MIT
import { Command, Option } from "commander";

import { DEPLOY_FOLDER } from "../../deploy/addressBook.ts";
import { NETWORKS } from "../../deploy/networks.ts";
import { translated } from "./deployErrors.ts";
import type { DeployOptions } from "./openDeploy.ts";
import { checkDeployment, planDeployment, printRoles, runDeployment, verifyOnExplorer } from "./runDeploy.ts";
import { runInterruptible } from "./runInterruptible.ts";

const EXAMPLES = `
Examples:
  ballast deploy plan --network baseSepolia
  ballast deploy run --network local
  ballast deploy run --network baseSepolia --yes
  ballast deploy check --network baseSepolia
  ballast deploy roles --network baseSepolia
  ballast deploy verify --network baseSepolia --explorer blockscout

Parameters are in deploy/parameters/<network>.json, addresses go to deploy/addresses/<chain id>.json. Nodes and keys come from
Hardhat's keystore. A run that broke goes on where it stopped: run it again. docs/DEPLOYMENT.md tells the rest.

Exit codes: 0 done, 1 something is not as asked, 2 usage, parameters or a missing key, 3 infrastructure: run it again,
5 refused by the chain, 130 Ctrl-C, 143 SIGTERM.`;

const program = new Command("deploy")
  .description("Deploys the protocol on a network, and tells whether what stands there is what was asked for.")
  .addHelpText("after", EXAMPLES)
  .exitOverride();
let exitCode = 0;

/** A verb with the options that all have. */
function verb(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(new Option("--network <name>", "where").choices(NETWORKS.map((one) => one.name)).makeOptionMandatory())
    .option("--parameters <file>", "instead of deploy/parameters/<network>.json")
    .option("--rpc-url <url>", "node, instead of the keystore's")
    .option("--folder <folder>", "of journals and address books", DEPLOY_FOLDER)
    .exitOverride();
}

const listed = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

await runInterruptible(
  "deploy",
  async (interruption) => {
    verb(
      "plan",
      "rehearses on a chain of this process, with doubles of tokens and witnesses: contracts, sizes, gas; needs no node and no key",
    )
      .option("--json", "JSON instead of text")
      .action(async (options: DeployOptions) => {
        exitCode = await translated(() => planDeployment(options));
      });
    verb("run", "deploys, or goes on with what was begun; then checks")
      .option("--yes", "does not ask")
      .option("--no-rehearsal", "deploys without a rehearsal first")
      .action(async (options: DeployOptions & { yes?: true; rehearsal: boolean }) => {
        exitCode = await translated(() => runDeployment(options, interruption));
      });
    verb("check", "compares every parameter, role, wiring and code on the chain with what was asked; needs no key")
      .option("--json", "JSON instead of text")
      .action(async (options: DeployOptions) => {
        exitCode = await translated(() => checkDeployment(options));
      });
    verb("roles", "prints everybody who has a role in the AccessManager or the timelock; needs no key")
      .option("--json", "JSON instead of text")
      .action(async (options: DeployOptions) => {
        exitCode = await translated(() => printRoles(options));
      });
    verb("verify", "has an explorer show the sources of what was deployed")
      .addOption(new Option("--explorer <name>", "which").choices(["etherscan", "blockscout"]).default("etherscan"))
      .option("--api <url>", "its API, where Hardhat does not know it")
      .option("--only <contract>", "as the address book names it; may be given again", listed)
      .action(
        async (options: DeployOptions & { explorer: "etherscan" | "blockscout"; api?: string; only?: string[] }) => {
          exitCode = await translated(() => verifyOnExplorer(options));
        },
      );
    await program.parseAsync();
    return exitCode;
  },
  "what was sent is in the journal; run it again to go on.",
);
