// SPDX-License-Identifier: MIT
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";
import { encryptKeystoreJsonSync } from "ethers";

import { START_MS } from "./support/marketConfig.ts";
import { startChain } from "./support/startChain.ts";
import type { TestChain } from "./support/startChain.ts";
import { configArguments, freshFolder, runToEnd, startProgram } from "./support/startProgram.ts";
import type { FinishedProgram, ProgramName } from "./support/startProgram.ts";
import { keyOf } from "./support/World.ts";

const ORACLE = `0x${"11".repeat(20)}`;
const CONFIGURED = ["validator", "relayer", "market", "clock", "byzantineValidator"] as const;
const PROGRAMS = [...CONFIGURED, "keystore", "demo", "localnet"] as const;
/** Programs that are started by a command of npm. */
const COMMANDS: Readonly<Record<string, string>> = { demo: "npm start --", localnet: "npm run localnet --" };

/** That a program ended with a code and said why in one line, which contains `parts`, without a stack trace. */
function refused(ended: FinishedProgram, code: number, parts: readonly string[], label: string): void {
  assert.equal(ended.code, code, `${label}: ${ended.stderr}`);
  assert.lengthOf(ended.stderr.trim().split("\n"), 1, `${label}: one line`);
  for (const part of parts) assert.include(ended.stderr, part, label);
  assert.equal(ended.stdout, "", `${label}: stdout`);
}

