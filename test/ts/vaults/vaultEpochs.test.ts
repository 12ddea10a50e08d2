// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { Signature } from "ethers";

import { blackScholes, blackScholesGreeks } from "../../../scripts/model/clearing/blackScholes.ts";
import { eventOf } from "../clearing/attackTools.ts";
import { Kind, Mode } from "../clearing/ClearingBench.ts";
import { DOLLAR, HOUR, VaultBench, WEEK } from "./VaultBench.ts";

const SETTLED = 2n;
const WAD = 10n ** 18n;

describe("Options vault: starting an epoch", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await VaultBench.create();
    await bench.asked(1, 60_000);
  });

  const refused = (error: string) =>
    expect(bench.vault.startEpoch(), error).to.be.revertedWithCustomError(bench.vault, error);

  it("lets join who asked, puts all cash into its book and sells the next Friday", async () => {
    const boundary = await bench.toBoundary(HOUR);
    await bench.vault.startEpoch();
    const epoch = await bench.vault.epoch();
    expect(epoch.expiry).to.equal(BigInt(boundary + WEEK));
    expect(new Date(Number(epoch.expiry) * 1_000).toUTCString()).to.match(/^Fri, .* 08:00:00 GMT$/);
    expect((await bench.bookOf(await bench.vault.bookId())).cash).to.equal(60_000n * DOLLAR);
    expect(await bench.token.balanceOf(bench.vault), "nothing stays in the vault").to.equal(0n);
  });

  it("happens from one to seven hours after a boundary, and once", async () => {
    await bench.toBoundary(HOUR - 60);
    await refused("OptionsVault_OutsideWindow");
    await bench.pass(60);
    await bench.vault.startEpoch();
    await refused("OptionsVault_EpochRuns");

    const late = await VaultBench.create();
    await late.asked(1, 60_000);
    await late.toBoundary(7 * HOUR + 60);
    await expect(late.vault.startEpoch()).to.be.revertedWithCustomError(late.vault, "OptionsVault_OutsideWindow");
  });

  it("is once a boundary even after an epoch that closed early in its window", async () => {
    await bench.start();
    const { expiry } = await bench.vault.epoch();
    await bench.settled(bench.price);
    await bench.pass(Number(expiry) + 2 * HOUR - (await bench.now()));
    await bench.vault.startEpoch();
    await refused("OptionsVault_EpochRuns");
  });

  it("takes Normal mode and a price within 2 % of its 30 min average (finding 41)", async () => {
    await bench.toBoundary(2 * HOUR);
    await bench.tell(3_000, { mode: Mode.Cautious });
    await refused("OptionsVault_NotNormal");
    await bench.tell(3_000, {}, { average30m: 2_930n * 10n ** 8n });
    await refused("OptionsVault_PriceMoved");
    await bench.tell(3_000, {}, { average30m: 2_950n * 10n ** 8n });
    await bench.vault.startEpoch();
  });

  it("without cash is none", async () => {
    const empty = await VaultBench.create();
    await empty.toBoundary(2 * HOUR);
    await expect(empty.vault.startEpoch()).to.be.revertedWithCustomError(empty.vault, "OptionsVault_ZeroAmount");
  });
});

