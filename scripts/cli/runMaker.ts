// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { ClearingViews } from "../chain/ClearingViews.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { INTENT_MIGRATIONS, IntentBook } from "../chain/IntentBook.ts";
import { IntentDesk } from "../chain/IntentDesk.ts";
import { IntentMetrics } from "../chain/IntentMetrics.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { openChain } from "../chain/openChain.ts";
import type { ChainAccess } from "../chain/openChain.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import type { Signer } from "../chain/Signer.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import { SystemTimer } from "../chain/SystemTimer.ts";
import type { MakerConfig } from "../maker/MakerConfig.ts";
import { MakerMetrics } from "../maker/MakerMetrics.ts";
import { MakerNode } from "../maker/MakerNode.ts";
import { QuotePoster } from "../maker/QuotePoster.ts";
import { clearingDomain } from "../model/clearing/quoteTypedData.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { deskPolicy } from "./deskPolicy.ts";
import { openKey } from "./openKey.ts";
import { openParts } from "./openParts.ts";
import type { ProgramContext } from "./runProgram.ts";

type Context = ProgramContext<MakerConfig>;

/** Everything that is open while a maker runs. */
interface OpenedMaker {
  readonly access: ChainAccess;
  readonly signer: Signer;
  readonly book: IntentBook;
  close(): void;
}

const INTENTS = { applicationId: 0x0ba11005, migrations: INTENT_MIGRATIONS };
const CLASS = "maker";

/** Builds and runs a maker until it is told to stop. */
export async function runMaker(context: Context): Promise<void> {
  const { config, log, signal, once } = context;
  const pollMs = BigInt(config.policy.pollMs);
  const progress = new LoopProgress(pollMs);
  const opened = await openMaker(context, progress);
  try {
    const clock = buildClock(config.clock, new FetchTransport());
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const node = buildNode(context, opened, { clock, headAge, progress });
    const server = await serveHttp(config.server.host, config.server.port, healthRoutes(clock, progress, headAge), log);
    try {
      announce("maker", server, { address: opened.signer.address });
      progress.begin(await clock.now());
      if (once) await node.turn();
      else await runLoop({ clock, log, progress, pauseMs: pollMs }, () => node.turn(), signal);
    } finally {
      await server.close();
    }
  } finally {
    opened.close();
  }
}

/** Whether a maker would start, with which key, and what its markets are. */
export async function checkMaker(context: Context): Promise<Record<string, string>> {
  const { config } = context;
  const opened = await openMaker(context, new LoopProgress(BigInt(config.policy.pollMs)));
  try {
    const { access, signer } = opened;
    const head = await access.agreed.head();
    const views = new ClearingViews(access.agreed, config.contracts.clearinghouse, config.contracts.lens);
    const markets = await Promise.all(config.markets.map(({ market }) => views.market(market, head)));
    const free = await Promise.all(
      markets.map(({ params }) => views.freeBalance(signer.address, params.collateral, head)),
    );
    return { address: signer.address, block: `${head.number}`, freeBalances: free.join(", ") };
  } finally {
    opened.close();
  }
}

async function openMaker(
  { config, log, environmentPassphrase }: Context,
  progress: LoopProgress,
): Promise<OpenedMaker> {
  const signer = await openKey(config.key, environmentPassphrase);
  return openParts(async (later) => {
    later(lockFolder(config.dataFolder));
    const database = SqliteDatabase.open(join(config.dataFolder, "intents.sqlite"), INTENTS);
    later(() => database.close());
    const observer = new RpcMetrics(progress.registry, log);
    const access = openChain(config.chain.rpcUrl, config.chain.chainId, { observer });
    later(() => access.chain.close());
    await access.chain.verify();
    return { access, signer, book: new IntentBook(database) };
  });
}

function buildNode(
  { config, log, dryRun }: Context,
  { access, signer, book }: OpenedMaker,
  parts: Pick<ConstructorParameters<typeof MakerNode>[0], "clock" | "headAge"> & { readonly progress: LoopProgress },
): MakerNode {
  const { chain, contracts, policy, pricing } = config;
  const { clock, headAge, progress } = parts;
  const { registry } = progress;
  const metrics = new MakerMetrics(registry);
  const poster = new QuotePoster({
    transport: new FetchTransport(),
    signer,
    domain: clearingDomain(chain.chainId, contracts.clearinghouse),
    boards: config.boards,
    timeoutMs: policy.boardTimeoutMs,
    log,
    posted: metrics.offered,
    timer: new SystemTimer(),
  });
  const { agreed } = access;
  const desk = new IntentDesk(
    { chain: access.chain, agreed, clock, signer, book },
    deskPolicy(CLASS, config.fees, policy.finality),
  );
  return new MakerNode({
    agreed,
    views: new ClearingViews(agreed, contracts.clearinghouse, contracts.lens),
    clock,
    desk,
    book,
    poster,
    headAge,
    metrics,
    intentMetrics: new IntentMetrics(registry, log),
    log,
    account: signer.address.toLowerCase(),
    markets: config.markets,
    quoting: {
      ...pricing,
      oldestPrice: policy.oldestPriceSeconds,
      oldestHead: policy.oldestHeadSeconds,
      lastSeconds: policy.lastSeconds,
    },
    renewal: policy,
    rangeBps: policy.rangeBps,
    className: CLASS,
    pollMs: BigInt(policy.pollMs),
    dryRun,
  });
}
