// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { bidGas, flagGas } from "../../../scripts/keepers/liquidator/expectedGas.ts";
import { CLEARING_ROWS, liquidatorGas } from "./clearingRows.ts";
import { GAS_ROWS } from "./rows.ts";
import { VAULT_ROWS } from "./vaultRows.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const snapshotPath = join(root, "snapshots", "gas.json");
const ROWS = [...GAS_ROWS, ...CLEARING_ROWS, ...VAULT_ROWS];
const TOLERANCE = 1.02;
const CODE_LIMIT = 24_576;

interface Snapshot {
  readonly gas: Record<string, number>;
  /** Why a row stands above its mark. */
  readonly reasons: Record<string, string>;
}

/** Contracts that are deployed: everything in contracts/ with code but the mocks and the libraries that are inlined. */
async function deployedSizes(): Promise<[string, number][]> {
  const names = [...(await hre.artifacts.getAllFullyQualifiedNames())].filter(
    (name) => name.startsWith("contracts/") && !name.startsWith("contracts/mocks/"),
  );
  const sizes: [string, number][] = [];
  for (const name of names) {
    const { deployedBytecode } = await hre.artifacts.readArtifact(name);
    const size = (deployedBytecode.length - 2) / 2;
    if (size > 200) sizes.push([name.split(":")[1]!, size]);
  }
  return sizes.sort(([a], [b]) => a.localeCompare(b));
}

const snapshot = JSON.parse(readFileSync(snapshotPath, "utf8")) as Snapshot;
const accept = process.env["BALLAST_ACCEPT_GAS"] === "1"; // npm run gas

describe("Gas and code size", () => {
  const measured: Record<string, number> = {};

  for (const row of ROWS) {
    it(`${row.name} is no worse than the snapshot, and under its mark or excused`, async () => {
      const gas = await row.measure();
      measured[row.name] = gas;
      if (accept) return;
      const kept = snapshot.gas[row.name];
      expect(kept, `no snapshot of "${row.name}": npm run gas`).to.not.equal(undefined);
      expect(gas <= kept! * TOLERANCE, `${gas} against ${kept}`).to.equal(true);
      const excused = gas <= row.mark || snapshot.reasons[row.name] !== undefined;
      expect(excused, `${gas} above the mark of ${row.mark} without a reason in snapshots/gas.json`).to.equal(true);
    }).timeout(120_000);
  }

  it("liquidators count with what their flags and bids use, and a fifteenth at most beyond it", async () => {
    for (const { legs, flag, bid } of await liquidatorGas()) {
      expect(Number(flagGas(legs)), `flag of ${legs}`).to.be.within(flag, (flag * 16) / 15);
      expect(Number(bidGas(legs)), `bid on ${legs}`).to.be.within(bid, (bid * 16) / 15);
    }
  });

  it("every deployed contract is under the code limit", async () => {
    for (const [name, size] of await deployedSizes()) {
      expect(size <= CODE_LIMIT, `${name} has ${size} bytes`).to.equal(true);
    }
  });

  after(async () => {
    if (!accept) return;
    writeFileSync(snapshotPath, `${JSON.stringify({ gas: measured, reasons: snapshot.reasons }, undefined, 2)}\n`);
    writeFileSync(join(root, "docs", "GAS.md"), report(measured, await deployedSizes()));
  });
});

function report(gas: Record<string, number>, sizes: readonly [string, number][]): string {
  const format = (value: number): string => value.toLocaleString("en-US");
  const rows = ROWS.map(
    ({ name, mark, peers }) =>
      `| ${name} | ${format(gas[name]!)} | ${format(mark)} | ${peers} | ${snapshot.reasons[name] ?? ""} |`,
  );
  return `# Gas and code size

Written by \`npm run gas\`; \`npm test\` fails when a row gets more than 2 % worse. Receipt gas of whole transactions
(reads: gas of the call from a contract, everything cold; pricing: gas of the internal call over S/K 0.3 to 3, volatility
0.1 to 3, one hour to one year), deployed bytecode, steady state, ring after its first lap. The first lap costs 17,100 more
for each of the round's words; a half hour adds one mark of 22,100 per feed.

| operation | gas | mark | others | above the mark because |
| --- | ---: | ---: | --- | --- |
${rows.join("\n")}

| contract | bytes of 24,576 |
| --- | ---: |
${sizes.map(([name, size]) => `| ${name} | ${format(size)} |`).join("\n")}
`;
}
