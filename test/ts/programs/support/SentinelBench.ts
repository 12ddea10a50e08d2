// SPDX-License-Identifier: MIT
import { join } from "node:path";

import hre from "hardhat";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { reportRoutes } from "../../../../scripts/chain/reportRoutes.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { ROUND_MS } from "../../../../scripts/model/constants.ts";
import { oracleDomain } from "../../../../scripts/model/priceReportTypedData.ts";
import type { SignedReport } from "../../../../scripts/model/types.ts";
import { HeardReports } from "../../../../scripts/sentinel/HeardReports.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { OpenAuthority__factory } from "../../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { ScriptedWords__factory } from "../../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { RiskManager__factory } from "../../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { RiskManager } from "../../../../typechain-types/risk/RiskManager.ts";
import { OracleBench } from "../../oracle/OracleBench.ts";
import { CEILING, NO_FEED, POKE_TIP } from "../../risk/RiskBench.ts";
import { keyConfig } from "./keyConfig.ts";
import { silentLog } from "./silentLog.ts";
import { CHAIN_ID, startChain } from "./startChain.ts";
import { freshFolder, startProgram } from "./startProgram.ts";
import type { RunningProgram } from "./startProgram.ts";
import { keyOf } from "./World.ts";

const START_SECONDS = 1_800_000_000n;
const PRICE = 3_000n * 10n ** 8n;
const HUNDRED_ETHER = "0x56bc75e2d63100000";
const ROUND_SECONDS = 15;
const PATIENCE_MS = 30_000;
const EXPIRY = START_SECONDS + 30n * 86_400n;

/** Fast enough for a test: a minute's dwell, a minute between renewals. */
const POLICY = { pollMs: 3_000, dwellMs: 60_000, renewMs: 60_000, finality: { kind: "depth", blocks: 1 } };

/** The real oracle and risk manager behind HTTP, a relayer's page, and sentinels that look at both in virtual time. */
export class SentinelBench {
  readonly folder: string;
  readonly clock = new ClockServer((START_SECONDS + 600n) * 1000n);
  readonly bench: OracleBench;
  readonly risk: RiskManager;
  readonly seats: readonly number[];
  readonly #rpcUrl: string;
  readonly #running = new Map<string, RunningProgram>();
  readonly #closers: (() => Promise<unknown>)[];
  #reports: SignedReport[] = [];
  #clockHttp!: HttpServer;
  #page: HttpServer | undefined;
  #pageUrl = "";

  private constructor(
    parts: { folder: string; bench: OracleBench; risk: RiskManager; rpcUrl: string },
    closers: (() => Promise<unknown>)[],
  ) {
    this.folder = parts.folder;
    this.bench = parts.bench;
    this.risk = parts.risk;
    this.#rpcUrl = parts.rpcUrl;
    this.#closers = closers;
    this.seats = parts.bench.keys.map((_, seat) => seat);
  }

  /** Seven validators of equal weight and one feed with a witness; nobody reports to the risk manager yet. */
  static async start(): Promise<SentinelBench> {
    const chain = await startChain(START_SECONDS);
    const override = { url: chain.rpcUrl };
    const connection = await hre.network.create({ network: "local", override });
    const oracle = await OracleBench.create({ connection });
    const [deployer] = await connection.ethers.getSigners();
    const stand = await (await new ScriptedWords__factory(deployer!).deploy()).getAddress();
    const authority = await (await new OpenAuthority__factory(deployer!).deploy()).getAddress();
    const risk = await new RiskManager__factory(deployer!).deploy(
      await oracle.oracle.getAddress(),
      stand,
      stand,
      POKE_TIP,
      NO_FEED,
      6,
      9_000,
      CEILING,
      authority,
    );
    const parts = { folder: await freshFolder(), bench: oracle, risk, rpcUrl: chain.rpcUrl };
    const started = new SentinelBench(parts, [() => connection.close(), () => chain.close()]);
    await started.#begin();
    return started;
  }

  /** Names the three reporters; nobody where a name is missing. */
  async appoint(...names: readonly string[]): Promise<void> {
    const seats = [0, 1, 2].map((seat) =>
      names[seat] === undefined ? `0x${"0".repeat(40)}` : keyOf(names[seat]).address,
    );
    await this.risk.setReporters([seats[0]!, seats[1]!, seats[2]!]);
  }

  /** Starts a sentinel's program; time waits for it from now on. */
  async run(name: string, change: object = {}, options: readonly string[] = []): Promise<RunningProgram> {
    const program = await startProgram("sentinel", this.folder, await this.config(name, change), {}, options);
    this.#running.set(name, program);
    await this.clock.untilIdle([name], PATIENCE_MS);
    return program;
  }

