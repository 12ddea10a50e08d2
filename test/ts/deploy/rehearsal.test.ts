// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";
import { AbiCoder, id, JsonRpcProvider, keccak256, solidityPackedKeccak256, Wallet, ZeroHash } from "ethers";
import hre from "hardhat";

import { addressesOf, readBook } from "../../../deploy/addressBook.ts";
import type { AddressBook } from "../../../deploy/addressBook.ts";
import { checkBytecode } from "../../../deploy/check/bytecode.ts";
import { readParameters } from "../../../deploy/parameters.ts";
import { journalFolder, readJournal } from "../../../deploy/run/journal.ts";
import { standIn } from "../../../deploy/run/standIns.ts";
import { verifyDeployment } from "../../../deploy/verifyDeployment.ts";
import { freshFolder, NODE_FLAGS } from "../programs/support/startProgram.ts";
import { FakeExplorer } from "./FakeExplorer.ts";
import { LossyRpc } from "./LossyRpc.ts";
import type { CutOff } from "./LossyRpc.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const HARDHAT = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");
const BALLAST = join(ROOT, "scripts", "cli", "ballast.ts");
const NETWORK = "baseSepolia";
/** First account of every node of Hardhat; everybody has it. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SIGKILLED = null;
/** Where a `MockToken` keeps what the deployer holds: its first variable is the mapping. */
const PURSE = solidityPackedKeccak256(["uint256", "uint256"], [new Wallet(KEY).address, 0]);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("a deployment on a node of its own, killed twice", function () {
  this.timeout(300_000);
  const parameters = readParameters(NETWORK);
  let node: ChildProcess;
  let rpc: LossyRpc;
  let folder: string;
  let provider: JsonRpcProvider;
  let book: AddressBook;
  /** Transactions of the deployer before any deployment. */
  let begun: number;

  /** Runs `ballast deploy …` as a process of its own. */
  function start(verb: string, given: readonly string[] = [], env: Readonly<Record<string, string>> = { ...keys() }) {
    const options = ["--network", NETWORK, "--folder", folder, ...given];
    const child = spawn(process.execPath, [...NODE_FLAGS, BALLAST, "deploy", verb, ...options], {
      env: { PATH: process.env["PATH"], HOME: folder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
    const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...texts })));
    return { child, ended };
  }

  function keys(): Record<string, string> {
    return { BASE_SEPOLIA_RPC_URL: rpc.url, BASE_SEPOLIA_PRIVATE_KEY: KEY };
  }

  /** Deploys until its n-th transaction, and not a step further. */
  async function deployUntil({ transaction, isSent }: Omit<CutOff, "cut">): Promise<Ended> {
    const { child, ended } = start("run", ["--yes", "--no-rehearsal"]);
    rpc.cutOff({ transaction, isSent, cut: () => child.kill("SIGKILL") });
    return ended.finally(() => rpc.cutOff());
  }

  /** The network's parameters with something else in the place of a text. */
  async function otherParameters(text: string, instead: string): Promise<string> {
    const given = await readFile(join(ROOT, "deploy", "parameters", `${NETWORK}.json`), "utf8");
    assert.include(given, text);
    const file = join(folder, "other.json");
    await writeFile(file, given.replace(text, instead));
    return file;
  }

  /** By the deployer. */
  async function transactionsSent(): Promise<number> {
    return provider.getTransactionCount(new Wallet(KEY).address);
  }

  /** Takes the deployer's dollars, as if he had spent them. @returns What he had. */
  async function emptyPurse(): Promise<string> {
    const held = await provider.getStorage(parameters.bondToken, PURSE);
    await fillPurse(ZeroHash);
    return held;
  }

  async function fillPurse(held: string): Promise<void> {
    await provider.send("hardhat_setStorageAt", [parameters.bondToken, PURSE, held]);
  }

  before(async () => {
    folder = await freshFolder();
    const started = await startNode(parameters.chain.id);
    node = started.node;
    rpc = await LossyRpc.start(started.url);
    provider = new JsonRpcProvider(started.url, parameters.chain.id, { staticNetwork: true, cacheTimeout: -1 });
    const connection = await hre.network.create({ network: "local", override: { url: started.url } });
    await standIn(connection.ethers, parameters);
    await connection.close();
    begun = await transactionsSent();
  });

  after(async () => {
    provider?.destroy();
    await rpc?.close();
    node?.kill("SIGKILL");
  });

  it("does not begin without a key, and says which", async () => {
    const { code, stderr } = await start("run", [], { BASE_SEPOLIA_RPC_URL: rpc.url }).ended;
    assert.equal(code, 2);
    const error = JSON.parse(stderr) as { code: string; name: string };
    assert.equal(error.code, "variableMissing");
    assert.equal(error.name, "BASE_SEPOLIA_PRIVATE_KEY");
  });

  it("does not begin where nobody says yes", async () => {
    const { code, stderr } = await start("run").ended;
    assert.equal(code, 2);
    assert.match(stderr, /"code":"notConfirmed"/);
    assert.match(stderr, /\d+ gas, at .* gwei/, "what it would have cost");
  });

  it("does not begin on another chain", async () => {
    const file = await otherParameters(`"id": ${parameters.chain.id}`, '"id": 10');
    const { code, stderr } = await start("run", ["--yes", "--parameters", file]).ended;
    assert.equal(code, 2);
    assert.match(stderr, /"code":"chainMismatch"/);
  });

  it("goes on after it was killed before a transaction was out, and after one was that it knew nothing of", async () => {
    const sent = transactionsSent;
    const first = await sent();

    assert.equal((await deployUntil({ transaction: 10, isSent: false })).code, SIGKILLED);
    assert.equal(await sent(), first + 9, "the tenth is not out");
    assert.equal((await deployUntil({ transaction: 20, isSent: true })).code, SIGKILLED);
    assert.equal(await sent(), first + 9 + 20, "the twentieth after it is");

    const insurance = await emptyPurse();
    const refused = await start("run", ["--yes", "--no-rehearsal"]).ended;
    assert.match(refused.stderr, /had been sent as 0x[0-9a-f]{64}/, "it has found the twentieth");
    assert.equal(refused.code, 5, "and goes on until the chain refuses something");
    assert.match(refused.stderr, /"code":"deploymentFailed".*Insure0/);
    await fillPurse(insurance);
  });

  it("tries again what the chain refused, and ends with everything as it should be", async () => {
    const last = await start("run", ["--yes", "--no-rehearsal"]).ended;
    assert.equal(last.code, 0, last.stderr);
    assert.match(last.stdout, /contracts are as they should be/);
    book = await readBook(folder, parameters.chain.id);
    const journal = await readJournal(journalFolder(folder, book.chainId));
    const confirmed = journal.filter(({ type }) => type === "TRANSACTION_CONFIRM").map(({ futureId }) => futureId);
    assert.equal(new Set(confirmed).size, confirmed.length, "no step was done twice");
    assert.equal(await transactionsSent(), begun + confirmed.length, "nothing else was sent");
  });

  it("has nothing left to do when it is run again", async () => {
    const before = await transactionsSent();
    const { code } = await start("run", ["--yes"]).ended;
    assert.equal(code, 0);
    assert.equal(await transactionsSent(), before);
    assert.deepEqual(await readBook(folder, parameters.chain.id), book);
  });

  it("is not changed by other parameters than it was begun with", async () => {
    const file = await otherParameters('"epochReward": "50000"', '"epochReward": "50001"');
    const { code, stderr } = await start("run", ["--yes", "--no-rehearsal", "--parameters", file]).ended;
    assert.equal(code, 2);
    assert.match(stderr, /"code":"parametersChanged".*ValidatorRegistry/);
  });

  it("leaves addresses that programs can use: where, since which block, with which code", async () => {
    const { clearinghouse } = book.contracts;
    assert.equal(clearinghouse!.contract, "Clearinghouse");
    assert.equal(keccak256(await provider.getCode(clearinghouse!.address)), clearinghouse!.codeHash);
    assert.equal(await provider.getCode(clearinghouse!.address, clearinghouse!.block - 1), "0x", "not there before");
    assert.equal(
      await provider.getCode(book.contracts["optionsVault1"]!.address, book.contracts["optionsVault1"]!.block - 1),
      "0x",
    );
    assert.isBelow(book.firstBlock, clearinghouse!.block);
    assert.deepEqual(book.mocks, {});
  });

  it("shows its sources on an explorer: with the arguments and the libraries of each contract", async () => {
    const explorer = await FakeExplorer.start(({ contractname }) => !contractname!.endsWith(":SetKeeping"));
    try {
      const only = ["priceOracle", "optionsVault0", "SetKeeping"].flatMap((name) => ["--only", name]);
      const asked = ["--explorer", "blockscout", "--api", explorer.api, ...only];
      const { code, stdout } = await start("verify", asked).ended;

      assert.equal(code, 1, "one is not shown");
      assert.match(stdout, /priceOracle: shown/);
      assert.match(stdout, /optionsVault0: shown/);
      assert.match(stdout, /SetKeeping: not shown: .*Unable to verify/s);
      assert.match(stdout, /2 of 3 contracts are shown/);
      const oracle = explorer.submissions.find(({ contractname }) => contractname!.endsWith(":PriceOracle"))!;
      const { contracts, libraries } = book;
      assert.equal(oracle["contractaddress"], contracts["priceOracle"]!.address);
      const words = [
        contracts["anchor"]!.address,
        parameters.heartbeat,
        parameters.tipBase,
        contracts["accessManager"]!.address,
      ];
      const encoded = AbiCoder.defaultAbiCoder().encode(["address", "uint256", "uint128", "address"], words);
      assert.include(Object.values(oracle), encoded.slice(2), "constructor arguments");
      const input = JSON.parse(oracle["sourceCode"]!) as {
        settings: { libraries: Record<string, Record<string, string>> };
      };
      const linked = Object.assign({}, ...Object.values(input.settings.libraries)) as Record<string, string>;
      for (const name of ["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"])
        assert.equal(linked[name], libraries[name]!.address.toLowerCase(), name);
    } finally {
      await explorer.close();
    }
  });

  it("fails its check when something else was asked for", async () => {
    const file = await otherParameters('"epochReward": "50000"', '"epochReward": "50001"');
    const { code, stdout } = await start("check", ["--parameters", file, "--json"]).ended;
    assert.equal(code, 1);
    const { findings } = JSON.parse(stdout) as { findings: string[] };
    assert.deepEqual(findings, ["registry.epochReward is 50000, not 50001"]);
  });

  it("fails its check when somebody got a role, and when code is another's", async () => {
    const timelock = book.contracts["timelockController"]!.address;
    const { deployer, firstBlock } = book;
    const deployment = { parameters, addresses: addressesOf(book), deployer, firstBlock };
    assert.deepEqual(await verifyDeployment(provider, deployment), []);
    assert.deepEqual(await checkBytecode(provider, book, hre.artifacts), []);

    await provider.send("hardhat_impersonateAccount", [timelock]);
    await provider.send("hardhat_setBalance", [timelock, "0xde0b6b3a7640000"]);
    const data = grantGuardian(STRANGER);
    await provider.send("eth_sendTransaction", [
      { from: timelock, to: book.contracts["accessManager"]!.address, data },
    ]);
    assert.deepEqual(await verifyDeployment(provider, deployment), [
      `not meant: ${STRANGER} as guardian of the AccessManager`,
    ]);

    const { lens, riskManager } = book.contracts;
    await provider.send("hardhat_setCode", [lens!.address, await provider.getCode(riskManager!.address)]);
    assert.deepEqual(await checkBytecode(provider, book, hre.artifacts), [
      "lens: the code is not what was deployed",
      "lens: the code is not Lens's",
    ]);
  });
});

const STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

/** Call that makes somebody a guardian at once. */
function grantGuardian(account: string): string {
  const words = AbiCoder.defaultAbiCoder().encode(["uint64", "address", "uint32"], [2, account, 0]);
  return `${id("grantRole(uint64,address,uint32)").slice(0, 10)}${words.slice(2)}`;
}

/** A node as a process of its own, on a port of the system's choice. */
async function startNode(chainId: number): Promise<{ node: ChildProcess; url: string }> {
  const given = ["node", "--chain-id", `${chainId}`, "--hostname", "127.0.0.1", "--port", "0"];
  const node = spawn(process.execPath, [HARDHAT, ...given], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    node.once("exit", (code) => reject(new Error(`the node ended with ${code}: ${text}`)));
    node.stdout.setEncoding("utf8").on("data", (part: string) => {
      text = `${text}${part}`.slice(0, 10_000);
      const found = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(text);
      if (found !== null) resolve(found[0]);
    });
  });
  return { node, url };
}
