// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Registry } from "prom-client";

import type { AgreedChain } from "../../../scripts/chain/AgreedChain.ts";
import type { ChainClient } from "../../../scripts/chain/ChainClient.ts";
import type { BlockFacts } from "../../../scripts/chain/chainFacts.ts";
import { ConfirmedChain } from "../../../scripts/chain/ConfirmedChain.ts";
import { HeadAge } from "../../../scripts/chain/HeadAge.ts";
import { openChain } from "../../../scripts/chain/openChain.ts";
import { OracleReader } from "../../../scripts/chain/OracleReader.ts";
import { ROUND_MS } from "../../../scripts/model/constants.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import type { SignedReport } from "../../../scripts/model/types.ts";
import { anchoredReports } from "../../../scripts/relayer/anchoredReports.ts";
import { KnownAnchors } from "../../../scripts/relayer/KnownAnchors.ts";
import { ClockServer } from "../../../scripts/simulator/ClockServer.ts";
import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { ReportArchive } from "../../../scripts/validator/ReportArchive.ts";
import { ReportBook } from "../../../scripts/validator/ReportBook.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { ValidatorNode } from "../../../scripts/validator/ValidatorNode.ts";
import { deployOracle } from "./support/deployOracle.ts";
import { silentLog } from "./support/silentLog.ts";
import { CHAIN_ID, startChain } from "./support/startChain.ts";
import type { TestChain } from "./support/startChain.ts";
import { freshFolder } from "./support/startProgram.ts";
import { signerOf } from "./support/ValidatorBench.ts";

const ROUND = 120_000_000n;
const START = ROUND * 15n;
const PRICE = 250_000_000_000n;
const NOTHING = `0x${"00".repeat(32)}`;

/** A chain with a block every three seconds, whose forks are told apart by their randomness. */
class ForkingChain {
  readonly client: ChainClient;
  readonly agreed: AgreedChain;
  readonly #chain: TestChain;
  #forks = 0;

  constructor(chain: TestChain) {
    this.#chain = chain;
    ({ chain: this.client, agreed: this.agreed } = openChain([chain.rpcUrl], CHAIN_ID));
  }

  static async start(firstTimestamp: bigint): Promise<ForkingChain> {
    return new ForkingChain(await startChain(firstTimestamp));
  }

  /** One by one: blocks mined in bulk do not depend on the fork they are on. */
  async mine(count: bigint): Promise<void> {
    let { timestamp } = await this.client.head();
    for (let left = count; left > 0n; left--) {
      timestamp += 3n;
      await this.#send("evm_setNextBlockTimestamp", [Number(timestamp)]);
      await this.#send("evm_mine", []);
    }
  }

  /** Remembers this moment; what it returns goes back there and grows another fork of `count` blocks. */
  async fork(): Promise<(count: bigint) => Promise<void>> {
    const snapshot: unknown = await this.#send("evm_snapshot", []);
    return async (count) => {
      await this.#send("evm_revert", [snapshot]);
      this.#forks += 1;
      await this.#send("hardhat_setPrevRandao", [`0x${this.#forks.toString(16).padStart(64, "0")}`]);
      if (count > 0n) await this.mine(count);
    };
  }

  async oracle(signers: readonly string[]): Promise<OracleReader> {
    const deployed = await deployOracle(await this.#chain.provider.getSigner(0), ["ETH / USD"], signers);
    return new OracleReader(this.client, await deployed.getAddress());
  }

  async close(): Promise<void> {
    this.client.close();
    await this.#chain.close();
  }

  #send(method: string, parameters: unknown[]): Promise<unknown> {
    return this.#chain.provider.send(method, parameters);
  }
}

describe("reports by their anchors, as a relayer's own chain has them", function () {
  this.timeout(60_000);
  let chain: ForkingChain;
  let anchors: KnownAnchors;

  before(async () => {
    chain = await ForkingChain.start(START);
    anchors = new KnownAnchors(chain.client);
    await chain.mine(300n);
  });

  after(() => chain.close());

  function reportOn(block: BlockFacts, seat = 0): SignedReport {
    const signature = { r: NOTHING, yParityAndS: NOTHING };
    return { round: ROUND, setId: 1n, anchorHash: block.hash, anchorBlock: 5n, seat, prices: [PRICE], signature };
  }

  async function block(number: bigint): Promise<BlockFacts> {
    return (await chain.client.block(number))!;
  }

  async function heights(...reports: SignedReport[]): Promise<bigint[]> {
    const head = await chain.client.head();
    return anchoredReports(reports, await anchors.heightsOf(reports, head), head).map(({ anchorBlock }) => anchorBlock);
  }

  it("have the height at which the chain has the hash, whatever they claim", async () => {
    assert.deepEqual(await heights(reportOn(await block(290n))), [290n]);
  });

  it("are left out when the chain is about to forget the block", async () => {
    const { number } = await chain.client.head();
    assert.deepEqual(await heights(reportOn(await block(number - 247n))), [number - 247n], "eight blocks to land in");
    assert.deepEqual(await heights(reportOn(await block(number - 248n))), [], "fewer");
  });

  it("are left out while the relayer's node has not seen the block yet", async () => {
    const rewind = await chain.fork();
    await chain.mine(2n);
    const ahead = await chain.client.head();
    await rewind(0n);
    assert.deepEqual(await heights(reportOn(ahead), reportOn(await block(299n), 1)), [299n], "the other one is usable");
  });

  it("are left out when a reorg takes the block, and back when the validator signed again", async () => {
    const reorganise = await chain.fork();
    await chain.mine(3n);
    const lost = await chain.client.head();
    assert.deepEqual(await heights(reportOn(lost)), [lost.number], "before");
    await reorganise(3n);
    const found = await chain.client.head();
    assert.equal(found.number, lost.number, "same height");
    assert.deepEqual(await heights(reportOn(lost)), [], "orphaned");
    assert.deepEqual(await heights(reportOn(lost), reportOn(found)), [found.number], "signed again");
  });
});

