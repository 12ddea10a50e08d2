// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet } from "ethers";

import { HOUR, UNIT } from "./attackTools.ts";
import type { ClearingBench } from "./ClearingBench.ts";
import { DAY } from "./ClearingBench.ts";
import { CALL, dollars, GAS, next, Rung, seatSigners, settle, sold, WEEK } from "./settlementTools.ts";

describe("Settlement ladder: prices that two thirds of stake signed", () => {
  /** Two calls sold, no window, and four signers of weight 30, 30, 30 and 10. */
  async function signers(coverage = 0n) {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage });
    await bench.marks.setLatest(dollars(3_000), bench.expiry - 60n);
    return { bench, post: await seatSigners(bench) };
  }
  const refused = async (bench: ClearingBench, sent: Promise<unknown>, error: string, label = ""): Promise<void> =>
    expect(sent, label).to.be.revertedWithCustomError(bench.house, error);

  it("are taken from T + 2 h to T + 23 h, and final an hour later to the second", async () => {
    const { bench, post } = await signers();
    await next(bench, 2n * HOUR - 1n);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SigningClosed");
    await next(bench, 23n * HOUR);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SigningClosed");

    const second = await signers();
    await next(second.bench, 23n * HOUR - 1n);
    await second.post([0, 1, 2]);
    expect(await settle(second.bench, 24n * HOUR - 2n)).to.equal(undefined);
    expect(await settle(second.bench, 24n * HOUR - 1n)).to.deep.equal({ rung: Rung.Signed, price: dollars(3_300) });
  });

  it("need more than two thirds of the weight of the current set", async () => {
    const { bench, post } = await signers();
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, post([0, 1]), "Clearinghouse_NoQuorum", "60 of 100");
    await refused(bench, post([0, 0, 1]), "Clearinghouse_SeatsNotRising", "one seat twice");
    await refused(bench, post([1, 0, 2]), "Clearinghouse_SeatsNotRising", "out of order");
    await refused(bench, post([0, 1, 3], { setId: 2 }), "Clearinghouse_WrongSet", "another set");
    await post([0, 1, 3]);
  });

  it("exactly two thirds are not more than two thirds", async () => {
    const { bench, post } = await signers();
    const strangers = post;
    const three = await seatSigners(bench, [10n, 10n, 10n]);
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, strangers([0, 1]), "Clearinghouse_BadSignature", "keys of nobody");
    await refused(bench, three([0, 1]), "Clearinghouse_NoQuorum");
    await three([0, 1, 2]);
  });

  it("signatures for another feed, expiry, price, set, chain or contract, and masked seats, count for nothing", async () => {
    const { bench, post } = await signers();
    await bench.at(bench.expiry + 2n * HOUR);
    for (const posting of [
      { change: { feed: 1 } },
      { change: { expiry: bench.expiry - BigInt(DAY) } },
      { change: { price: dollars(3_301) } },
      { change: { setId: 2 } },
      { domain: { chainId: 1n } },
      { domain: { verifyingContract: bench.pot } },
      { domain: { name: "Ballast Oracle" } },
    ]) {
      await refused(
        bench,
        post([0, 1, 2], posting),
        "Clearinghouse_BadSignature",
        JSON.stringify(Object.keys(posting)),
      );
    }
    const keys = Array.from({ length: 4 }, () => Wallet.createRandom());
    await bench.marks.setSeats(
      keys.map(({ address }) => ({ signer: address, weight: 25n })),
      2,
    );
    await refused(bench, post([0, 1, 2]), "Clearinghouse_BadSignature");
    await bench.marks.setSeats([], 1);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SeatsNotRising", "seat 0 is masked");
  });

  it("never override a window of a fifth: coverage comes before signatures (finding 8)", async () => {
    const { bench, post } = await signers(360n);
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_HasWindow");
    const thinner = await signers(359n);
    await thinner.bench.at(thinner.bench.expiry + 2n * HOUR);
    await thinner.post([0, 1, 2]);
  });

  /** Posts at T + 3 h, lets signer 5 challenge and settles by the last median of a week later. */
  async function challenged(posted: number, last: number) {
    const { bench, post } = await signers();
    await bench.mark(bench.expiry, last, { coverage: 0n });
    await bench.at(bench.expiry + 3n * HOUR);
    await post([0, 1, 2], { price: posted });
    const challenger = await bench.account(5);
    const house = bench.house.connect(challenger);
    const before = await bench.house.freeBalance(challenger.address, bench.dollar);
    await house.challengeSettlementPrice(bench.quoteMarket, bench.expiry);
    const bond = before - (await bench.house.freeBalance(challenger.address, bench.dollar));
    return { bench, post, house, challenger: challenger.address, before, bond };
  }

  it("a challenge voids them for good: no second posting, no second challenge, no rung", async () => {
    const { bench, post, house } = await challenged(3_300, 3_000);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_AlreadySigned");
    await refused(
      bench,
      house.challengeSettlementPrice(bench.quoteMarket, bench.expiry),
      "Clearinghouse_NothingToChallenge",
    );
    expect(await settle(bench, 5n * HOUR)).to.equal(undefined);
    expect((await settle(bench, WEEK))!.rung).to.equal(Rung.Last);
  });

  it("the bond is dust at least, whatever is in the money, and goes back when the price was more than 2 % off", async () => {
    const { bench, bond, challenger, before } = await challenged(3_300, 3_000);
    expect(bond, "1 % of two times 300 dollars would be 6").to.equal(50n * UNIT);
    await settle(bench, WEEK);
    expect(await bench.house.freeBalance(challenger, bench.dollar)).to.equal(before);
  });

  it("the bond goes to the poster when his price was within 2 % of the final one", async () => {
    const { bench, bond, challenger, before } = await challenged(3_060, 3_000);
    const [poster] = await bench.connection.ethers.getSigners();
    const poor = await bench.house.freeBalance(poster!.address, bench.dollar);
    await settle(bench, WEEK);
    expect(await bench.house.freeBalance(challenger, bench.dollar)).to.equal(before - bond);
    const tip = 720_000n; // 60 % of the expiry's own fee of 1.2 dollars: the poster settled as well
    expect((await bench.house.freeBalance(poster!.address, bench.dollar)) - poor).to.equal(bond + tip);
  });

  for (const [price, bond, why] of [
    [3_100, 502n, "the bond is 1 % of claims at the posted price"],
    [6_000, 10_000n, "the bond never exceeds 10,000 dollars"],
  ] as const) {
    it(why, async () => {
      const { bench, post } = await signers();
      await bench.insure(1_000_000);
      const [writer, buyer] = [await bench.account(3, 3_000_000), await bench.account(4)];
      const book = bench.bookId(writer.address);
      await bench.connection.ethers.provider.send("hardhat_mine", ["0x1"]);
      await bench.house.connect(writer).fund(book, 2_000_000n * UNIT);
      await bench.house.connect(writer).mint(book, bench.legs({ ...CALL, size: 500 }), buyer.address);
      await bench.at(bench.expiry + 3n * HOUR);
      await post([0, 1, 2], { price });
      const before = await bench.house.freeBalance(writer.address, bench.dollar);
      await bench.house.connect(writer).challengeSettlementPrice(bench.quoteMarket, bench.expiry);
      expect(before - (await bench.house.freeBalance(writer.address, bench.dollar))).to.equal(bond * UNIT);
    });
  }

  it("a challenger without the bond voids nothing", async () => {
    const { bench, post } = await signers();
    await next(bench, 3n * HOUR);
    await post([0, 1, 2]);
    await refused(
      bench,
      bench.house.connect(await bench.signer(9)).challengeSettlementPrice(bench.quoteMarket, bench.expiry),
      "Clearinghouse_InsufficientBalance",
    );
  });

  it("a challenge is too late an hour after the posting", async () => {
    const { bench, post } = await signers();
    await next(bench, 3n * HOUR);
    await post([0, 1, 2]);
    const challenger = bench.house.connect(await bench.signer(1));
    await next(bench, 4n * HOUR);
    await refused(
      bench,
      challenger.challengeSettlementPrice(bench.quoteMarket, bench.expiry, GAS),
      "Clearinghouse_NothingToChallenge",
    );
    expect((await settle(bench, 4n * HOUR + 1n))!.rung).to.equal(Rung.Signed);
  });
});
