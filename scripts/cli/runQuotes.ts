// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { BlockFacts } from "../chain/chainFacts.ts";
import { ClearingViews } from "../chain/ClearingViews.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { LogScanner } from "../chain/LogScanner.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { openChain } from "../chain/openChain.ts";
import type { ChainAccess } from "../chain/openChain.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { runLoop } from "../chain/runLoop.ts";
import { SCAN_TABLES, ScanMemory } from "../chain/ScanMemory.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import { SystemTimer } from "../chain/SystemTimer.ts";
import { clearingDomain } from "../model/clearing/quoteTypedData.ts";
import { BoardTruth } from "../quotes/BoardTruth.ts";
import { QuoteBoard } from "../quotes/QuoteBoard.ts";
import { QuoteChecker } from "../quotes/QuoteChecker.ts";
import { FOLLOWED, QuoteFollower } from "../quotes/QuoteFollower.ts";
import type { FollowerParts } from "../quotes/QuoteFollower.ts";
import { quoteRoutes } from "../quotes/quoteRoutes.ts";
import type { QuotesConfig } from "../quotes/QuotesConfig.ts";
import { QuoteStream } from "../quotes/QuoteStream.ts";
import { RateLimiter } from "../quotes/RateLimiter.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import type { ProgramContext } from "./runProgram.ts";

/** Marks the database that is in memory only. */
const QUOTES_DATABASE = { applicationId: 0x9b0a, migrations: [SCAN_TABLES] };
/** Between two looks at what is over by now, for readers of the stream. */
const SWEEP_MS = 1_000;
const SCAN = {
  finality: { kind: "latest" },
  overlap: 8n,
  window: 64n,
  longestRange: 1_000n,
  blocksPerScan: 2_000n,
} as const;

/** Builds and runs a quote board until it is told to stop. */
export async function runQuotes(context: ProgramContext<QuotesConfig>): Promise<void> {
  const { config, log, signal } = context;
  const { host, port } = config.server;
  const pollMs = BigInt(config.policy.pollMs);
  const progress = new LoopProgress(pollMs);
  const clock = buildClock(config.clock, new FetchTransport());
  const access = await openVerified(config, new RpcMetrics(progress.registry, log));
  const memory = SqliteDatabase.open(":memory:", QUOTES_DATABASE);
  const views = new ClearingViews(access.agreed, config.contracts.clearinghouse, config.contracts.lens);
  const board = new QuoteBoard(config.limits);
  const checker = new QuoteChecker({
    agreed: access.agreed,
    views,
    clock,
    domain: clearingDomain(config.chain.chainId, config.contracts.clearinghouse),
    policy: { longestSeconds: BigInt(config.policy.longestSeconds) },
  });
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const truth = new BoardTruth(clock, board, await clock.now(), config.chain.maximumHeadAgeMs);
  const confirm = (head: BlockFacts): void => truth.confirm(head);
  const follower = buildFollower(config, access, memory, { board, checker, headAge, confirm });
  const timer = new SystemTimer();
  const limiter = new RateLimiter(timer, config.limits);
  const { offered, readers, dropped, isShown } = buildMetrics(progress.registry, board);
  const refresh = async (): Promise<boolean> => {
    const mayShow = await truth.refresh();
    isShown.set(mayShow ? 1 : 0);
    return mayShow;
  };
  const admits = (caller: string): boolean => limiter.admits(caller);
  const stream = new QuoteStream({
    board,
    limits: config.limits,
    metrics: { readers, dropped },
    admits,
    refresh,
  });
  const { checks, checksPerAddress } = config.limits;
  const routes = [
    ...quoteRoutes({ board, checker, agreed: access.agreed, views, offered, refresh, checks, checksPerAddress, timer }),
    ...healthRoutes(clock, progress, headAge),
  ];
  const server = await serveHttp(host, port, routes, log, {
    admit: (caller) => (admits(caller) ? undefined : { status: 429, body: { error: "tooMany" } }),
    upgrade: (request, socket, head) => stream.upgrade(request, socket, head),
  });
  const beat = setInterval(() => stream.heartbeat(), config.limits.heartbeatMs);
  // Beside the loop, which may wait for an endpoint: deadlines pass meanwhile. A clock that is silent is told by the loop.
  const sweep = setInterval(() => {
    void refresh().then(
      (mayShow) => mayShow || stream.dropAll(),
      () => undefined,
    );
  }, SWEEP_MS);
  try {
    announce("quotes", server);
    progress.begin(await clock.now());
    const turn = async (): Promise<bigint> => {
      await follower.turn();
      return (await clock.now()) + pollMs;
    };
    await runLoop({ clock, log, progress, pauseMs: pollMs }, turn, signal);
  } finally {
    clearInterval(beat);
    clearInterval(sweep);
    stream.close();
    await server.close();
    access.chain.close();
    memory.close();
  }
}

/** Whether a board would start, and what it would serve. */
export async function checkQuotes({ config, log }: ProgramContext<QuotesConfig>): Promise<Record<string, string>> {
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const { chain, agreed } = await openVerified(config, new RpcMetrics(progress.registry, log));
  try {
    const head = await agreed.head();
    const views = new ClearingViews(agreed, config.contracts.clearinghouse, config.contracts.lens);
    return { block: `${head.number}`, markets: `${(await views.markets(head)).length}` };
  } finally {
    chain.close();
  }
}

async function openVerified({ chain: given }: QuotesConfig, observer: RpcMetrics): Promise<ChainAccess> {
  const access = openChain(given.rpcUrl, given.chainId, { observer });
  try {
    await access.chain.verify();
    return access;
  } catch (error) {
    access.chain.close();
    throw error;
  }
}

function buildFollower(
  { contracts, policy }: QuotesConfig,
  { agreed }: ChainAccess,
  memory: SqliteDatabase,
  parts: Pick<FollowerParts, "board" | "checker" | "headAge" | "confirm">,
): QuoteFollower {
  let scanners = 0;
  const filter = { address: contracts.clearinghouse, topics: [FOLLOWED] };
  return new QuoteFollower({
    ...parts,
    agreed,
    checkedPerTurn: policy.checkedPerTurn,
    scannerFrom: (fromBlock) =>
      new LogScanner(agreed, new ScanMemory(memory, `quotes ${scanners++}`), { ...SCAN, ...filter, fromBlock }),
  });
}

function buildMetrics(registry: Registry, board: QuoteBoard) {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("ballast_quotes", "Quotes on the board", () => board.size);
  gauge("ballast_quote_makers", "Makers with quotes on the board", () => board.makers);
  return {
    isShown: new Gauge({
      name: "ballast_quotes_shown",
      help: "1 while the board may be shown, 0 while the chain cannot confirm it",
      registers,
    }),
    offered: new Counter({
      name: "ballast_quotes_offered_total",
      help: "Offers by what became of them",
      labelNames: ["outcome"],
      registers,
    }),
    readers: new Gauge({ name: "ballast_quote_readers", help: "Open streams", registers }),
    dropped: new Counter({
      name: "ballast_quote_readers_dropped_total",
      help: "Readers that did not keep up, or did not answer",
      labelNames: ["reason"],
      registers,
    }),
  };
}