/** Text as it looks inside a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

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
      confirmHead: false,
      venues: [{ name: "a", format: "kraken", baseUrl: "http://127.0.0.1:1" }],
      feeds: [{ slot: 0, name: "ETH", markets: [{ venue: "a", symbol: "ETHUSD" }] }],
      ...change,
    };
  }

  async function endOfRelayer(config: object, passphrase = "right"): Promise<{ code: number | null; stderr: string }> {
    return runToEnd("relayer", await configArguments(folder, "relayer", config), { BALLAST_PASSPHRASE: passphrase });
  }

  it("finds every program an operator runs under one command, and hands on its arguments and exit code", async () => {
    const { code, stdout } = await runToEnd("ballast", ["--help"]);
    assert.equal(code, 0);
    const listed = [...stdout.matchAll(/^  (\w+) +\S/gm)].map(([, name]) => name!).filter((name) => name !== "program");
    assert.includeMembers(listed, ["validator", "relayer", "keystore"]);
    for (const name of ["validator", "relayer", "keystore", "market", "clock"]) {
      const help = await runToEnd("ballast", [name, "--help"]);
      assert.equal(help.code, 0, name);
      assert.include(help.stdout, `Usage: ${name} [options]`);
    }
    const missing = await runToEnd("ballast", ["relayer", "--config", join(folder, "nowhere.json")]);
    refused(missing, 2, ['"program":"relayer"', "nowhere.json"], "a configuration that is not there");
  });

  it("names the programs there are when there is none of that name", async () => {
    refused(await runToEnd("ballast", ["oracle"]), 2, ["No program is called oracle", "validator, relayer"], "unknown");
    const none = await runToEnd("ballast", []);
    assert.equal(none.code, 2);
    assert.include(none.stderr, "missing required argument 'program'");
  });

  it("explains every program with --help", async () => {
    for (const name of PROGRAMS) {
      const { code, stdout, stderr } = await runToEnd(name, ["--help"]);
      assert.deepEqual([code, stderr], [0, ""], name);
      assert.include(stdout, `Usage: ${COMMANDS[name] ?? name} [options]`, name);
      assert.include(stdout, "Exit codes", name);
    }
    assert.match((await runToEnd("validator", ["--help"])).stdout, /No\s+delegation/);
  });

  it("refuses wrong arguments in one line with code 2", async () => {
    const cases: readonly (readonly [ProgramName, readonly string[], string])[] = [
      ...CONFIGURED.map((name) => [name, [], "required option '-c, --config <file>'"] as const),
      ["keystore", [], "required option '-o, --out <file>'"],
      ["market", ["--config", "x", "--nonsense"], "unknown option '--nonsense'"],
      ["market", ["--config", "x", "--log-level", "loud"], "argument 'loud' is invalid"],
      ["market", ["--config", "x", "--once"], "unknown option '--once'"],
      ["demo", ["--seed", "some"], "argument 'some' is invalid"],
    ];
    for (const [name, args, reason] of cases)
      refused(await runToEnd(name, args), 2, [reason], `${name} ${args.join(" ")}`);
  });

  it("checks all that a start needs with --check and stays one line: configuration, key, folder, chain, oracle", async () => {
    const check = async (config: object, passphrase = "right"): Promise<FinishedProgram> =>
      runToEnd("relayer", [...(await configArguments(folder, "check", config)), "--check"], {
        BALLAST_PASSPHRASE: passphrase,
      });
    refused(await check(relayerConfig()), 2, ["contractMissing", ORACLE], "no oracle there");
    refused(await check(relayerConfig(), "wrong"), 2, ["keystoreUnreadable"], "a wrong passphrase");
    refused(await check(relayerConfig({ dataFolder: join(folder, "key.json") })), 3, ["folderUnusable"], "no folder");
    refused(await check(relayerConfig({ seed: "x" })), 2, ["configInvalid"], "configuration");
    const only = await runToEnd("clock", [...(await configArguments(folder, "clock", { startAtMs: "5" })), "--check"]);
    assert.deepEqual([only.code, JSON.parse(only.stdout)], [0, { program: "clock", check: "ok" }], only.stderr);
  });

  it("refuses a configuration in one line with its place, its value and code 2", async () => {
    const wrong = { seed: "seven", server: { port: 70_000 }, startAtMs: 5, validator: 6, deligate: "a secret" };
    const file = async (name: string, text: string): Promise<string[]> => {
      await writeFile(join(folder, name), text);
      return ["--config", join(folder, name)];
    };
    const places: Readonly<Record<(typeof CONFIGURED)[number], readonly string[]>> = {
      validator: ['seed: expected number, given "seven"', "server.port: ", "given 70000", "chain: missing"],
      relayer: ['seed: expected number, given "seven"', "server.port: ", "given 70000", "validators: missing"],
      market: ['seed: expected number, given "seven"', "startAtMs: expected string, given 5", "feeds: missing"],
      clock: ["startAtMs: expected string, given 5", "server.port: ", "given 70000"],
      byzantineValidator: ["validator: expected object, given 6", "fault: missing"],
    };
    for (const name of CONFIGURED) {
      const ended = await runToEnd(name, await file("wrong.json", JSON.stringify(wrong)));
      refused(ended, 2, ['"code":"configInvalid"', "deligate: unknown key", ...places[name].map(escaped)], name);
      assert.notInclude(ended.stderr, "a secret", `${name}: the value of an unknown key`);
    }
    refused(await runToEnd("market", await file("half.json", '{"seed":')), 2, ["half.json refused: not JSON"], "half");
    refused(await runToEnd("market", ["--config", join(folder, "none.json")]), 2, ["ENOENT"], "no file");
    refused(
      await runToEnd("market", await file("list.json", "[]")),
      2,
      ["the whole: expected object, given []"],
      "list",
    );
  });

  it("checks what a validator's configuration says about itself", async () => {
    const markets = [
      { venue: "b", symbol: "X" },
      { venue: "a", symbol: "Y", quote: "USDT" },
    ];
    const config = validatorConfig({ feeds: [{ slot: 0, name: "ETH", markets }], confirmHead: true });
    const { code, stderr } = await runToEnd("validator", await configArguments(folder, "validator", config));
    assert.equal(code, 2);
    assert.include(stderr, "unknown venue b");
    assert.include(stderr, "no conversion from USDT");
    assert.include(stderr, "one endpoint confirms nothing");
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

  it("ends with code 3, not 4, when the disk refuses", async () => {
    const { code, stderr } = await endOfRelayer(relayerConfig({ dataFolder: join(folder, "key.json") }));
    assert.equal(code, 3, stderr);
    assert.include(stderr, "folderUnusable");
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
    const live = await fetch(`${relayer.url}/live`);
    assert.equal(live.status, 200, "alive");
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
    const again = await runToEnd("keystore", ["--out", out], { BALLAST_PASSPHRASE: "right" });
    refused(again, 2, ["fileExists", "new.json exists already"], "a second time");
    assert.equal(await readFile(out, "utf8"), content, "untouched");
    const other = ["--out", join(folder, "other.json")];
    refused(await runToEnd("keystore", other), 2, ["passphraseMissing"], "no passphrase");
    refused(
      await runToEnd("keystore", [...other, "--passphrase-file", join(folder, "none")]),
      2,
      ["configInvalid", "none"],
      "no passphrase file",
    );
  });
});
