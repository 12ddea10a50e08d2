// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { shownQuoteJson } from "../../../../scripts/chain/quoteJson.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { clearingDomain } from "../../../../scripts/model/clearing/quoteTypedData.ts";
import type { Quote } from "../../../../scripts/model/trading/quotes.ts";
import { fetchQuotes } from "../../../../scripts/trade/fetchQuotes.ts";
import { silentLog } from "../support/silentLog.ts";

const NOW = 1_800_000_000n;
const QUOTE = {
  maker: `0x${"11".repeat(20)}`,
  taker: ZeroAddress,
  marketHash: ZeroHash,
  expiry: (NOW / 86_400n + 3n) * 86_400n + 28_800n,
  makerSubId: 0n,
  legs: [{ strike: 30_000_000n, isCall: true, ratio: -1n }],
  premium: 1n,
  size: 1_000_000n,
  minimumFill: 1n,
  nonce: 1n,
  deadline: NOW + 60n,
  spotLow: 0n,
  spotHigh: 0n,
} satisfies Quote;

describe("what boards show to a trader", () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  const board = async (quotes: readonly Quote[], available: bigint): Promise<string> => {
    const shown = quotes.map((quote) =>
      shownQuoteJson({ quote, signature: "0x00", digest: ZeroHash, market: 1n, available }),
    );
    const answer = () => ({ body: { quotes: shown } });
    const server = await serveHttp("127.0.0.1", 0, [{ method: "GET", path: "/quotes", answer }], silentLog);
    servers.push(server);
    return server.url;
  };
  const seen = async (boards: readonly string[]): Promise<[bigint, bigint][]> => {
    const found = await fetchQuotes(
      {
        transport: new FetchTransport(),
        boards,
        timeoutMs: 2_000,
        domain: clearingDomain(1n, ZeroAddress),
        log: silentLog,
        now: () => Promise.resolve(NOW),
        account: `0x${"22".repeat(20)}`,
      },
      1n,
    );
    return found.map(({ quote, available }) => [quote.nonce, available]);
  };

  it("is without what a lying board makes up to break him, what is over, and what is for others", async () => {
    const wrong: Partial<Quote>[] = [
      { size: 0n, minimumFill: 0n },
      { legs: [{ strike: 30_000_000n, isCall: true, ratio: 0n }] },
      { deadline: NOW - 1n },
      { taker: `0x${"33".repeat(20)}` },
      { expiry: 28_800n },
    ];
    const url = await board([...wrong.map((change) => ({ ...QUOTE, ...change })), { ...QUOTE, nonce: 9n }], 5n);
    assert.deepEqual(await seen([url]), [[9n, 5n]]);
  });

  it("is what any of them shows: one that says nothing is left hides no quote of another", async () => {
    assert.deepEqual(await seen([await board([QUOTE], 0n), await board([QUOTE], 7n)]), [[1n, 7n]]);
  });
});
