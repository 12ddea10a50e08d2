// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { id, Wallet } from "ethers";

import { GOVERNANCE_DELAY_SECONDS } from "../../../deploy/governance.ts";
import { NO_FEED } from "../../../deploy/parameters.ts";
import type { Parameters } from "../../../deploy/parameters.ts";
import { verifyDeployment } from "../../../deploy/verifyDeployment.ts";
import { deployed } from "./deployed.ts";

const HALTED = 4;
const REDUCE_ONLY = 3;
const HOUR = 3_600;

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "accepted",
    (error: Error) => error.message,
  );
}

describe("deployment of the risk room", () => {
  let place: Awaited<ReturnType<typeof deployed>>;
  beforeEach(async () => {
    place = await deployed();
  });

  it("puts one risk contract between oracle and Clearinghouse, and every market asks it", async () => {
    const { ask, address, parameters } = place;
    const risk = await address("risk");
    assert.equal(await ask("risk", "oracle"), await address("oracle"));
    assert.equal(await ask("risk", "registry"), await address("registry"));
    assert.isTrue(await ask("house", "riskEnabled", risk));
    for (const index of parameters.clearing.markets.keys())
      assert.equal((await ask("house", "marketParams", index + 1)).risk, risk, `market ${index + 1}`);
  });

  it("sets every parameter of the network, and counts no stake yet", async () => {
    const { ask, parameters } = place;
    assert.equal(await ask("risk", "heartbeat"), BigInt(parameters.heartbeat));
    assert.equal(await ask("risk", "pokeTip"), parameters.pokeReward);
    assert.equal(await ask("risk", "bondFeed"), BigInt(NO_FEED));
    assert.equal(await ask("risk", "haircutBps"), BigInt(parameters.risk.haircutBps));
    assert.equal(await ask("risk", "ceilingThousands"), BigInt(parameters.risk.ceilingThousands));
    assert.isFalse(await ask("risk", "isStakeOn"));
    assert.deepEqual([...(await ask("risk", "reporters"))], parameters.risk.reporters);
  });

  it("lets the guardian tighten at once, and the governor loosen 48 hours after he said so", async () => {
    const [, , guardian] = await place.connection.ethers.getSigners();
    const away = await deployed((given): Parameters => ({ ...given, guardian: guardian!.address }));
    const { room, connection, addresses } = away;
    const { provider } = connection.ethers;
    const [governor, stranger, watch] = await connection.ethers.getSigners();
    const by = (signer: typeof governor) => room["risk"]!.connect(signer!) as (typeof room)[string];
    const unauthorized = /AccessManagedUnauthorized|0x068ca9d8/;
    for (const who of [stranger, watch]) assert.match(await refusalOf(by(who).getFunction("loosen")(0)), unauthorized);
    assert.match(await refusalOf(by(stranger).getFunction("guard")(1, HALTED, HOUR)), unauthorized);
    await by(watch).getFunction("guard")(1, REDUCE_ONLY, HOUR);
    const refused = async (error: string): Promise<void> =>
      assert.include(await refusalOf(by(governor).getFunction("loosen")(0)), id(error).slice(0, 10), error);
    await refused("AccessManagerNotScheduled(bytes32)");
    const data = room["risk"]!.interface.encodeFunctionData("loosen", [0]);
    await room["authority"]!.getFunction("schedule")(addresses.get("risk"), data, 0);
    await refused("AccessManagerNotReady(bytes32)");
    await provider.send("evm_increaseTime", [GOVERNANCE_DELAY_SECONDS]);
    await by(governor).getFunction("loosen")(0);
    assert.lengthOf(await room["risk"]!.queryFilter("Loosened"), 1);
  });

  it("is read back: other bonds, another ceiling, other reporters and counted stake are named", async () => {
    const { connection, parameters, addresses, deployer, room } = place;
    const look = async (risk: Partial<Parameters["risk"]>): Promise<string> => {
      const changed = { ...parameters, risk: { ...parameters.risk, ...risk } };
      const deployment = { parameters: changed, addresses, deployer: deployer.address };
      return (await verifyDeployment(connection.ethers.provider, deployment)).join("\n");
    };
    assert.equal(await look({}), "");
    assert.include(await look({ bondFeed: 2 }), "risk.bondFeed is 15, not 2");
    assert.include(await look({ bondDecimals: 18 }), "risk.bondUnit is 1000000, not");
    assert.include(await look({ haircutBps: 5_000 }), "risk.haircutBps is 9000, not 5000");
    assert.include(await look({ ceilingThousands: 7 }), "risk.ceilingThousands is 1000000, not 7");
    assert.include(await look({ reporters: [Wallet.createRandom().address] }), "risk.reporters is");
    const data = room["risk"]!.interface.encodeFunctionData("switchStake", [true]);
    await room["authority"]!.getFunction("schedule")(addresses.get("risk"), data, 0);
    await connection.ethers.provider.send("evm_increaseTime", [GOVERNANCE_DELAY_SECONDS]);
    await room["risk"]!.getFunction("switchStake")(true);
    assert.include(await look({}), "risk.isStakeOn is true, not false");
  });
});