  async config(name: string, change: object = {}): Promise<object> {
    const key = keyOf(name);
    await this.bench.connection.provider.request({
      method: "hardhat_setBalance",
      params: [key.address, HUNDRED_ETHER],
    });
    return {
      chain: { rpcUrl: this.#rpcUrl, chainId: CHAIN_ID.toString(), oracle: await this.bench.oracle.getAddress() },
      contracts: { riskManager: await this.risk.getAddress() },
      key: await keyConfig(this.folder, key, name),
      clock: { kind: "virtual", url: this.#clockHttp.url, name },
      dataFolder: join(this.folder, name),
      relayers: [this.#pageUrl],
      policy: POLICY,
      ...change,
    };
  }

  /** Rounds one after the other, each signed by these seats; where they are no quorum nothing lands. */
  async play(rounds: number, seats: readonly number[] = this.seats): Promise<void> {
    for (let index = 0; index < rounds; index += 1) await this.#round(seats);
  }

  /** The add-on in force, bps. */
  async addOn(): Promise<bigint> {
    const [, reading] = await this.risk.tryRead(0, EXPIRY, NO_FEED, 0);
    return reading.addOnBps;
  }

  /** What was reported so far: who said what, and what followed. */
  async reports(): Promise<{ readonly from: string; readonly given: bigint; readonly agreed: bigint }[]> {
    const events = await this.risk.queryFilter(this.risk.filters.AddOnReported());
    return events.map(({ args }) => ({ from: args.reporter, given: args.given, agreed: args.addOnBps }));
  }

  /** A page of a sentinel. */
  async page(name: string, path: string): Promise<string> {
    const url = `${this.#running.get(name)!.url}${path}`;
    return (await new FetchTransport().request({ url, timeoutMs: 5_000 })).body;
  }

  /** Ends a sentinel's program; time no longer waits for it. Returns its log. */
  async stop(name: string): Promise<string> {
    const program = this.#running.get(name)!;
    await program.stop();
    this.#running.delete(name);
    return program.log();
  }

  /** What is heard of a round from relayers that show this. */
  async heard(
    pages: readonly (readonly SignedReport[])[],
    round: bigint,
  ): Promise<readonly SignedReport[] | undefined> {
    const servers = await Promise.all(
      pages.map((page) =>
        serveHttp(
          "127.0.0.1",
          0,
          reportRoutes(() => page),
          silentLog,
        ),
      ),
    );
    const { oracle } = this.bench;
    const setId = await this.bench.setId();
    const reader = new HeardReports({
      transport: new FetchTransport(),
      log: silentLog,
      domain: oracleDomain(CHAIN_ID, await oracle.getAddress()),
      relayers: servers.map(({ url }) => url),
      timeoutMs: 5_000,
    });
    const seats = await Promise.all(this.seats.map((seat) => oracle.seatAt(setId, seat)));
    const heard = await reader.ofRound(round, setId, seats);
    await Promise.all(servers.map((server) => server.close()));
    return heard;
  }

  /** The relayer's page is gone for good. */
  async losePage(): Promise<void> {
    await this.#page?.close();
    this.#page = undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((program) => program.stop()));
    await this.losePage();
    await this.#clockHttp.close();
    for (const closer of this.#closers) await closer();
  }

  async #begin(): Promise<void> {
    this.#clockHttp = await serveHttp("127.0.0.1", 0, this.clock.routes(), silentLog);
    this.#page = await serveHttp(
      "127.0.0.1",
      0,
      reportRoutes(() => this.#reports),
      silentLog,
    );
    this.#pageUrl = this.#page.url;
    await this.bench.witness(0, PRICE);
    await this.bench.connection.provider.request({ method: "evm_setAutomine", params: [false] });
    await this.bench.moveTo(Number(await this.#nowSeconds()) - 1);
  }

  /** One round: signed and shown at once, in a block two seconds later; programs look after its slot. */
  async #round(seats: readonly number[]): Promise<void> {
    const start = Number(await this.#nowSeconds());
    const begins = start - (start % ROUND_SECONDS) + ROUND_SECONDS;
    const round = BigInt(begins / ROUND_SECONDS);
    await this.bench.moveTo(begins + 2);
    const signed = await Promise.all(seats.map((seat) => this.bench.sign(round, seat, [PRICE])));
    this.#reports = [...this.#reports, ...signed.map((report) => ({ ...report, round }))].slice(
      -20 * this.seats.length,
    );
    if (3 * seats.length > 2 * this.seats.length) await this.bench.relay(round, this.bench.same([PRICE], seats));
    await this.bench.moveTo(begins + 4);
    await this.bench.moveTo(begins + ROUND_SECONDS - 1);
    // A second after the slot all have looked.
    this.clock.advanceTo(BigInt(begins) * 1000n + ROUND_MS + 1_000n);
    await this.clock.untilIdle([...this.#running.keys()], PATIENCE_MS);
    await this.bench.moveTo(begins + ROUND_SECONDS + 1);
  }

  async #nowSeconds(): Promise<bigint> {
    return (await this.clock.now()) / 1000n - 1n;
  }
}
