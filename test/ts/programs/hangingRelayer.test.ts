// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { connect } from "node:net";

import { assert } from "chai";

import { fetchReports } from "../../../scripts/chain/fetchReports.ts";
import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { reportRoutes } from "../../../scripts/chain/reportRoutes.ts";
import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { HttpServer, RouteAnswer } from "../../../scripts/chain/serveHttp.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import { KeyListener } from "../../../scripts/validator/KeyListener.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { ChainStage } from "./support/ChainStage.ts";
import { deployOracle } from "./support/deployOracle.ts";
import { silentLog } from "./support/silentLog.ts";
import { CHAIN_ID } from "./support/startChain.ts";
import { freshFolder } from "./support/startProgram.ts";
import { ValidatorBench } from "./support/ValidatorBench.ts";
import { keyOf } from "./support/World.ts";

const TIMEOUT_MS = 30_000;

/** A relayer that takes requests and answers none until they are let go of. */
class HangingRelayer {
  readonly #server: Server;
  #held: ServerResponse[] = [];
  #arrived = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (_, response) => {
      this.#held.push(response);
      this.#arrived.resolve();
    });
  }

  static async start(): Promise<HangingRelayer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new HangingRelayer(server);
  }

  get url(): string {
    const address = this.#server.address();
    assert(typeof address === "object" && address !== null);
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves once a request hangs. */
  async untilHeld(): Promise<void> {
    await this.#arrived.promise;
  }

  /** Whether somebody still waits for an answer. */
  isHolding(): boolean {
    return this.#held.some((response) => !response.destroyed);
  }

  /** Cuts what hangs. */
  release(): void {
    this.#arrived = Promise.withResolvers();
    for (const response of this.#held.splice(0)) response.destroy();
  }

  async close(): Promise<void> {
    this.release();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe("a validator and a relayer that hangs", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: ValidatorBench;
  let hanging: HangingRelayer;
  let other: HttpServer;
  let pages: HttpServer;
  let otherAsked: PromiseWithResolvers<void>;

  /** Signs from its second round on: it has listened for two, in which one relayer hung each time. */
  beforeEach(async () => {
    stage = await ChainStage.start(2);
    const { provider } = stage.chain;
    await provider.send("evm_setAutomine", [true]);
    const oracle = await deployOracle(await provider.getSigner(0), ["ETH / USD"], [keyOf("own").address]);
    await stage.driver.begin();
    await stage.driver.mine();
    hanging = await HangingRelayer.start();
    otherAsked = Promise.withResolvers();
    const answer = async (): Promise<RouteAnswer> => {
      otherAsked.resolve();
      return Promise.resolve({ body: { reports: [] } });
    };
    other = await serveHttp("127.0.0.1", 0, [{ method: "GET", path: "/reports/recent", answer }], silentLog);

    const address = await oracle.getAddress();
    const guard = await SigningGuard.open(new FileStorage(await freshFolder()), 0n);
    const listener = new KeyListener({
      transport: new FetchTransport(),
      random: { below: (limit) => limit - 1n }, // the one that hangs is asked first
      log: silentLog,
      guard,
      domain: oracleDomain(CHAIN_ID, address),
      addresses: [keyOf("own").address],
      sources: [hanging.url, other.url],
      quarantineRounds: 2,
      landed: () => Promise.resolve(undefined),
      elsewhere: { set: () => undefined },
    });
    bench = await startPast(() => ValidatorBench.start(stage, address, ["own"], { guard, listener }));
    pages = await serveHttp(
      "127.0.0.1",
      0,
      reportRoutes(() => bench.book.all()),
      silentLog,
    );
    for (let round = 0; round < 2; round++) {
      await bench.nextRound();
      await startPast(() => bench.node.turn());
    }
  });

  afterEach(async () => {
    await hanging.close();
    await other.close();
    await pages.close();
    await stage.close();
  });

  /** Does something during which the relayer hangs at most once, and lets that go. */
  async function startPast<Result>(act: () => Promise<Result>): Promise<Result> {
    const acted = act();
    await Promise.race([acted, hanging.untilHeld()]);
    hanging.release();
    return acted;
  }

  const collected = async (): Promise<bigint[]> => {
    const query = { baseUrl: pages.url, since: 0n, timeoutMs: TIMEOUT_MS };
    return (await fetchReports(new FetchTransport(), query)).map(({ round }) => round);
  };

  it("signs the round, and others collect it while that one is still waited for", async () => {
    const round = await bench.nextRound();
    await bench.node.turn();
    assert.include(await collected(), round, "at the start of a round nobody is waited for");
    await bench.nextRound(1_000n);
    await bench.node.turn();
    otherAsked = Promise.withResolvers();
    bench.clock.advanceTo((await bench.clock.now()) + 5_000n);
    const listening = bench.node.turn();
    await Promise.all([hanging.untilHeld(), otherAsked.promise]);
    assert.include(await collected(), round + 1n);
    assert.isTrue(hanging.isHolding(), "it still hangs: the others were not asked after it");
    hanging.release();
    await listening;
  });

  it("serves others while one asks and neither ends its question nor reads", async () => {
    const { hostname, port } = new URL(pages.url);
    const mute = connect(Number(port), hostname);
    await once(mute, "connect");
    mute.write("GET /reports/recent?since=0 HTTP/1.1\r\n");
    const deaf = connect(Number(port), hostname);
    await once(deaf, "connect");
    deaf.pause();
    deaf.write("GET /reports/recent?since=0 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20));
    const round = await bench.nextRound();
    await bench.node.turn();
    assert.include(await collected(), round);
    mute.destroy();
    deaf.destroy();
  });
});
