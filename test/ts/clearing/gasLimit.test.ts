// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { Wallet } from "ethers";

import { fillOf, quoteOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY, Failure, Kind, OPTION, PARAMETERS, PRICE, STRIKE } from "./ClearingBench.ts";
import type { Leg } from "./ClearingBench.ts";
import { script } from "./settlementTools.ts";
import { isCounting } from "../isCounting.ts";

/** What one transaction may use at most (EIP-7825). Everything below is sent with no more than this. */
const LIMIT = 16_777_216;
const GAS = { gasLimit: LIMIT };
const HALF_HOUR = 1_800n;
const PAIRS = 64;

/** A market on a fine grid without dust: the cheapest way to the worst states. */
async function fine() {
  const bench = await ClearingBench.create();
  const [owner] = await bench.connection.ethers.getSigners();
  await bench.house.enableParameters({ ...PARAMETERS, strikeStep: 10n * STRIKE, dust: 0n });
  await bench.house.createMarket({
    collateral: await bench.dollar.getAddress(),
    kind: Kind.Quote,
    feed: 0n,
    risk: await bench.risk.getAddress(),
    parameterSet: 2n,
    insurer: owner!.address,
  });
  bench.quoteMarket = await bench.house.marketCount();
  bench.quoteHash = await hashOf(bench);
  await bench.insure(10_000_000);
  return bench;
}

async function hashOf(bench: ClearingBench): Promise<string> {
  const found = await bench.house.queryFilter(bench.house.filters.MarketCreated(undefined, bench.quoteMarket));
  return found[0]!.args.marketHash;
}

/** All four series of pair `index`: two neighbouring strikes, put and call. */
function pair(index: number): Leg[] {
  return [0, 10].flatMap((above) =>
    [true, false].map((isCall) => ({ strike: 2_400 + 20 * index + above, isCall, size: 0.01 })),
  );
}

async function used(sent: Promise<ContractTransactionResponse>): Promise<number> {
  return Number((await (await sent).wait())!.gasUsed);
}

