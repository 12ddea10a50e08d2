// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { vaultName, vaultTerms } from "../../../deploy/parameters.ts";
import { verifyDeployment } from "../../../deploy/verifyDeployment.ts";
import { deployed } from "./deployed.ts";

describe("deployment of the vault room", () => {
  let place: Awaited<ReturnType<typeof deployed>>;

  before(async () => {
    place = await deployed();
  });

  it("makes the vaults of the parameters by the factory, in their order", async () => {
    const { parameters, ask, address } = place;
    const expected = await Promise.all(parameters.vaults.map((_, index) => address(vaultName(index))));
    assert.deepEqual([...((await ask("vaultFactory", "vaults", 0, 100)) as string[])], expected);
    for (const [index, vault] of parameters.vaults.entries()) {
      const name = vaultName(index);
      assert.equal(await ask(name, "symbol"), vault.symbol);
      assert.equal((await ask(name, "terms")).depositCap, vault.depositCap);
    }
  });

  it("makes each for the collateral of its market", async () => {
    const { parameters, ask } = place;
    for (const [index, { market }] of parameters.vaults.entries()) {
      const { collateral } = await ask("house", "marketParams", market);
      assert.equal(await ask(vaultName(index), "asset"), collateral);
    }
  });

  it("finds a vault with other terms, and one that is not the factory's", async () => {
    const { connection, parameters, addresses, deployer } = place;
    const verify = (vaults: typeof parameters.vaults, places = addresses) =>
      verifyDeployment(connection.ethers.provider, {
        parameters: { ...parameters, vaults },
        addresses: places,
        deployer: deployer.address,
      });
    const [first, ...others] = parameters.vaults;
    assert.deepEqual(await verify([{ ...first!, deltaBps: 1_500 }, ...others]), [
      `${vaultName(0)}: deltaBps is 2000, not 1500`,
    ]);
    const { ethers } = connection;
    const VaultMarket = await (await ethers.deployContract("VaultMarket")).getAddress();
    const VaultMetadata = await (await ethers.deployContract("VaultMetadata")).getAddress();
    const terms = vaultTerms(first!);
    const stranger = await ethers.deployContract("OptionsVault", [addresses.get("house")!, terms], {
      libraries: { VaultMarket, VaultMetadata },
    });
    const moved = new Map(addresses).set(vaultName(0), await stranger.getAddress());
    assert.deepEqual(await verify(parameters.vaults, moved), [`${vaultName(0)} is not of the factory`]);
  });
});
