// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { assert } from "chai";
import { Registry } from "prom-client";

import { ConfirmedChain } from "../../../scripts/chain/ConfirmedChain.ts";
import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { HeadAge } from "../../../scripts/chain/HeadAge.ts";
import { openChain } from "../../../scripts/chain/openChain.ts";
import { OracleReader } from "../../../scripts/chain/OracleReader.ts";
import { SystemClock } from "../../../scripts/chain/SystemClock.ts";
import { TransactionSender } from "../../../scripts/chain/TransactionSender.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import { ROUND_SECONDS } from "../../../scripts/model/constants.ts";
import { ReportArchive } from "../../../scripts/validator/ReportArchive.ts";
import { ReportBook } from "../../../scripts/validator/ReportBook.ts";
import { SelfJail } from "../../../scripts/validator/SelfJail.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { ValidatorNode } from "../../../scripts/validator/ValidatorNode.ts";
import { FIRST_PRICE, GAS, KeeperBench } from "./support/KeeperBench.ts";
import { silentLog } from "./support/silentLog.ts";
import { configArguments, freshFolder, runToEnd } from "./support/startProgram.ts";
import type { FinishedProgram } from "./support/startProgram.ts";
import { signerFrom } from "./support/ValidatorBench.ts";

const [BEN, CYD] = ["ben", "cyd"] as const;
const ACTIVE = 2n;
const JAILED = 3n;
const STANDBY = 1n;
const ENV = { BALLAST_PASSPHRASE: "x" };
const HOUR = 3_600n;

