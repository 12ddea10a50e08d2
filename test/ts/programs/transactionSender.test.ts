// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { encryptKeystoreJsonSync, toQuantity } from "ethers";

import type { ChainClient } from "../../../scripts/chain/ChainClient.ts";
import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { KeystoreSigner } from "../../../scripts/chain/KeystoreSigner.ts";
import { openChain } from "../../../scripts/chain/openChain.ts";
import { TransactionSender } from "../../../scripts/chain/TransactionSender.ts";
import type { SendOutcome } from "../../../scripts/chain/TransactionSender.ts";
import { ClockServer } from "../../../scripts/simulator/ClockServer.ts";
import { START_MS } from "./support/marketConfig.ts";
import { silentLog } from "./support/silentLog.ts";
import { CHAIN_ID, startChain } from "./support/startChain.ts";
import type { TestChain } from "./support/startChain.ts";
import { freshFolder } from "./support/startProgram.ts";
import { keyOf } from "./support/World.ts";

const TARGET = `0x${"42".repeat(20)}`;
const POLICY = { maximumFeePerGas: 100_000_000_000n, bumpAfterMs: 6_000n, patienceMs: 30_000n, pollMs: 1_000n };

describe("transaction sender", function () {
  this.timeout(60_000);
  const { address, privateKey } = keyOf("sender");
  const signer = new KeystoreSigner(
    encryptKeystoreJsonSync({ address, privateKey }, "x", { scrypt: { N: 2, r: 1, p: 1 } }),
    "x",
  );
  let chain: TestChain;
  let client: ChainClient;
  let clock: ClockServer;
  let storage: FileStorage;

  beforeEach(async () => {
    chain = await startChain(START_MS / 1000n);
    await chain.provider.send("hardhat_setBalance", [address, "0x3635c9adc5dea00000"]);
    await chain.provider.send("evm_setAutomine", [false]);
    client = openChain([chain.rpcUrl], CHAIN_ID).chain;
    clock = new ClockServer(START_MS);
    storage = new FileStorage(await freshFolder());
  });

  afterEach(async () => {
    client.close();
    await chain.close();
  });

  function sender(change: object = {}): TransactionSender {
    const parts = { chain: client, clock, signer, storage, log: silentLog };
    return new TransactionSender(parts, TARGET, { ...POLICY, ...change });
  }

  /** Lets the sender work for so many seconds of its clock. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await clock.untilIdle([""], 10_000);
      clock.advanceTo((await clock.now()) + 1_000n);
    }
    await clock.untilIdle([""], 10_000);
  }

  async function pendingFees(): Promise<{ nonce: number; fee: bigint; tip: bigint }[]> {
    const block: { transactions: { nonce: string; maxFeePerGas: string; maxPriorityFeePerGas: string }[] } =
      await chain.provider.send("eth_getBlockByNumber", ["pending", true]);
    return block.transactions.map((given) => ({
      nonce: Number(given.nonce),
      fee: BigInt(given.maxFeePerGas),
      tip: BigInt(given.maxPriorityFeePerGas),
    }));
  }

  async function mineAndFinish(outcome: Promise<SendOutcome>): Promise<SendOutcome> {
    await chain.provider.send("evm_mine", []);
    clock.advanceTo((await clock.now()) + 1_000n);
    return outcome;
  }

  const never = new AbortController().signal;

  it("sends, waits and reports the receipt", async () => {
    const outcome = sender().send("0x01", never);
    await pass(2);
    const result = await mineAndFinish(outcome);
    assert.equal(result.kind, "mined");
    assert.isTrue(result.kind === "mined" && result.receipt.succeeded, "receipt");
  });

  it("replaces a waiting transaction at the same nonce, both fees an eighth higher", async () => {
    const outcome = sender().send("0x01", never);
    await pass(1);
    const [first] = await pendingFees();
    await pass(6);
    const after = await pendingFees();
    assert.lengthOf(after, 1, "one transaction, not two");
    assert.equal(after[0]!.nonce, first!.nonce, "nonce");
    assert.isTrue(after[0]!.fee * 8n >= first!.fee * 9n, `fee ${after[0]!.fee} after ${first!.fee}`);
    assert.isTrue(after[0]!.tip * 8n >= first!.tip * 9n, `tip ${after[0]!.tip} after ${first!.tip}`);
    assert.equal((await mineAndFinish(outcome)).kind, "mined");
  });

  it("never pays more than its cap", async () => {
    const cap = (await client.marketFees()).maxFeePerGas;
    const outcome = sender({ maximumFeePerGas: cap }).send("0x01", never);
    await pass(20);
    assert.isTrue(
      (await pendingFees()).every(({ fee }) => fee <= cap),
      "fee",
    );
    assert.equal((await mineAndFinish(outcome)).kind, "mined");
  });

  it("stops waiting when patience ends and replaces what is left with the next payload", async () => {
    const outcome = sender({ patienceMs: 3_000n }).send("0x01", never);
    for (let second = 0; second < 3; second++) {
      await clock.untilIdle([""], 10_000);
      clock.advanceTo((await clock.now()) + 1_000n);
    }
    assert.equal((await outcome).kind, "pending");

    const next = sender().send("0x02", never);
    await pass(1);
    assert.lengthOf(await pendingFees(), 1, "the second payload took the nonce of the first");
    const result = await mineAndFinish(next);
    assert.equal(result.kind, "mined");
    assert.equal(await client.nonce(address), 1, "one transaction in all");
  });

  it("takes over after a crash what its predecessor had sent", async () => {
    const crash = new AbortController();
    const lost = sender()
      .send("0x01", crash.signal)
      .catch(() => "crashed");
    await pass(1);
    crash.abort();
    assert.equal(await lost, "crashed");

    const outcome = sender().send("0x02", never);
    await pass(1);
    assert.deepEqual(
      (await pendingFees()).map(({ nonce }) => nonce),
      [0],
      "the same nonce",
    );
    assert.equal((await mineAndFinish(outcome)).kind, "mined");
    assert.equal(await client.nonce(address), 1, "one transaction in all");
  });

  it("outbids what it sent before even when it forgot that", async () => {
    const crash = new AbortController();
    const lost = sender()
      .send("0x01", crash.signal)
      .catch(() => "crashed");
    await pass(1);
    crash.abort();
    assert.equal(await lost, "crashed");

    storage = new FileStorage(await freshFolder());
    const [old] = await pendingFees();
    const outcome = sender().send("0x02", never);
    await pass(1);
    assert.deepEqual(await pendingFees(), [old], "the node does not take a second one at the same fee");
    await pass(6);
    const [outbid] = await pendingFees();
    assert.isTrue(outbid!.fee > old!.fee, "then the fee is raised");
    assert.equal((await mineAndFinish(outcome)).kind, "mined");
    assert.equal(await client.nonce(address), 1, "one transaction in all");
  });

  it("notices that the same key was used elsewhere", async () => {
    const outcome = sender().send("0x01", never);
    await pass(1);
    const [mine] = await pendingFees();
    const rival = await signer.signTransaction({
      chainId: CHAIN_ID,
      nonce: mine!.nonce,
      to: TARGET,
      data: "0x09",
      gasLimit: 100_000n,
      maxFeePerGas: mine!.fee * 3n,
      maxPriorityFeePerGas: mine!.tip * 3n,
    });
    await client.broadcast(rival);
    assert.equal((await mineAndFinish(outcome)).kind, "raced");
  });

  it("sends nothing that would revert, and says what the contract said", async () => {
    const revertWithWord = "0x602a5f5260205ffd"; // mstore(0, 42); revert(0, 32)
    await chain.provider.send("hardhat_setCode", [TARGET, revertWithWord]);
    const error = await sender()
      .send("0x01", never)
      .catch((given: unknown) => given);
    assert.deepInclude(error, { code: "callReverted" });
    assert.nestedPropertyVal(error, "context.data", `0x${toQuantity(42n).slice(2).padStart(64, "0")}`);
    assert.deepEqual(await pendingFees(), [], "nothing was sent");
  });
});
