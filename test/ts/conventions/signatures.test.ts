// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { id, TypedDataEncoder, ZeroAddress } from "ethers";

import { clearingDomain, QUOTE_TYPES } from "../../../scripts/model/clearing/quoteTypedData.ts";
import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import { ClearingBench, OPTION, STRIKE } from "../clearing/ClearingBench.ts";
import { OracleRoom } from "../oracle/OracleRoom.ts";

const UNIT = 10n ** 6n;
/** Name, version, chain and contract: what a wallet shows above the message (ERC-5267). */
const FOUR_FIELDS = "0x0f";

/** A maker and a taker with a funded book each, and what the maker offers. */
async function parties() {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const [maker, taker] = [await bench.account(1), await bench.account(2)];
  for (const { address } of [maker, taker])
    await bench.house.connect(maker).fund(bench.bookId(address), 50_000n * UNIT);
  const quote = {
    maker: maker.address,
    taker: ZeroAddress,
    marketHash: bench.quoteHash,
    expiry: bench.expiry,
    makerSubId: 0n,
    legs: [{ strike: 3_000n * STRIKE, isCall: true, ratio: -1n }],
    premium: 1_000n * UNIT,
    size: OPTION,
    minimumFill: OPTION,
    nonce: 5n,
    deadline: bench.expiry,
    spotLow: 0n,
    spotHigh: 0n,
  };
  const { chainId } = await bench.connection.ethers.provider.getNetwork();
  const domain = clearingDomain(chainId, await bench.house.getAddress());
  const fill = (offer: typeof quote, signature: string) =>
    bench.house
      .connect(taker)
      .fillQuotes([{ quote: offer, signature, takerOwner: taker.address, takerSubId: 0n, amount: OPTION }]);
  return { bench, maker, taker, quote, domain, fill };
}

describe("Signatures in a wallet's view (EIP-712)", () => {
  it("are taken as a wallet makes them, by eth_signTypedData_v4", async () => {
    const { bench, maker, taker, quote, domain, fill } = await parties();
    const shown: unknown = TypedDataEncoder.getPayload({ ...domain }, QUOTE_TYPES, quote);
    const signature = await bench.connection.provider.request({
      method: "eth_signTypedData_v4",
      params: [maker.address, JSON.stringify(shown)],
    });
    await fill(quote, signature as string);
    expect((await bench.house.book(bench.bookId(taker.address))).legs[0]!.size).to.equal(OPTION);
  });

  it("say in whole words what is signed, under a name that people know", () => {
    const domains = [clearingDomain(1n, ZeroAddress), oracleDomain(1n, ZeroAddress)];
    for (const { name } of domains) expect(name).to.match(/^Ballast [A-Z][a-z]+$/);
    const fields = Object.values({ ...QUOTE_TYPES, ...PRICE_REPORT_TYPES }).flat();
    for (const { name } of fields) expect(name, name).to.match(/^[a-z]{3,}([A-Z][a-z]+)*$|^isCall$/);
  });

  it("are hashed by the contracts under the very types that wallets show", () => {
    const legs = "QuoteLeg(uint40 strike,bool isCall,int16 ratio)";
    const quote = `Quote(address maker,address taker,bytes32 marketHash,uint32 expiry,uint32 makerSubId,QuoteLeg[] legs,int128 premium,uint64 size,uint64 minimumFill,uint64 nonce,uint40 deadline,uint64 spotLow,uint64 spotHigh)${legs}`;
    expect(TypedDataEncoder.from(QUOTE_TYPES).encodeType("Quote")).to.equal(quote);
    expect(TypedDataEncoder.from(PRICE_REPORT_TYPES).encodeType("PriceReport")).to.equal(
      "PriceReport(uint64 round,uint32 setId,bytes32 anchorHash,uint64[8] prices)",
    );
  });

  it("are bound to a domain that every contract tells for which something is signed (ERC-5267)", async () => {
    const room = await OracleRoom.create();
    const { bench, domain } = await parties();
    const { chainId } = await room.connection.ethers.provider.getNetwork();
    for (const [contract, name] of [
      [room.oracle, "Ballast Oracle"],
      [room.registry, "Ballast Validator Registry"],
      [bench.house, domain.name],
    ] as const) {
      const told = await contract.eip712Domain();
      expect([...told], name).to.deep.equal([
        FOUR_FIELDS,
        name,
        "1",
        chainId,
        await contract.getAddress(),
        `0x${"00".repeat(32)}`,
        [],
      ]);
    }
  });
});

describe("Signatures of contracts (ERC-1271)", () => {
  it("count when the contract says so, and not when it says anything else", async () => {
    const { bench, maker, taker, quote, fill } = await parties();
    const contract = await bench.connection.ethers.deployContract("SmartMaker", [maker.address]);
    const offer = { ...quote, maker: await contract.getAddress() };
    await bench.house.connect(maker).fund(bench.bookId(offer.maker), 50_000n * UNIT);
    await expect(fill(offer, await bench.sign(taker, offer)), "of somebody else").to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_BadSignature",
    );
    await fill(offer, await bench.sign(maker, offer));
    expect((await bench.house.book(bench.bookId(offer.maker))).legs[0]!.size).to.equal(-OPTION);
  });

  it("are asked with the digest of the quote by the function of the standard", async () => {
    const { bench, maker, quote, domain } = await parties();
    const contract = await bench.connection.ethers.deployContract("SmartMaker", [maker.address]);
    const digest = TypedDataEncoder.hash({ ...domain }, QUOTE_TYPES, quote);
    const answer = contract.getFunction("isValidSignature");
    expect(await answer(digest, await bench.sign(maker, quote))).to.equal(
      id("isValidSignature(bytes32,bytes)").slice(0, 10),
    );
    expect(await answer(id("another quote"), await bench.sign(maker, quote)), "of another").to.equal("0x00000000");
  });
});