describe("Options vault: strike and volatility", () => {
  const STEP = 50n * 10n ** 4n;

  for (const [name, kind] of [
    ["puts of a quote market", Kind.Quote],
    ["calls of a coin market", Kind.Coin],
  ] as const) {
    for (const realised of [0.3, 0.9, 2]) {
      it(`${name}: the nearest strike on the grid with at most delta 0.20, at ${realised * 100} % realised`, async () => {
        const bench = await VaultBench.create({ kind });
        bench.realised = realised;
        await bench.tell(3_017);
        await bench.asked(1, 50_000);
        await bench.start();
        const { strike, volatilityBps, expiry } = await bench.vault.epoch();
        const volatility = Math.max(realised, 0.5);
        expect(Number(volatilityBps)).to.be.closeTo(volatility * 1e4, 1);

        const tenor = expiry - BigInt(await bench.now());
        const delta = (at: bigint): bigint => {
          const input = { spot: 3_017n * WAD, strike: at * 10n ** 14n, volatility: volatilityBps * 10n ** 14n, tenor };
          const call = blackScholesGreeks(input).delta;
          return bench.isCoin ? call : WAD - call;
        };
        expect(strike % STEP).to.equal(0n);
        expect(delta(strike)).to.be.at.most(WAD / 5n);
        const nearer = bench.isCoin ? strike - STEP : strike + STEP;
        expect(delta(nearer), "one step nearer has too much").to.be.above(WAD / 5n);
      });
    }
  }

  it("takes the largest of floor, realised and the mean of its own starts, which forgets by quarters", async () => {
    const bench = await VaultBench.create();
    await bench.asked(1, 50_000);
    const seen: number[] = [];
    for (const realised of [1.2, 0.4, 0.4, 0.4, 0.4]) {
      bench.realised = realised;
      await bench.tell();
      await bench.start();
      seen.push(Number((await bench.vault.epoch()).volatilityBps));
      await bench.settled(bench.price);
    }
    // Means after each start: 1.2, 1.0, 0.85, 0.7375, 0.653; a start looks at the mean before it.
    for (const [index, expected] of [12_000, 12_000, 10_000, 8_500, 7_375].entries()) {
      expect(seen[index], `start ${index}`).to.be.closeTo(expected, 3);
    }
  });
});

