// SPDX-License-Identifier: MIT
import { formatEther } from "ethers";

import type { Plan } from "../../deploy/run/rehearse.ts";
import { textTable } from "../simulator/study/print/textTable.ts";

/** Most gas that one transaction may use where EIP-7825 holds. */
const TRANSACTION_GAS = 16_777_216n;

/** What `plan` prints: contracts with their sizes and gas, the calls together, and what it comes to. Pure. */
export function planText({ steps, gas, findings }: Plan, network: string): string {
  const creations = steps.filter(({ creates }) => creates !== undefined);
  const calls = steps.filter(({ creates }) => creates === undefined);
  const largest = steps.reduce((most, step) => (step.gas > most.gas ? step : most));
  const rows = creations.map(({ future, gas: used, creates }) => [
    future.replace(/^.*#/, ""),
    creates!.contract,
    `${creates!.bytes}`,
    `${used}`,
  ]);
  const lines = [
    `${network}: ${creations.length} contracts and ${calls.length} calls`,
    textTable(["name", "contract", "bytes", "gas"], rows),
    `calls ${sum(calls)} gas, contracts ${sum(creations)}, together ${gas}`,
    `largest transaction: ${largest.future}, ${largest.gas} gas${largest.gas > TRANSACTION_GAS ? ", more than a transaction may use" : ""}`,
    ...(findings.length === 0 ? ["rehearsed: all is as it should be"] : findings.map((text) => `wrong: ${text}`)),
  ];
  return `${lines.join("\n")}\n`;
}

function sum(steps: Plan["steps"]): bigint {
  return steps.reduce((total, { gas }) => total + gas, 0n);
}

/** What it will cost at the price of now. Pure. */
export function costText(gas: bigint, gasPriceWei: bigint, balanceWei: bigint, deployer: string): string {
  const cost = `${gas} gas, at ${Number(gasPriceWei) / 1e9} gwei ${formatEther(gas * gasPriceWei)} ether`;
  return `${cost}; ${deployer} holds ${formatEther(balanceWei)}`;
}
