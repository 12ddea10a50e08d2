// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { id, Wallet } from "ethers";

import { ADMIN_ROLE, GOVERNANCE_DELAY_SECONDS, GUARDIAN_ROLE, PARAMETERS_ROLE } from "../../../deploy/governance.ts";
import { collateralName } from "../../../deploy/modules/localStage.ts";
import { tokensPerUnit } from "../../../deploy/parameters.ts";
import type { Parameters } from "../../../deploy/parameters.ts";
import { verifyDeployment } from "../../../deploy/verifyDeployment.ts";
import { deployed } from "./deployed.ts";

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "accepted",
    (error: Error) => error.message,
  );
}

describe("deployment of the clearing room", () => {
  let place: Awaited<ReturnType<typeof deployed>>;

  before(async () => {
    place = await deployed();
  });

  it("passes its own verification", async () => {
    const { connection, parameters, addresses, deployer } = place;
    const deployment = { parameters, addresses, deployer: deployer.address };
    assert.deepEqual(await verifyDeployment(connection.ethers.provider, deployment), []);
  });

  it("opens both local markets, each insured with the deployer's tokens", async () => {
    const { parameters, ask, events, stage, address } = place;
    const funded = await events("house", "InsuranceFunded");
    const { markets } = parameters.clearing;
    assert.lengthOf(funded, markets.length);
    for (const [index, market] of markets.entries()) {
      const token = stage[collateralName(index)]!;
      assert.equal(funded[index]!.args["market"], BigInt(index + 1));
      assert.equal(funded[index]!.args["insurance"], market.insurance, `insurance of market ${index + 1}`);
      const held = (await token.getFunction("balanceOf")(await address("house"))) as bigint;
      assert.equal(held, market.insurance * tokensPerUnit(market), `tokens of market ${index + 1}`);
      assert.equal(await token.getFunction("decimals")(), BigInt(market.collateralDecimals));
    }
    const first = await ask("house", "marketParams", 1);
    assert.equal(first.collateral, parameters.bondToken, "dollars are the token of the bonds");
    assert.equal(first.insurer, await address("InsuranceFund0"));
  });

  it("gives the timelock the shares of what the deployer paid, in funds that know their markets", async () => {
    const { parameters, ask, address } = place;
    for (const [index, market] of parameters.clearing.markets.entries()) {
      const fund = `InsuranceFund${index}`;
      assert.equal(await ask(fund, "market"), BigInt(index + 1));
      const shares = (await ask(fund, "balanceOf", await address("timelock"))) as bigint;
      assert.equal(shares, market.insurance * 10n ** 6n, "at par");
      assert.equal(shares, await ask(fund, "totalSupply"), "nobody else's");
      assert.equal(await ask(fund, "totalAssets"), market.insurance * tokensPerUnit(market));
    }
  });

  it("tells the escrow of slashed bonds which insurers there are", async () => {
    const { ask, address } = place;
    assert.equal(await ask("escrow", "directory"), await address("directory"));
    assert.deepEqual([...(await ask("directory", "listedMarkets"))], [1n, 2n]);
  });

  it("sends the mint fees of the Clearinghouse to the pot that the registry pays validators from", async () => {
    assert.equal(await place.ask("house", "rewardPot"), await place.address("pot"));
  });

  it("lets guardian and governor end a market at once, and nobody else", async () => {
    const { room, connection } = place;
    const house = room["house"]!;
    const [, stranger, guardian] = await connection.ethers.getSigners();
    const away = await deployed((given): Parameters => ({ ...given, guardian: guardian!.address }));
    const theirs = away.room["house"]!;
    const others = await away.connection.ethers.getSigners();
    const by = (index: number) => theirs.connect(others[index]!) as typeof theirs;
    assert.match(await refusalOf(by(1).getFunction("sunset")(1)), /AccessManagedUnauthorized/, "a stranger");
    await by(2).getFunction("sunset")(1);
    await by(0).getFunction("sunset")(2);
    assert.lengthOf(await theirs.queryFilter("MarketSunset"), 2, "guardian and governor");
    assert.match(
      await refusalOf((house.connect(stranger!) as typeof house).getFunction("sunset")(1)),
      /AccessManagedUnauthorized/,
    );
  });

  it("makes the lists wait: an enabling is refused now and done 48 hours after it was scheduled", async () => {
    const { room, connection, deployer, addresses, ask } = await deployed();
    const house = room["house"]!;
    const refused = async (error: string): Promise<void> =>
      assert.include(await refusalOf(house.getFunction("enableFeed")(1)), id(error).slice(0, 10), error);
    await refused("AccessManagerNotScheduled(bytes32)");
    const data = house.interface.encodeFunctionData("enableFeed", [1]);
    await room["authority"]!.getFunction("schedule")(addresses.get("house"), data, 0);
    await refused("AccessManagerNotReady(bytes32)");
    await connection.ethers.provider.send("evm_increaseTime", [GOVERNANCE_DELAY_SECONDS]);
    await (house.connect(deployer) as typeof house).getFunction("enableFeed")(1);
    assert.isTrue(await ask("house", "feedEnabled", 1));
  });
});