describe("Options vault: the auction", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await VaultBench.create();
    await bench.asked(1, 280_000);
    await bench.start();
  });

  const offered = async () => (await bench.vault.offer(10n ** 6n)).volatilityBps;

  it("falls from 1.5 to 1.05 of the volatility over six hours of uptime", async () => {
    const { volatilityBps } = await bench.vault.epoch();
    expect(await offered()).to.equal((volatilityBps * 15n) / 10n);
    await bench.pass(3 * HOUR);
    expect(await offered()).to.equal((volatilityBps * 1_275n) / 1_000n);
    await bench.pass(4 * HOUR);
    expect(await offered()).to.equal((volatilityBps * 105n) / 100n);
  });

  it("stands still while prices do not arrive (law 5)", async () => {
    await bench.pass(HOUR);
    const before = await offered();
    await bench.pass(3 * HOUR, 0);
    expect(await offered()).to.equal(before);
  });

  it("stands still in any mode but Normal, is not sold in it, and goes on where it stood", async () => {
    await bench.pass(HOUR);
    await bench.tell(3_000, { mode: Mode.Cautious });
    await bench.vault.syncAuction(); // Normal at the start, Cautious now: that hour is not counted
    const stood = await offered();
    await bench.pass(HOUR);
    const buyer = await bench.holder(5);
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_NotNormal");
    await bench.tell(3_000);
    await bench.vault.syncAuction();
    expect(await offered()).to.equal(stood);
    await bench.pass(HOUR);
    expect(await offered()).to.be.below(stood);
  });

  it("does not count an interval in which a level was true that nobody looked at", async () => {
    const before = await offered();
    await bench.pass(2 * HOUR);
    await bench.tell(3_000, {}, { sinceCautious: 1_000n });
    expect(await offered()).to.equal(before);
    await bench.vault.syncAuction();
    await bench.tell(3_000, {}, { sinceCautious: 1_000n + 600n });
    await bench.pass(600);
    expect(await offered(), "from the next look on it falls").to.be.below(before);
  });

  it("sells at the live price's worse edge and 25 bps more, rounded up", async () => {
    const { strike, expiry } = await bench.vault.epoch();
    const offer = await bench.vault.offer(bench.size(2));
    const premium = await bench.bought(5, 2);
    expect(premium).to.be.closeTo(offer.premium, offer.premium / 10_000n);
    const spot = (2_997n * WAD * 9_975n) / 10_000n;
    const tenor = expiry - BigInt(await bench.now());
    const { volatilityBps } = await bench.vault.offer(bench.size(2));
    const { put } = blackScholes({ spot, strike: strike * 10n ** 14n, volatility: volatilityBps * 10n ** 14n, tenor });
    expect(premium).to.equal((put * 2n + 10n ** 12n - 1n) / 10n ** 12n);
  });

  it("mints the options to whom the buyer names and keeps the premium in the book", async () => {
    const buyer = await bench.holder(5);
    const friend = await bench.clearing.signer(6);
    const series = await bench.vault.seriesId();
    const sold = await eventOf(
      bench.clearing,
      bench.vault.connect(buyer).buy(bench.size(3), 10n ** 12n, friend.address),
      "Minted",
    );
    expect(await bench.house.balanceOf(friend.address, series)).to.equal(bench.size(3));
    const { cash, written } = await bench.bookOf(await bench.vault.bookId());
    expect(written).to.equal(bench.size(3));
    expect(cash).to.equal(sold.cash);
    expect(cash).to.be.above(280_000n * DOLLAR);
  });

  it("is bought in a single call with a permit, and with one that somebody used before", async () => {
    const buyer = await bench.clearing.signer(7);
    await bench.token.mint(buyer.address, 10_000n * DOLLAR);
    for (const isUsed of [false, true]) {
      const { v, r, s } = await permit(bench, buyer, 5_000n * DOLLAR);
      const vault = await bench.vault.getAddress();
      if (isUsed) await bench.token.permit(buyer.address, vault, 5_000n * DOLLAR, DEADLINE, v, r, s);
      const buys = bench.vault.connect(buyer);
      await buys.buyWithPermit(bench.size(1), 5_000n * DOLLAR, buyer.address, DEADLINE, v, r, s);
    }
    expect(await bench.house.balanceOf(buyer.address, await bench.vault.seriesId())).to.equal(bench.size(2));
  });

  it("opens its book with the market's least initial margin; from then on little is sold, too", async () => {
    const buyer = await bench.holder(5);
    const vault = bench.vault.connect(buyer);
    const little = bench.size(0.01);
    await expect(vault.buy(little, 10n ** 12n, buyer.address)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_Dust",
    );
    await vault.buy(bench.size(1), 10n ** 12n, buyer.address);
    await vault.buy(little, 10n ** 12n, buyer.address);
    expect((await bench.bookOf(await bench.vault.bookId())).written).to.equal(bench.size(1.01));
  });

  it("protects the buyer's price", async () => {
    const buyer = await bench.holder(5);
    const { premium } = await bench.vault.offer(bench.size(1));
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), premium / 2n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_PremiumTooHigh");
  });

  it("sells what its cash carries to the last unit of maximum loss, and no more", async () => {
    const { strike } = await bench.vault.epoch();
    const { available } = await bench.vault.offer(bench.size(1));
    expect(available).to.equal((280_000n * 10n ** 10n) / strike);
    const buyer = await bench.holder(5);
    await expect(
      bench.vault.connect(buyer).buy(available + bench.size(5), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_NotFunded");
    await bench.vault.connect(buyer).buy(available, 10n ** 12n, buyer.address);
    const id = await bench.vault.bookId();
    expect((await bench.bookOf(id)).cash).to.be.at.least(await bench.house.maxLoss(id));
  });

  it("is over for good once a look finds the price 5 % away", async () => {
    await bench.tell(3_151);
    const buyer = await bench.holder(5);
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_PriceMoved");
    await bench.vault.syncAuction();
    await bench.tell(3_000);
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_PriceMoved");
    expect((await bench.vault.offer(bench.size(1))).isOpen).to.equal(false);
  });

  it("ends a day before the expiry, however long prices stayed away", async () => {
    await bench.pass(WEEK - 26 * HOUR - 60, HOUR);
    await bench.bought(5, 1);
    await bench.pass(120, 0);
    const buyer = await bench.holder(6);
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_AuctionOver");
  });
});

const DEADLINE = 2n ** 40n;

