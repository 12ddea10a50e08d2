// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { z } from "zod";

import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../scripts/chain/serveHttp.ts";
import { BPS } from "../../../scripts/model/constants.ts";
import { ClockServer } from "../../../scripts/simulator/ClockServer.ts";
import { tradeReaders, VENUE_FORMATS } from "../../../scripts/validator/tradeReaders.ts";
import { validatorConfigShape } from "../../../scripts/validator/ValidatorConfig.ts";
import { VenuePrices } from "../../../scripts/validator/VenuePrices.ts";
import { conversions, feeds, marketConfig, START_MS, venues } from "./support/marketConfig.ts";
import { silentLog } from "./support/silentLog.ts";
import { freshFolder, startProgram } from "./support/startProgram.ts";
import type { RunningProgram } from "./support/startProgram.ts";

describe("venues and market server", function () {
  this.timeout(60_000);
  const transport = new FetchTransport();
  let clock: ClockServer;
  let clockServer: HttpServer;
  let market: RunningProgram;
  let prices: VenuePrices;

  before(async () => {
    clock = new ClockServer(START_MS);
    clockServer = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    market = await startProgram("market", await freshFolder(), marketConfig(clockServer.url));
    const config = validatorConfigShape.parse({
      chain: { rpcUrl: "http://127.0.0.1:1", chainId: "1", oracle: `0x${"11".repeat(20)}` },
      key: { keystore: "none" },
      dataFolder: "none",
      listenTo: ["http://127.0.0.1:1"],
      confirmHead: false,
      venues: venues(market.url),
      feeds: feeds(),
      conversions: conversions(),
      policy: { venueTimeoutMs: 400 },
    });
    prices = new VenuePrices(transport, config, silentLog);
    clock.advanceTo(START_MS + 120_000n);
  });

  after(async () => {
    assert.equal(await market.stop(), 0, "the market stops gracefully");
    await clockServer.close();
  });

  afterEach(async () => {
    for (const venue of ["coinbase", "kraken", "binance", "bitstamp"]) await setFault(venue, { kind: "none" });
  });

  async function setFault(venue: string, fault: object): Promise<void> {
    const answer = await transport.request({
      url: `${market.url}/admin/faults`,
      method: "POST",
      body: JSON.stringify({ venue, fault }),
      timeoutMs: 5_000,
    });
    assert.equal(answer.status, 200, answer.body);
  }

  async function truth(feed: string): Promise<bigint> {
    const answer = await transport.request({
      url: `${market.url}/truth?feed=${feed}&at=${await clock.now()}`,
      timeoutMs: 5_000,
    });
    return BigInt(z.object({ price: z.string() }).parse(JSON.parse(answer.body)).price);
  }

  async function errorBps(slot: number, feed: string): Promise<bigint> {
    const price = (await prices.observe(await clock.now()))[slot]!;
    const expected = await truth(feed);
    const distance = price > expected ? price - expected : expected - price;
    return price === 0n ? BPS : (distance * BPS) / expected;
  }

  it("reads a trade with its own time from each venue's format", async () => {
    const symbols = { coinbase: "ETH-USD", kraken: "ETHUSD", binance: "ETHUSDT", bitstamp: "ethusd" };
    for (const format of VENUE_FORMATS) {
      const trade = await tradeReaders[format](transport, {
        baseUrl: `${market.url}/${format}`,
        symbol: symbols[format],
        timeoutMs: 5_000,
      });
      const age = (await clock.now()) - trade.tradedAtMs;
      assert.isTrue(age >= 0n && age < 2_000n, `${format}: trade is ${age} ms old`);
      assert.isTrue(
        trade.price > 240_000_000_000n && trade.price < 260_000_000_000n,
        `${format}: price ${trade.price}`,
      );
    }
  });

  it("serves the same trade for the same moment and another later", async () => {
    const query = { baseUrl: `${market.url}/coinbase`, symbol: "ETH-USD", timeoutMs: 5_000 };
    const first = await tradeReaders.coinbase(transport, query);
    assert.deepEqual(await tradeReaders.coinbase(transport, query), first, "same moment");
    clock.advanceTo((await clock.now()) + 2_000n);
    assert.notDeepEqual(await tradeReaders.coinbase(transport, query), first, "two seconds later");
  });

  it("answers unknown markets the way each venue does", async () => {
    for (const format of VENUE_FORMATS) {
      const query = { baseUrl: `${market.url}/${format}`, symbol: "NOPE", timeoutMs: 5_000 };
      const code = await tradeReaders[format](transport, query).then(
        () => "answered",
        (error: { code: string }) => error.code,
      );
      assert.include(["httpStatus", "venueRefused"], code, format);
    }
  });

  it("finds the price within the venues' noise, converting USDT by its own median", async () => {
    assert.isTrue((await errorBps(0, "ETH")) <= 5n, "ETH");
    assert.isTrue((await errorBps(1, "BTC")) <= 5n, "BTC");
    const [, , ...rest] = await prices.observe(await clock.now());
    assert.deepEqual(
      rest,
      rest.map(() => 0n),
      "slots without a feed abstain",
    );
  });

  it("is not moved by one venue that is wrong, down, silent or broken", async () => {
    for (const fault of [{ kind: "scale", bps: 20_000 }, { kind: "outage" }, { kind: "hang" }, { kind: "garbage" }]) {
      await setFault("kraken", fault);
      assert.isTrue((await errorBps(0, "ETH")) <= 5n, JSON.stringify(fault));
    }
  });

  it("ignores a venue whose last trade is old, however fresh its answer", async () => {
    for (const venue of ["coinbase", "kraken", "bitstamp"])
      await setFault(venue, { kind: "frozen", atMs: (START_MS + 1_000n).toString() });
    assert.equal(
      (await prices.observe(await clock.now()))[0],
      0n,
      "one fresh venue is too few, and it lost its conversion",
    );
    await setFault("coinbase", { kind: "none" });
    await setFault("kraken", { kind: "none" });
    assert.isTrue((await errorBps(0, "ETH")) <= 5n, "two dollar venues and USDT by the same two");
  });
});