describe("a validator and the blocks it is bound to", function () {
  this.timeout(60_000);
  const signer = signerOf("anchored");
  let chain: ForkingChain;
  let clock: ClockServer;
  let book: ReportBook;
  let node: ValidatorNode;
  let registry: Registry;

  /** The node starts a round early, so that it takes part in `ROUND` and all that follow. */
  async function begin(firstBlock: bigint): Promise<void> {
    chain = await ForkingChain.start(firstBlock);
    const oracle = await chain.oracle([signer.address]);
    clock = new ClockServer((START - 15n) * 1000n);
    book = new ReportBook();
    registry = new Registry();
    const storage = new FileStorage(await freshFolder());
    node = new ValidatorNode({
      clock,
      oracle,
      signers: [signer],
      book,
      registry,
      chain: new ConfirmedChain(chain.agreed),
      headAge: new HeadAge(registry, 120_000),
      guard: await SigningGuard.open(storage, 0n),
      archive: new ReportArchive(storage),
      listener: { stateAt: () => Promise.resolve("free"), watch: () => Promise.resolve() },
      prices: { observe: (nowMs) => Promise.resolve([PRICE + nowMs * 1_000_000n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]) },
      domain: oracleDomain(CHAIN_ID, oracle.address),
      log: silentLog,
      maximumDelayMs: 7_000n,
      maximumSkewMs: 3_600_000n,
      dryRun: false,
    });
    await node.turn();
  }

  afterEach(() => chain.close());

  /** Chain and clock go on to `seconds` after the start of `ROUND`; the node has its turn at the end. */
  async function goTo(seconds: bigint): Promise<void> {
    const { timestamp } = await chain.client.head();
    const blocks = (START + seconds - timestamp) / 3n;
    if (blocks > 0n) await chain.mine(blocks);
    clock.advanceTo((START + seconds) * 1000n);
    await node.turn();
  }

  async function anchored(): Promise<[round: bigint, onChain: boolean][]> {
    const facts = book.all().map(async ({ round, anchorHash, anchorBlock }): Promise<[bigint, boolean]> => {
      return [round, (await chain.client.block(anchorBlock))?.hash === anchorHash];
    });
    return Promise.all(facts);
  }

  it("is silent while the chain is too young for an anchor, and signs as soon as it is old enough", async () => {
    await begin(START - 12n);
    await goTo(0n);
    assert.deepEqual(book.all(), [], "the oldest block is younger than 24 s");
    assert.match(await registry.metrics(), /ballast_validator_rounds_total\{outcome="noAnchor"\} 1/);
    await goTo(15n);
    assert.deepEqual(await anchored(), [[ROUND + 1n, true]]);
    assert.isAtMost(Number((await chain.client.blockByHash(book.all()[0]!.anchorHash))!.timestamp), Number(START - 9n));
  });

  it("goes on when its node lags or the chain stands, bound to the newest block, and says how old that is", async () => {
    await begin(START - 300n);
    clock.advanceTo(START * 1000n);
    await node.turn();
    const head = await chain.client.head();
    assert.equal(book.all()[0]?.anchorHash, head.hash);
    assert.include(await registry.metrics(), `ballast_anchor_age_seconds ${START - head.timestamp}`);
  });

  it("takes back every orphaned report and signs only the newest vector again", async () => {
    await begin(START - 60n);
    await goTo(-15n);
    const reorganise = await chain.fork();
    await goTo(15n);
    await goTo(30n);
    await goTo(45n);
    const before = book.all();
    assert.deepEqual(
      await anchored(),
      [1n, 2n, 3n].map((later) => [ROUND + later, true]),
    );

    await reorganise(20n);
    assert.deepEqual((await anchored()).filter(([, onChain]) => onChain).length, 0, "all three are orphaned");
    await goTo(50n);
    assert.deepEqual(await anchored(), [[ROUND + 3n, true]]);
    const [again] = book.all();
    assert.deepEqual(again!.prices, before.at(-1)!.prices, "the same vector");
    assert.notEqual(again!.anchorHash, before.at(-1)!.anchorHash, "another anchor");
  });

  it("publishes nothing after a reorg to a chain without an anchor, and the same vector once there is one", async () => {
    await begin(START - 60n);
    await goTo(-15n);
    const backToShortFork = await chain.fork();
    await chain.mine(1n);
    const reorganise = await chain.fork();
    await goTo(15n);
    const [lost] = book.all();
    assert.equal(lost!.round, ROUND + 1n);
    // The fork is 300 blocks ahead in its own time: it has forgotten every block that is old enough.
    await reorganise(300n);
    clock.advanceTo((START + 20n) * 1000n);
    await node.turn();
    assert.deepEqual(book.all(), [], "taken back");

    await backToShortFork(2n);
    clock.advanceTo((START + 25n) * 1000n);
    await node.turn();
    assert.deepEqual(await anchored(), [[lost!.round, true]]);
    assert.deepEqual(book.all()[0]!.prices, lost!.prices, "the same vector");
  });

  it("forgets what is too old for the oracle although it signs nothing new", async () => {
    await begin(START - 60n);
    await goTo(0n);
    assert.lengthOf(book.all(), 1);
    clock.advanceTo((START + 590n) * 1000n);
    await node.turn();
    clock.advanceTo(START * 1000n + 40n * ROUND_MS + 5_000n);
    await node.turn();
    await node.turn();
    assert.notInclude(
      book.all().map(({ round }) => round),
      ROUND,
    );
  });
});