describe("No call a user depends on needs more than 16,777,216 gas", function () {
  this.timeout(60_000);
  before(function () {
    if (isCounting) this.skip();
  });

  it("eight legs are written, moved, split, handed over, closed, left and settled one book at a time", async () => {
    const bench = await fine();
    const [writer, holder] = [await bench.account(1), await bench.account(2)];
    const house = bench.house.connect(writer);
    const legs = [...pair(0), ...pair(1)];
    const [first, second] = [bench.bookId(writer.address), bench.bookId(writer.address, 1n)];
    for (const id of [first, second]) await house.fund(id, 10_000n * UNIT, GAS);
    const gas: Record<string, number> = {};
    gas["mint"] = await used(house.mint(first, bench.legs(...legs), writer.address, GAS));
    gas["burn"] = await used(house.burn(first, bench.legs(...legs), GAS));
    await house.mint(first, bench.legs(...legs), holder.address, GAS);
    gas["defund"] = await used(house.defund(first, 9_900n * UNIT, writer.address, GAS));
    gas["splitBook"] = await used(house.splitBook(first, writer.address, 1n, 2n, GAS));
    gas["transferBook"] = await used(house.transferBook(first, writer.address, 7n, GAS));
    await house.mint(second, bench.legs(...legs), writer.address, GAS);
    const last = legs.at(-1)!;
    gas["depositLong"] = await used(house.depositLong(second, bench.seriesId(last), 10_000n, GAS));
    await bench.mark(bench.expiry, 2_900);
    await bench.at(bench.expiry + 120n);
    gas["settleExpiry"] = await used(house.settleExpiry(bench.quoteMarket, bench.expiry, 0, GAS));
    gas["settleBooks"] = await used(bench.house.settleBooks([second], GAS));
    gas["redeem"] = await used(bench.house.connect(holder).redeem(bench.seriesId(legs[1]!), 10_000n, GAS));
    for (const [name, spent] of Object.entries(gas)) expect(spent < LIMIT / 10, `${name}: ${spent}`).to.equal(true);
  });

  it("sixteen fills over thirty-two books of eight legs pass in one call, and any of them alone", async () => {
    const bench = await fine();
    const [maker, taker] = [await bench.account(1, 5_000_000), await bench.account(2, 5_000_000)];
    const legs = [...pair(0), ...pair(1)].map((leg, index) => ({ ...leg, size: index % 2 === 0 ? 1 : -1 }));
    const fills = [];
    for (let subId = 0n; subId < 16n; ++subId) {
      await bench.house.connect(maker).fund(bench.bookId(maker.address, subId), 50_000n * UNIT);
      await bench.house.connect(taker).fund(bench.bookId(taker.address, subId), 50_000n * UNIT);
      const quote = quoteOf(bench, maker.address, legs, { makerSubId: subId, nonce: subId });
      fills.push(await fillOf(bench, maker, taker.address, quote, OPTION, subId));
    }
    const house = bench.house.connect(taker);
    const one = await used(house.fillQuotes(fills.slice(0, 1), GAS));
    const rest = await used(house.fillQuotes(fills.slice(1), GAS));
    expect(one < LIMIT / 10, `one fill: ${one}`).to.equal(true);
    expect(rest + one <= LIMIT, `sixteen: ${rest + one}`).to.equal(true);
  });

  describe("an expiry with 64 pairs, 256 series and 32 books, and 89 more expiries of its market", () => {
    let bench: ClearingBench;
    const books: bigint[] = [];
    let reserved = 0;

    before(async () => {
      bench = await fine();
      const writer = await bench.account(1, 10_000_000);
      const house = bench.house.connect(writer);
      for (let index = 0; index < PAIRS; index += 2) {
        const id = bench.bookId(writer.address, BigInt(index));
        await house.fund(id, 2_000n * UNIT);
        await house.mint(id, bench.legs(...pair(index), ...pair(index + 1)), writer.address, GAS);
        books.push(id);
      }
      const now = BigInt((await bench.connection.ethers.provider.getBlock("latest"))!.timestamp);
      const put = { strike: 3000, isCall: false, size: 0.01 };
      for (let days = -2n; days < 88n; ++days) {
        const expiry = bench.expiry + days * BigInt(DAY);
        if (days === 0n || expiry > now + 90n * BigInt(DAY)) continue;
        const id = bench.bookId(writer.address, 1_000n, bench.quoteMarket, expiry);
        await house.fund(id, 40n * UNIT);
        await house.mint(id, bench.legs(put), writer.address, GAS);
        ++reserved;
      }
    });

    it("is full: the 65th pair is refused by name, until one frees its place (design review, finding 22)", async () => {
      const writer = await bench.signer(1);
      const house = bench.house.connect(writer);
      const id = bench.bookId(writer.address, 500n);
      await house.fund(id, 2_000n * UNIT);
      const extra = bench.legs(pair(PAIRS)[0]!);
      await expect(house.mint(id, extra, writer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_TooManyStrikes",
      );
      await house.burn(books[0]!, bench.legs(...pair(0)), GAS);
      await house.mint(id, extra, writer.address, GAS);
      await house.burn(id, extra, GAS);
      await house.mint(books[0]!, bench.legs(...pair(0)), writer.address, GAS);
    });

    it("is priced after an outage of 72 hours, with every older expiry closed, a challenge and four witnesses", async () => {
      const boundary = bench.expiry + 144n * HALF_HOUR;
      await bench.mark(bench.expiry, 3_000, { coverage: 0n });
      for (let i = 1n; i <= 144n; ++i) await bench.mark(bench.expiry + i * HALF_HOUR, 9_000, { coverage: 0n });
      await bench.marks.setLatest(9_000n * PRICE, boundary + HALF_HOUR);
      const keys = Array.from({ length: 32 }, () => Wallet.createRandom());
      await bench.marks.setSeats(
        keys.map(({ address }) => ({ signer: address, weight: 1n })),
        0,
      );
      const { chainId } = await bench.connection.ethers.provider.getNetwork();
      const verifyingContract = await bench.house.getAddress();
      const signatures = await Promise.all(
        keys.map(async (key) =>
          key.signTypedData(
            { name: "Ballast Clearinghouse", version: "1", chainId, verifyingContract },
            {
              SettlementPrice: [
                { name: "feed", type: "uint8" },
                { name: "expiry", type: "uint32" },
                { name: "price", type: "uint64" },
                { name: "setId", type: "uint32" },
              ],
            },
            { feed: 0, expiry: bench.expiry, price: 3_100n * PRICE, setId: 1 },
          ),
        ),
      );
      await bench.at(bench.expiry + 2n * 3_600n);
      const seats = keys.map((_, seat) => seat);
      await bench.house.postSettlementPrice(bench.quoteMarket, bench.expiry, 3_100n * PRICE, 1, seats, signatures, GAS);
      const challenger = bench.house.connect(await bench.account(4));
      await challenger.challengeSettlementPrice(bench.quoteMarket, bench.expiry, GAS);
      for (const source of [0, 1, 2, 3]) {
        await script(bench, source, 3_000 + source);
        await bench.house.recordWitness(0, bench.expiry, source, 7, GAS);
      }
      // Nobody came for 97 days: all expiries of the market close in this one call.
      await bench.at(bench.expiry + 97n * BigInt(DAY));

      const sent = bench.house.settleExpiry(bench.quoteMarket, bench.expiry, boundary, GAS);
      const receipt = await (await sent).wait();

      const closed = receipt!.logs.filter((log) => bench.house.interface.parseLog(log)?.name === "InsuranceSetAside");
      expect(closed.length, "all of them").to.equal(reserved + 1);
      expect(reserved, "about as many as there can be").to.be.within(88, 91);
      expect(Number(receipt!.gasUsed) < LIMIT / 2, `${receipt!.gasUsed}`).to.equal(true);
    });

    it("its books settle one by one or in batches: a batch costs what its books cost", async () => {
      const one = await used(bench.house.settleBooks(books.slice(0, 1), GAS));
      const many = await used(bench.house.settleBooks(books.slice(1), GAS));
      expect(one < LIMIT / 20, `one: ${one}`).to.equal(true);
      expect(many <= one * (books.length - 1), `${many} for ${books.length - 1}`).to.equal(true);
    });
  });

  it("quotes are cancelled one by one, or all at once whatever their number", async () => {
    const bench = await ClearingBench.create();
    const one = await used(bench.house.cancelQuotes([1n], GAS));
    const all = await used(bench.house.cancelBefore(2n ** 64n - 1n, GAS));
    for (const spent of [one, all]) expect(spent < 60_000, `${spent}`).to.equal(true);
  });

  it("exits cost next to nothing while the oracle and the risk contract burn what they are given", async () => {
    const bench = await fine();
    const writer = await bench.account(1);
    const house = bench.house.connect(writer);
    const put = bench.legs({ strike: 3000, isCall: false, size: 1 });
    const [book, kept] = [bench.bookId(writer.address), bench.bookId(writer.address, 1n)];
    for (const id of [book, kept]) {
      await house.fund(id, 4_000n * UNIT);
      await house.mint(id, put, writer.address);
    }
    await bench.risk.fail(Failure.BurnsGas);
    await bench.marks.setFailure(false, true);
    const out = await used(house.defund(book, 900n * UNIT, writer.address, GAS));
    const burnt = await used(house.burn(book, put, GAS));
    expect(out < 150_000 && burnt < 200_000, `${out}, ${burnt}`).to.equal(true);
    await bench.at(bench.expiry + 7n * BigInt(DAY));
    const settled = await used(bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0, GAS));
    expect(settled < LIMIT / 4, `${settled}`).to.equal(true);
  });
});
