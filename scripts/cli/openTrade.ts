// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { Logger } from "pino";

import { ClearingViews } from "../chain/ClearingViews.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { INTENT_MIGRATIONS, IntentBook } from "../chain/IntentBook.ts";
import { IntentDesk } from "../chain/IntentDesk.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { openChain } from "../chain/openChain.ts";
import { SCAN_TABLES } from "../chain/ScanMemory.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import { VaultViews } from "../chain/VaultViews.ts";
import { clearingDomain } from "../model/clearing/quoteTypedData.ts";
import { AccountHistory, HISTORY_TABLES } from "../trade/AccountHistory.ts";
import { fetchQuotes } from "../trade/fetchQuotes.ts";
import type { TradeAccess } from "../trade/TradeAccess.ts";
import type { TradeConfig } from "../trade/TradeConfig.ts";
import { TradeDesk } from "../trade/TradeDesk.ts";
import { buildClock } from "./buildClock.ts";
import { deskPolicy } from "./deskPolicy.ts";
import { openKey } from "./openKey.ts";
import { openParts } from "./openParts.ts";

/** A trader's view of the chain, and what he sends with. */
export interface OpenedTrade {
  readonly access: TradeAccess;
  readonly desk: TradeDesk;
  readonly history: AccountHistory;
  close(): void;
}

const INTENTS = { applicationId: 0x0ba11003, migrations: INTENT_MIGRATIONS };
const HISTORY = { applicationId: 0x0ba11004, migrations: [SCAN_TABLES, HISTORY_TABLES] };
const CLASS = "trade";

/** Opens key, folder, files and chain. What was opened is closed again when something fails. */
export async function openTrade(
  config: TradeConfig,
  environmentPassphrase: string | undefined,
  log: Logger,
): Promise<OpenedTrade> {
  const signer = await openKey(config.key, environmentPassphrase);
  return openParts(async (later) => {
    later(lockFolder(config.dataFolder));
    const database = SqliteDatabase.open(join(config.dataFolder, "intents.sqlite"), INTENTS);
    later(() => database.close());
    const { database: memory } = SqliteDatabase.openOrRebuild(join(config.dataFolder, "history.sqlite"), HISTORY);
    later(() => memory.close());
    const { chain, agreed } = openChain(config.chain.rpcUrl, config.chain.chainId);
    later(() => chain.close());
    await chain.verify();

    const { clearinghouse: house, clearinghouseBlock: fromBlock, lens, vaultLens } = config.contracts;
    const { policy } = config;
    const account = signer.address.toLowerCase();
    const transport = new FetchTransport();
    const clock = buildClock(config.clock, transport);
    const domain = clearingDomain(config.chain.chainId, house);
    const now = async (): Promise<bigint> => (await clock.now()) / 1000n;
    const boards = { transport, boards: config.boards, timeoutMs: policy.boardTimeoutMs, domain, log, now, account };
    const book = new IntentBook(database);
    const desk = new IntentDesk(
      { chain, agreed, clock, signer, book },
      deskPolicy(CLASS, config.fees, policy.finality),
    );
    const access: TradeAccess = {
      agreed,
      views: new ClearingViews(agreed, house, lens),
      vaults: vaultLens === undefined ? undefined : new VaultViews(agreed, vaultLens),
      account,
      quotesOf: (market, expiry) => fetchQuotes(boards, market, expiry),
      bufferBps: BigInt(policy.bufferBps),
      markVolatilityBps: BigInt(policy.markVolatilityBps),
    };
    const waits = { patienceMs: BigInt(policy.patienceMs), pollMs: BigInt(policy.pollMs) };
    return {
      access,
      desk: new TradeDesk({ agreed, desk, book, clock, log, account, className: CLASS, ...waits }),
      history: new AccountHistory(agreed, memory, { house, fromBlock, account }),
    };
  });
}