/** A permit for the vault. */
async function permit(bench: VaultBench, owner: HardhatEthersSigner, value: bigint): Promise<Signature> {
  const { ethers } = bench.clearing.connection;
  const { chainId } = await ethers.provider.getNetwork();
  const [spender, verifyingContract] = [await bench.vault.getAddress(), await bench.token.getAddress()];
  const domain = { name: await bench.token.name(), version: "1", chainId, verifyingContract };
  const Permit = ["owner address", "spender address", "value uint256", "nonce uint256", "deadline uint256"].map(
    (field) => {
      const [name, type] = field.split(" ") as [string, string];
      return { name, type };
    },
  );
  const nonce = await bench.token.nonces(owner.address);
  const signed = await owner.signTypedData(
    domain,
    { Permit },
    { owner: owner.address, spender, value, nonce, deadline: DEADLINE },
  );
  return Signature.from(signed);
}

describe("Options vault: closing an epoch", () => {
  it("prices a share by what came home: the premium where the option expires worthless", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 100_000);
    await bench.start();
    const premium = await bench.bought(5, 30);
    const { cash } = await bench.bookOf(await bench.vault.bookId());
    await bench.settled(3_000);
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address));
    const duties = (premium * 10n) / 10_000n;
    expect(worth).to.be.closeTo(cash + 2n * 10n ** 6n - duties, 3n);
    expect(worth).to.be.above(100_000n * DOLLAR);
  });

  it("pays assignment where it does not, and never more than the strike", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 30);
    const { cash } = await bench.bookOf(await bench.vault.bookId());
    const { strike } = await bench.vault.epoch();
    await bench.settled(2_000);
    const loss = (strike * 100n - 2_000n * 10n ** 6n) * 30n;
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address));
    expect(worth).to.be.closeTo(cash - loss + 2n * 10n ** 6n, (cash * 2n) / 10_000n);
  });

  it("waits for its expiry and its price, and needs nobody else's book", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 3);
    await expect(bench.vault.closeEpoch()).to.be.revertedWithCustomError(bench.vault, "OptionsVault_EpochRuns");
    const { expiry } = await bench.vault.epoch();
    await bench.pass(Number(expiry) + 1 - (await bench.now()));
    await expect(bench.vault.closeEpoch()).to.be.revertedWithCustomError(bench.vault, "OptionsVault_NotSettled");
    await bench.priced(3_000);
    await bench.vault.closeEpoch();
    expect((await bench.vault.epoch()).expiry).to.equal(0n);
  });

  it("works when somebody else settled the book before", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 3);
    const id = await bench.vault.bookId();
    await bench.priced(3_000);
    await bench.house.settleBooks([id]);
    expect((await bench.house.book(id)).state).to.equal(SETTLED);
    await bench.vault.closeEpoch();
    expect(await bench.vault.totalAssets()).to.be.above(100_000n * DOLLAR);
  });

  it("needs no price where nothing was sold, and what was not sold earned nothing", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 100_000);
    const expiry = await bench.start();
    await bench.pass(Number(expiry) + 1 - (await bench.now()));
    await bench.vault.closeEpoch();
    expect(await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address))).to.equal(100_000n * DOLLAR);
  });

  it("pays who closed and who starts next, together a thousandth of the premium", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 500_000);
    await bench.start();
    const premium = await bench.bought(5, 150);
    await bench.priced(3_000);
    const [closer, starter] = [await bench.clearing.signer(8), await bench.clearing.signer(9)];
    await bench.vault.connect(closer).closeEpoch();
    expect(await bench.token.balanceOf(closer.address)).to.equal((premium * 5n) / 10_000n);
    await bench.pass(2 * HOUR);
    await bench.vault.connect(starter).startEpoch();
    expect(await bench.token.balanceOf(starter.address)).to.equal((premium * 5n) / 10_000n);
  });

  it("between two epochs lets join and leave alone, and refuses where nobody waits", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 1_000);
    await expect(bench.vault.closeEpoch()).to.be.revertedWithCustomError(bench.vault, "OptionsVault_NothingWaits");
    const shares = await bench.vault.balanceOf(holder.address);
    await bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address);
    await bench.vault.closeEpoch();
    await bench.vault.connect(holder).redeem(shares, holder.address, holder.address);
    expect(await bench.token.balanceOf(holder.address)).to.equal(1_000_000n * DOLLAR);
  });
});
