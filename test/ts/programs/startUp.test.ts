// SPDX-License-Identifier: MIT
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";
import { encryptKeystoreJsonSync } from "ethers";

import { START_MS } from "./support/marketConfig.ts";
import { startChain } from "./support/startChain.ts";
import type { TestChain } from "./support/startChain.ts";
import { configArguments, freshFolder, runToEnd, startProgram } from "./support/startProgram.ts";
import { keyOf } from "./support/World.ts";

const ORACLE = `0x${"11".repeat(20)}`;

describe("starting programs", function () {
  this.timeout(60_000);
  let folder: string;
  let chain: TestChain;

  before(async () => {
    folder = await freshFolder();
    chain = await startChain(START_MS / 1000n);
    const { address, privateKey } = keyOf("anybody");
    await writeFile(
      join(folder, "key.json"),
      encryptKeystoreJsonSync({ address, privateKey }, "right", { scrypt: { N: 2, r: 1, p: 1 } }),
    );
  });

  after(() => chain.close());

  function relayerConfig(change: object = {}): object {
    return {
      chain: { rpcUrl: chain.rpcUrl, chainId: "31337", oracle: ORACLE },
      key: { keystore: join(folder, "key.json") },
      dataFolder: join(folder, "relayer"),
      validators: ["http://127.0.0.1:1"],
      ...change,
    };
  }

  function validatorConfig(change: object = {}): object {
    return {
      chain: { rpcUrl: chain.rpcUrl, chainId: "31337", oracle: ORACLE },
      key: { keystore: join(folder, "key.json") },
      dataFolder: join(folder, "validator"),
      listenTo: ["http://127.0.0.1:1"],
      venues: [{ name: "a", format: "kraken", baseUrl: "http://127.0.0.1:1" }],
      feeds: [{ slot: 0, name: "ETH", markets: [{ venue: "a", symbol: "ETHUSD" }] }],
      ...change,
    };
  }

  async function endOfRelayer(config: object, passphrase = "right"): Promise<{ code: number | null; stderr: string }> {
    return runToEnd("relayer", await configArguments(folder, "relayer", config), { BALLAST_PASSPHRASE: passphrase });
  }

  it("explains every program with --help", async () => {
    for (const name of ["validator", "relayer", "market", "clock", "byzantineValidator"] as const) {
      const { code, stdout } = await runToEnd(name, ["--help"]);
      assert.equal(code, 0, name);
      assert.include(stdout, "--config <file>", name);
      assert.include(stdout, "Exit codes", name);
    }
    assert.match((await runToEnd("validator", ["--help"])).stdout, /No\s+delegation/);
  });

  it("refuses wrong arguments and missing files with code 2", async () => {
    assert.equal((await runToEnd("market", [])).code, 2, "no configuration");
    assert.equal((await runToEnd("market", ["--config", "x", "--nonsense"])).code, 2, "unknown option");
    assert.equal((await runToEnd("market", ["--config", join(folder, "missing.json")])).code, 2, "missing file");
  });

  it("names every mistake of a configuration at once, unknown keys among them", async () => {
    const wrong = relayerConfig({ validators: ["not a url"], fees: { maximumFeePerGas: "lots" }, deligate: true });
    const { code, stderr } = await endOfRelayer(wrong);
    assert.equal(code, 2);
    for (const part of ["validators[0]", "fees.maximumFeePerGas", "deligate"]) assert.include(stderr, part);
  });

  it("checks what a validator's configuration says about itself", async () => {
    const markets = [
      { venue: "b", symbol: "X" },
      { venue: "a", symbol: "Y", quote: "USDT" },
    ];
    const config = validatorConfig({ feeds: [{ slot: 0, name: "ETH", markets }] });
    const { code, stderr } = await runToEnd("validator", await configArguments(folder, "validator", config));
    assert.equal(code, 2);
    assert.include(stderr, "unknown venue b");
    assert.include(stderr, "no conversion from USDT");
  });

  it("refuses a wrong passphrase and a wrong chain with code 2, and never prints the passphrase", async () => {
    const wrongKey = await endOfRelayer(relayerConfig(), "open sesame");
    assert.equal(wrongKey.code, 2);
    assert.include(wrongKey.stderr, "keystoreUnreadable");
    assert.notInclude(wrongKey.stderr, "open sesame");
    const wrongChain = await endOfRelayer(
      relayerConfig({ chain: { rpcUrl: chain.rpcUrl, chainId: "1", oracle: ORACLE } }),
    );
    assert.equal(wrongChain.code, 2);
    assert.include(wrongChain.stderr, "chainMismatch");
  });

  it("ends with code 3 when the chain is not there", async () => {
    const { code, stderr } = await endOfRelayer(
      relayerConfig({ chain: { rpcUrl: "http://127.0.0.1:1", chainId: "31337", oracle: ORACLE } }),
    );
    assert.equal(code, 3, stderr);
    assert.include(stderr, "rpcUnreachable");
  });

  it("ends with code 4 when the guard's memory is damaged", async () => {
    const dataFolder = join(folder, "damaged");
    await mkdir(dataFolder);
    await writeFile(join(dataFolder, "guard.json"), "{");
    const args = await configArguments(folder, "validator", validatorConfig({ dataFolder }));
    const { code, stderr } = await runToEnd("validator", args, { BALLAST_PASSPHRASE: "right" });
    assert.equal(code, 4, stderr);
    assert.include(stderr, "guardUnreadable");
  });

  it("stops gracefully on SIGTERM and keeps running while the oracle does not answer", async () => {
    const relayer = await startProgram("relayer", folder, relayerConfig(), { BALLAST_PASSPHRASE: "right" });
    const health = await fetch(`${relayer.url}/health`);
    assert.equal(health.status, 200, "alive");
    assert.equal(
      (await fetch(`${relayer.url}/ready`)).status,
      503,
      "but not ready: there is no oracle at this address",
    );
    assert.equal(await relayer.stop("SIGTERM"), 0);
  });

  it("makes a keystore that programs can open, and never overwrites one", async () => {
    const out = join(folder, "new.json");
    const made = await runToEnd("keystore", ["--out", out], { BALLAST_PASSPHRASE: "right" });
    assert.equal(made.code, 0, made.stderr);
    const content = await readFile(out, "utf8");
    const { code, stderr } = await endOfRelayer(
      relayerConfig({ key: { keystore: out }, chain: { rpcUrl: chain.rpcUrl, chainId: "1", oracle: ORACLE } }),
    );
    assert.equal(code, 2);
    assert.include(stderr, "chainMismatch", "the key opened, the chain was looked at next");
    assert.equal(
      (await runToEnd("keystore", ["--out", out], { BALLAST_PASSPHRASE: "right" })).code,
      3,
      "exists already",
    );
    assert.equal(await readFile(out, "utf8"), content, "untouched");
  });
});
