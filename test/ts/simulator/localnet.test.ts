// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";
import { z } from "zod";

import { lockFolder } from "../../../scripts/chain/lockFolder.ts";
import { freshFolder, NODE_FLAGS, runToEnd } from "../programs/support/startProgram.ts";

const LOCALNET = fileURLToPath(new URL("../../../scripts/cli/localnet.ts", import.meta.url));
const ALL_UP = "Running until Ctrl-C";
const bookShape = z.object({ contracts: z.record(z.string(), z.object({ address: z.string() })) });
const placesShape = z.object({
  contracts: z.record(z.string(), z.string()),
  page: z.string(),
  programs: z.record(z.string(), z.string()),
  accounts: z.array(z.object({ name: z.string(), config: z.string() })),
});

describe("npm run localnet", function () {
  this.timeout(1_200_000);
  let folder: string;
  let child: ChildProcess;
  let said = "";
  let ended: Promise<number | null>;
  let places: z.output<typeof placesShape>;

  before(async () => {
    folder = await freshFolder();
    // Without the first hours: what is tested here does not need a feed that is open.
    const options = ["--warm-up", "0", "--rpc-port", "0", "--out", folder];
    child = spawn(process.execPath, [...NODE_FLAGS, LOCALNET, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    ended = new Promise((resolve) => child.once("close", resolve));
    const isUp = new Promise<void>((resolve) => {
      for (const stream of [child.stdout!, child.stderr!])
        stream.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes(ALL_UP)) resolve();
        });
    });
    await Promise.race([isUp, ended]);
    assert.include(said, ALL_UP);
    places = placesShape.parse(JSON.parse(await readFile(join(folder, "localnet.json"), "utf8")));
  });

  after(() => child.kill("SIGKILL"));

  it("starts one of every program, each alive on its own page", async () => {
    const names = Object.keys(places.programs);
    assert.includeMembers(names, ["market", "relayer-1", "keeper", "sentinel-1", "quotes", "maker", "canary"]);
    const watched = names.filter((name) => name !== "market");
    const pages = await Promise.all(watched.map(async (name) => (await fetch(`${places.programs[name]}/live`)).status));
    assert.deepEqual(
      pages,
      watched.map(() => 200),
    );
  });

  it("serves the page, with the deployment beside it", async () => {
    const page = await fetch(places.page);
    assert.include(await page.text(), "<title>Ballast</title>");
    const deployments: unknown = await (await fetch(new URL("deployments.json", places.page))).json();
    assert.nestedPropertyVal(deployments, "[0].chainId", "31337");
    assert.nestedPropertyVal(deployments, "[0].board", places.programs["quotes"]);
  });

  it("gives people a configuration to trade with", async () => {
    const { config } = places.accounts.find(({ name }) => name === "alice")!;
    const { code, stdout, stderr } = await runToEnd("ballast", ["trade", "markets", "--json", "-c", config]);
    assert.equal(code, 0, stderr);
    assert.include(stdout, "USDC");
  });

  it("leaves an address book, as deploying to a network does", async () => {
    const { contracts } = bookShape.parse(JSON.parse(await readFile(join(folder, "addresses.json"), "utf8")));
    assert.equal(contracts["clearinghouse"]!.address, places.contracts["clearinghouse"]);
    assert.containsAllKeys(contracts, ["lens", "priceOracle", "aggregatorFacade0", "insuranceFund1", "optionsVault0"]);
  });

  it("ends with everything it started when it is told to stop", async () => {
    child.kill("SIGINT");
    assert.equal(await ended, 130, said);
    for (const name of await readdir(join(folder, "data"))) lockFolder(join(folder, "data", name))();
  });
});