describe("verification of a deployment", () => {
  it("leaves a deployer who is nobody afterwards without any right", async () => {
    const [governor, guardian] = [Wallet.createRandom().address, Wallet.createRandom().address];
    const { connection, parameters, addresses, deployer, ask } = await deployed((given) => ({
      ...given,
      governor,
      guardian,
    }));
    const deployment = { parameters, addresses, deployer: deployer.address };
    assert.deepEqual(await verifyDeployment(connection.ethers.provider, deployment), []);
    for (const role of [ADMIN_ROLE, PARAMETERS_ROLE, GUARDIAN_ROLE])
      assert.isFalse((await ask("authority", "hasRole", role, deployer.address)).isMember, `role ${role}`);
  });

  it("names what is wrong: missing code, a wrong neighbour, a foreign governor, other parameters", async () => {
    const { connection, parameters, addresses, deployer } = await deployed();
    const look = async (change: object): Promise<string> => {
      const deployment = { parameters, addresses, deployer: deployer.address, ...change };
      return (await verifyDeployment(connection.ethers.provider, deployment)).join("\n");
    };
    const swapped = new Map([...addresses, ["books", addresses.get("moves")!]]);
    assert.include(await look({ addresses: swapped }), "house.bookModule");
    const gone = new Map([...addresses, ["fills", Wallet.createRandom().address]]);
    assert.include(await look({ addresses: gone }), "has no code");
    const stranger = Wallet.createRandom().address;
    assert.include(await look({ parameters: { ...parameters, governor: stranger } }), `${stranger} waits 0 s`);
    assert.include(await look({ parameters: { ...parameters, guardian: stranger } }), `sunset(uint256): ${stranger}`);
    const [first, ...sets] = parameters.clearing.parameterSets;
    const clearing = { ...parameters.clearing, parameterSets: [{ ...first!, mintFee: 1 }, ...sets] };
    assert.include(await look({ parameters: { ...parameters, clearing } }), "market 1: mintFee is 20, not 1");
    const crossed = new Map([...addresses, ["InsuranceFund0", addresses.get("InsuranceFund1")!]]);
    assert.include(await look({ addresses: crossed }), "InsuranceFund0.market is 2, not 1");
  });

  it("names a function whose role was changed", async () => {
    const { connection, parameters, addresses, deployer, room } = await deployed();
    const authority = room["authority"]!;
    const { provider } = connection.ethers;
    const timelock = addresses.get("timelock")!;
    await provider.send("hardhat_impersonateAccount", [timelock]);
    await provider.send("hardhat_setBalance", [timelock, "0xde0b6b3a7640000"]);
    const admin = await connection.ethers.getSigner(timelock);
    const selector = id("enableRisk(address)").slice(0, 10);
    await (authority.connect(admin) as typeof authority).getFunction("setTargetFunctionRole")(
      addresses.get("house"),
      [selector],
      GUARDIAN_ROLE,
    );
    const deployment = { parameters, addresses, deployer: deployer.address };
    const findings = (await verifyDeployment(provider, deployment)).join("\n");
    assert.include(findings, `enableRisk(address) needs role ${GUARDIAN_ROLE}, not ${PARAMETERS_ROLE}`);
  });
});
