// SPDX-License-Identifier: MIT
import { writeBook } from "../../deploy/addressBook.ts";
import { checkBytecode } from "../../deploy/check/bytecode.ts";
import { roleMembers } from "../../deploy/check/roles.ts";
import { isLocalChain } from "../../deploy/networks.ts";
import { deployProtocol } from "../../deploy/run/deployProtocol.ts";
import { journalFolder } from "../../deploy/run/journal.ts";
import { requireChain } from "../../deploy/run/preflight.ts";
import { rehearse } from "../../deploy/run/rehearse.ts";
import { sourceClaims, verifySource } from "../../deploy/run/verifySources.ts";
import type { Explorer } from "../../deploy/run/verifySources.ts";
import { verifyDeployment } from "../../deploy/verifyDeployment.ts";
import { BallastError } from "../model/BallastError.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { textTable } from "../simulator/study/print/textTable.ts";
import { askYes } from "./askYes.ts";
import { costText, planText } from "./deployText.ts";
import { EXIT } from "./exitCodes.ts";
import type { Interruption } from "./Interruption.ts";
import {
  loadDeployment,
  loadHardhat,
  loadParameters,
  openConnection,
  openReader,
  requireArtifacts,
} from "./openDeploy.ts";
import type { DeployOptions } from "./openDeploy.ts";

/** Something is not as it was asked for. */
const WRONG = 1;

function print(text: string): void {
  process.stdout.write(text);
}

function printJson(value: unknown): void {
  print(`${JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? `${one}` : one), 2)}\n`);
}

/** `plan`: deploys on a chain of this process, and prints what that took. */
export async function planDeployment(options: DeployOptions): Promise<number> {
  const hre = await loadHardhat();
  await requireArtifacts(hre);
  const plan = await rehearse(hre, await loadParameters(options));
  if (options.json === true) printJson({ network: options.network, ...plan });
  else print(planText(plan, options.network));
  return plan.findings.length === 0 ? EXIT.ok : WRONG;
}

/** `run`: rehearses, asks, deploys or goes on with what was begun, writes the address book, and checks all of it. */
export async function runDeployment(
  options: DeployOptions & { readonly yes?: true; readonly rehearsal: boolean },
  interruption: Interruption,
): Promise<number> {
  const parameters = await loadParameters(options);
  const hre = await loadHardhat();
  await requireArtifacts(hre);
  const connection = await openConnection(hre, options);
  const line = new ProgressLine(process.stderr);
  const remark = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const { provider } = connection.ethers;
    const book = await interruption.race(
      deployProtocol({
        hre,
        connection,
        network: options.network,
        parameters,
        folder: options.folder,
        remark,
        progress: ({ done, total, future }) => line.show(done, total, `${done} of ${total}: ${future}`),
        confirm: async (deployer) => {
          if (!options.rehearsal) return;
          const { gas, findings } = await rehearse(hre, parameters);
          if (findings.length > 0) throw new BallastError("rehearsalFailed", findings.join("; "));
          const { gasPrice } = await provider.getFeeData();
          remark(costText(gas, gasPrice ?? 0n, await provider.getBalance(deployer), deployer));
          if (options.yes !== true && !isLocalChain(parameters.chain.id)) await confirm(interruption.signal);
        },
      }),
    );
    line.end();
    const file = await writeBook(options.folder, book);
    print(`${Object.keys(book.contracts).length} contracts on chain ${book.chainId}, addresses in ${file}\n`);
  } finally {
    line.end();
    await connection.close();
  }
  return checkDeployment(options);
}

/** @throws BallastError `notConfirmed` when the answer is no, or there is nobody to ask. */
async function confirm(signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new BallastError("notConfirmed", "Nothing was sent: add --yes, or use plan to look only");
  if (!(await askYes("Deploy it? (yes/no) ", process.stdin, process.stderr, signal)))
    throw new BallastError("notConfirmed", "Nothing was sent");
}

/** `check`: reads the chain and compares everything with the parameters, and the code with these sources. */
export async function checkDeployment(options: DeployOptions): Promise<number> {
  const { book, deployment } = await loadDeployment(options);
  const hre = await loadHardhat();
  await requireArtifacts(hre);
  const provider = await openReader(hre, options);
  try {
    await requireChain(provider, deployment.parameters);
    const findings = [
      ...(await verifyDeployment(provider, deployment)),
      ...(await checkBytecode(provider, book, hre.artifacts)),
    ];
    const { network, chainId } = book;
    const contracts = Object.keys(book.contracts).length;
    if (options.json === true) printJson({ network, chainId, contracts, findings });
    else if (findings.length === 0) print(`${contracts} contracts are as they should be\n`);
    else print(`${findings.map((text) => `wrong: ${text}`).join("\n")}\n`);
    return findings.length === 0 ? EXIT.ok : WRONG;
  } finally {
    provider.destroy();
  }
}

/** `roles`: everybody who has a role in the AccessManager or the timelock. */
export async function printRoles(options: DeployOptions): Promise<number> {
  const { deployment } = await loadDeployment(options);
  const provider = await openReader(await loadHardhat(), options);
  try {
    await requireChain(provider, deployment.parameters);
    const members = await roleMembers(provider, deployment);
    if (options.json === true) printJson(members);
    else
      print(
        `${textTable(
          ["contract", "role", "account", "waits"],
          members.map(({ contract, role, account, delaySeconds }) => [contract, role, account, `${delaySeconds} s`]),
        )}\n`,
      );
    return EXIT.ok;
  } finally {
    provider.destroy();
  }
}

/** `verify`: has explorers show the sources. */
export async function verifyOnExplorer(
  options: DeployOptions & { readonly explorer: Explorer["provider"]; readonly api?: string; readonly only?: string[] },
): Promise<number> {
  const { book, deployment } = await loadDeployment(options);
  const hre = await loadHardhat();
  await requireArtifacts(hre);
  const connection = await openConnection(hre, options);
  try {
    const { chainId } = book;
    const claims = await sourceClaims(journalFolder(options.folder, chainId), book, deployment.parameters);
    const wanted = claims.filter(({ name }) => options.only === undefined || options.only.includes(name));
    const explorer = { provider: options.explorer, ...(options.api !== undefined && { apiUrl: options.api }) };
    let failed = 0;
    for (const claim of wanted) {
      const problem = await verifySource(claim, { hre, connection, chainId, explorer });
      if (problem !== undefined) failed += 1;
      print(`${claim.name}: ${problem === undefined ? "shown" : `not shown: ${problem}`}\n`);
    }
    print(`${wanted.length - failed} of ${wanted.length} contracts are shown\n`);
    return failed === 0 ? EXIT.ok : WRONG;
  } finally {
    await connection.close();
  }
}