describe("what a validator's owner does with its seat", function () {
  this.timeout(120_000);
  let bench: KeeperBench;
  let folder: string;

  before(async () => {
    bench = await KeeperBench.start();
    folder = await freshFolder();
    for (const name of [BEN, CYD, `${BEN}, withdrawal`, `${CYD}, withdrawal`]) await bench.account(name);
    await bench.keep();
  });

  beforeEach(() => bench.reset());

  after(() => bench.close());

  /** Runs `ballast seat`; while it sends, the chain has to mine by itself. */
  async function seat(
    act: string,
    validator: string,
    { key, nextKey, send = false, more = [] }: { key?: string; nextKey?: string; send?: boolean; more?: string[] } = {},
  ): Promise<FinishedProgram> {
    const keystore = async (name: string): Promise<object> => ({ keystore: await bench.keys.keystore(name) });
    const config = {
      chain: { rpcUrl: bench.chain.url, chainId: `${bench.chain.chainId}`, oracle: bench.room.oracle.target },
      registry: bench.room.registry.target,
      validatorId: `${bench.ids.get(validator)!}`,
      dataFolder: join(folder, "seat"),
      ...(key === undefined ? {} : { key: await keystore(key) }),
      ...(nextKey === undefined ? {} : { nextKey: await keystore(nextKey) }),
    };
    const { provider } = bench.chain;
    await provider.send("evm_setAutomine", [send]);
    const args = [act, ...(await configArguments(folder, "seat", config)), ...more, ...(send ? ["--send"] : [])];
    const ended = await runToEnd("seat", args, ENV);
    await provider.send("evm_setAutomine", [false]);
    const { timestamp } = (await provider.getBlock("latest"))!;
    if (BigInt(timestamp) > bench.now) bench.now = BigInt(timestamp);
    return ended;
  }

  it("bonds a new validator with two calls, shows both before they are sent, and tells its id", async () => {
    const { room, keys } = bench;
    const [owner, signer] = [`${BEN}, withdrawal`, "a new signer"];
    const bond = 60_000n * 10n ** (await room.token.decimals());
    await bench.send(() => room.token.connect(bench.actor).mint(keys.of(owner).address, bond, GAS));
    const given = { key: owner, nextKey: signer, more: ["--bond", "60000", "--failure-domain", "3"] };
    const { calls } = shown(await seat("register", BEN, given));
    assert.lengthOf(calls as string, 2, "approve, register");
    assert.equal(await room.registry.validatorOf(keys.of(signer).address), 0n, "nothing was sent");
    const told = shown(await seat("register", BEN, { ...given, send: true }));
    const registered = await room.registry.validator(BigInt(told["validatorId"]!));
    assert.deepEqual(
      [registered.withdrawal, registered.signer, registered.bond, registered.domain, registered.state],
      [keys.of(owner).address, keys.of(signer).address, bond, 3n, STANDBY],
    );
    const again = await seat("register", BEN, { ...given, send: true });
    assert.equal(again.code, 5, "the money is gone, and the key is used");
    assert.include(again.stderr, "needsTokens");
  });

  function shown({ code, stdout, stderr }: FinishedProgram): Record<string, string> {
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Record<string, string>;
  }

  async function stateOf(name: string): Promise<bigint> {
    return (await bench.room.registry.validator(bench.ids.get(name)!)).state;
  }

  /** Closes an epoch a day and some rounds later. @returns The new set. */
  async function nextSet(): Promise<bigint> {
    await bench.rounds(bench.now + 25n * HOUR, HOUR);
    await bench.send(() => bench.room.registry.connect(bench.actor).closeEpoch(GAS));
    return (await bench.room.oracle.health()).setId;
  }

  /** A node with these keys on the bench's chain, started now. */
  async function node(
    keys: readonly string[],
    selfJailAfterMs?: bigint,
  ): Promise<{ node: ValidatorNode; book: ReportBook }> {
    const { chain: client, agreed } = openChain([bench.chain.url], bench.chain.chainId);
    const chain = new ConfirmedChain(agreed);
    const oracleAddress = bench.room.oracle.target as string;
    const storage = new FileStorage(await freshFolder());
    const book = new ReportBook();
    const registry = { address: bench.room.registry.target as string, chain };
    const policy = { maximumFeePerGas: 10n ** 12n, bumpAfterMs: 6_000n, patienceMs: 5_000n, pollMs: 50n };
    const sending = { chain: client, clock: new SystemClock(), log: silentLog, storage };
    const selfJail = new SelfJail({
      clock: bench.clock,
      log: silentLog,
      afterMs: selfJailAfterMs ?? 0n,
      unfit: { set: () => undefined },
      registry: {
        ...registry,
        senderOf: (signer) => new TransactionSender({ ...sending, signer }, registry.address, policy),
      },
    });
    const price = selfJailAfterMs === undefined ? FIRST_PRICE : 0n;
    const made = new ValidatorNode({
      clock: bench.clock,
      chain,
      book,
      headAge: new HeadAge(new Registry(), 120_000),
      oracle: new OracleReader(chain, oracleAddress),
      signers: keys.map((name) => signerFrom(bench.keys.of(name))),
      guard: await SigningGuard.open(storage, 0n),
      archive: new ReportArchive(storage),
      listener: { stateAt: () => Promise.resolve("free"), watch: () => Promise.resolve() },
      prices: { observe: () => Promise.resolve([price, 0n, 0n, 0n, 0n, 0n, 0n, 0n]) },
      domain: oracleDomain(bench.chain.chainId, oracleAddress),
      log: silentLog,
      registry: new Registry(),
      maximumDelayMs: 7_000n,
      maximumSkewMs: 3_600_000n,
      dryRun: false,
      afterRound: (outcome, signer) => selfJail.note(outcome, signer),
    });
    await made.turn();
    return { node: made, book };
  }

  async function toNextRound(): Promise<void> {
    await bench.skipTo((bench.now / ROUND_SECONDS + 1n) * ROUND_SECONDS);
  }

  it("shows a validator as the registry has it", async () => {
    const found = shown(await seat("show", BEN));
    assert.include(found, { state: "active", signer: bench.keys.of(BEN).address, frozen: "0" });
    assert.equal(found["withdrawal"], bench.keys.of(`${BEN}, withdrawal`).address);
  });

  it("changes the signing key: announced by the withdrawal key, in use from the set that names it, by the same node", async () => {
    const next = bench.keys.of("ben, next").address;
    const prepared = shown(await seat("rotate", BEN, { nextKey: "ben, next" }));
    assert.include(prepared, { from: bench.keys.of(`${BEN}, withdrawal`).address, newSigner: next });
    const refused = await seat("rotate", BEN, { nextKey: "ben, next", key: BEN, send: true });
    assert.equal(refused.code, 2, "the signing key may not");
    const sent = shown(await seat("rotate", BEN, { nextKey: "ben, next", key: `${BEN}, withdrawal`, send: true }));
    assert.equal(sent["outcome"], "mined");
    await bench.skipTo(bench.now + 60n);

    const { node: ben, book } = await node([BEN, "ben, next"]);
    const seatNumber = bench.set.seats.indexOf(BEN);
    const signerIn = async (setId: bigint): Promise<string> =>
      (await bench.room.oracle.seatAt(setId, seatNumber)).signer;
    await toNextRound();
    await ben.turn();
    assert.equal(await signerIn(book.all()[0]!.setId), bench.keys.of(BEN).address, "still the old key");

    const setId = await nextSet();
    assert.equal(await signerIn(setId), next, "the set names the new key");
    await toNextRound();
    await ben.turn();
    const newest = book.all().at(-1)!;
    assert.deepEqual([newest.setId, newest.seat], [setId, seatNumber]);
    const packed = await bench.room.oracle.reportDigest({ ...newest, prices: tuple(newest.prices) });
    const { recoverAddress, Signature } = await import("ethers");
    assert.equal(recoverAddress(packed, Signature.from(newest.signature)), next, "signed with the new key");
  });

  it("steps out with the signing key, and back only with the withdrawal key", async () => {
    assert.equal(shown(await seat("self-jail", CYD, { key: CYD, send: true }))["outcome"], "mined");
    assert.equal(await stateOf(CYD), JAILED);
    const again = await seat("self-jail", CYD);
    assert.equal(again.code, 5, again.stderr);
    assert.include(again.stderr, "ValidatorRegistry_WrongState");
    assert.equal((await seat("rejoin", CYD, { key: CYD, send: true })).code, 2);
    shown(await seat("rejoin", CYD, { key: `${CYD}, withdrawal`, send: true }));
    assert.equal(await stateOf(CYD), STANDBY);
  });

  it("is done by the node itself when it has been unfit for long, not before", async () => {
    const { node: cyd } = await node([CYD], 30_000n);
    for (const [rounds, state] of [
      [2, ACTIVE],
      [1, JAILED],
    ] as const) {
      for (let round = 0; round < rounds; round++) {
        await toNextRound();
        await bench.chain.provider.send("evm_setAutomine", [true]);
        await cyd.turn();
        await bench.chain.provider.send("evm_setAutomine", [false]);
        const { timestamp } = (await bench.chain.provider.getBlock("latest"))!;
        if (BigInt(timestamp) > bench.now) bench.now = BigInt(timestamp);
      }
      assert.equal(await stateOf(CYD), state, `${rounds} rounds`);
    }
    await toNextRound();
    await cyd.turn();
    assert.equal(await stateOf(CYD), JAILED, "once");
  });
});

type EightPrices = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

function tuple(prices: readonly bigint[]): EightPrices {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = prices;
  return [a, b, c, d, e, f, g, h];
}
