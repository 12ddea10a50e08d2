// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";

import { FlashLiquidator__factory } from "../../../typechain-types/factories/periphery/FlashLiquidator__factory.ts";
import { InsurerDirectory__factory } from "../../../typechain-types/factories/periphery/InsurerDirectory__factory.ts";
import { Lens__factory } from "../../../typechain-types/factories/periphery/Lens__factory.ts";
import { WrappedLongFactory__factory } from "../../../typechain-types/factories/periphery/WrappedLongFactory__factory.ts";
import { UNIT } from "../clearing/attackTools.ts";
import { ClearingBench, NO_FEED } from "../clearing/ClearingBench.ts";

const MOST_MARKETS = 64;
const ONE = 10n ** 18n;

async function scene() {
  const bench = await ClearingBench.create();
  const [owner] = await bench.connection.ethers.getSigners();
  const { collateral, kind, feed, risk, parameterSet, insurer } = await bench.house.marketParams(bench.quoteMarket);
  return { bench, owner: owner!, params: { collateral, kind, feed, risk, parameterSet, insurer } };
}

describe("What the contracts around the Clearinghouse refuse", () => {
  it("to be deployed without one", async () => {
    const { owner } = await scene();
    const deployments = {
      FlashLiquidator: async () => new FlashLiquidator__factory(owner).deploy(ZeroAddress),
      InsurerDirectory: async () => new InsurerDirectory__factory(owner).deploy(ZeroAddress, owner.address),
      Lens: async () => new Lens__factory(owner).deploy(ZeroAddress),
      WrappedLongFactory: async () => new WrappedLongFactory__factory(owner).deploy(ZeroAddress),
    };
    const interfaces = {
      FlashLiquidator: FlashLiquidator__factory.createInterface(),
      InsurerDirectory: InsurerDirectory__factory.createInterface(),
      Lens: Lens__factory.createInterface(),
      WrappedLongFactory: WrappedLongFactory__factory.createInterface(),
    };
    for (const [name, deploy] of Object.entries(deployments)) {
      const refusal = { interface: interfaces[name as keyof typeof interfaces] };
      await expect(deploy(), name).to.be.revertedWithCustomError(refusal, `${name}_ZeroAddress`);
    }
  });

  it("a liquidation with capital of which nothing arrives", async () => {
    const { bench, owner, params } = await scene();
    const { ethers } = bench.connection;
    const token = await ethers.deployContract("OddToken", [6]);
    const collateral = await token.getAddress();
    await bench.house.enableCollateral(collateral, NO_FEED);
    const market = await bench.house.createMarket.staticCall({ ...params, collateral });
    await bench.house.createMarket({ ...params, collateral });
    const flash = await new FlashLiquidator__factory(owner).deploy(bench.house);
    await token.getFunction("mint")(owner.address, UNIT);
    await token.getFunction("approve")(flash, UNIT);
    await token.getFunction("setFee")(10_000n);
    const id = bench.bookId(owner.address, 0n, market);
    const plan = { id, share: ONE, capital: UNIT, minimumPayment: 0n, minimumProfit: 0n, fills: [] };
    await expect(flash.liquidate(plan))
      .to.be.revertedWithCustomError(flash, "FlashLiquidator_NothingArrived")
      .withArgs(UNIT, 0n);
  });

  it("a 65th market in the directory that the escrow pays by", async () => {
    const { bench, owner, params } = await scene();
    const authority = await bench.connection.ethers.deployContract("OpenAuthority");
    const directory = await new InsurerDirectory__factory(owner).deploy(bench.house, authority);
    const list = async (): Promise<void> => {
      const insurer = Wallet.createRandom().address;
      const market = await bench.house.createMarket.staticCall({ ...params, insurer });
      await bench.house.createMarket({ ...params, insurer });
      await directory.listMarket(market);
    };
    for (let listed = 0; listed < MOST_MARKETS; listed += 1) await list();
    await expect(list())
      .to.be.revertedWithCustomError(directory, "InsurerDirectory_Full")
      .withArgs(BigInt(MOST_MARKETS));
    expect(await directory.listedMarkets()).to.have.length(MOST_MARKETS);
  });
});
