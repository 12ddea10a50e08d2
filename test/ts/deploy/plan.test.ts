// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Wallet } from "ethers";
import hre from "hardhat";

import { NETWORKS } from "../../../deploy/networks.ts";
import { readParameters } from "../../../deploy/parameters.ts";
import { preflight, requireChain } from "../../../deploy/run/preflight.ts";
import { rehearse } from "../../../deploy/run/rehearse.ts";
import { openRehearsal, standIn } from "../../../deploy/run/standIns.ts";
import { planText } from "../../../scripts/cli/deployText.ts";

/** EIP-7825. */
const TRANSACTION_GAS = 16_777_216n;
const CODE_BYTES = 24_576;

describe("plan of a deployment", () => {
  for (const { name } of NETWORKS)
    it(`on ${name} can be carried out, and leaves what was asked for`, async () => {
      const { steps, gas, findings } = await rehearse(hre, readParameters(name));
      assert.deepEqual(findings, []);
      assert.equal(
        gas,
        steps.reduce((sum, step) => sum + step.gas, 0n),
      );
      for (const { future, gas: used, creates } of steps) {
        assert.isTrue(used < TRANSACTION_GAS, `${future} uses ${used}`);
        if (creates !== undefined) assert.isAtMost(creates.bytes, CODE_BYTES, future);
      }
    });

  it("prints contracts with their sizes and gas, and what it comes to", () => {
    const steps = [
      { future: "OracleRoom#Anchor", gas: 167_002n, creates: { contract: "ArbitrumAnchor", bytes: 820 } },
      { future: "OracleRoom#AddFeed0", gas: 90_000n },
    ];
    const text = planText({ steps, gas: 257_002n, findings: [] }, "arbitrumSepolia");
    assert.match(text, /^arbitrumSepolia: 1 contracts and 1 calls/);
    assert.match(text, /Anchor\s+ArbitrumAnchor\s+820\s+167002/);
    assert.include(text, "together 257002");
    assert.include(text, "largest transaction: OracleRoom#Anchor, 167002 gas\n");
    assert.include(planText({ steps, gas: 1n, findings: ["x is y"] }, "local"), "wrong: x is y");
  });
});

describe("preflight of a deployment", () => {
  const parameters = readParameters("opSepolia");

  async function ready() {
    const { ethers } = await openRehearsal(hre, parameters);
    await standIn(ethers, parameters);
    const [deployer] = await ethers.getSigners();
    return { provider: ethers.provider, deployer: deployer!.address };
  }

  /** What is missing for these parameters, or this account. */
  async function missing(change: object, deployer?: string): Promise<string> {
    const place = await ready();
    const given = { ...parameters, ...change };
    return preflight(place.provider, given, deployer ?? place.deployer, false).then(
      () => "nothing",
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );
  }

  it("finds nothing where everything is there", async () => {
    assert.equal(await missing({}), "nothing");
  });

  it("finds tokens and witnesses that are not there, and other decimals, all at once", async () => {
    const nowhere = Wallet.createRandom().address;
    const [first, ...feeds] = parameters.feeds;
    const given = {
      bondToken: nowhere,
      feeds: [{ ...first!, sources: [{ ...first!.sources[0]!, target: nowhere }] }, ...feeds],
      clearing: {
        ...parameters.clearing,
        markets: [parameters.clearing.markets[0]!, { ...parameters.clearing.markets[1]!, collateralDecimals: 8 }],
      },
    };
    const found = await missing(given);
    assert.match(found, /^preflightFailed: /);
    assert.include(found, `no token at ${nowhere}`);
    assert.include(found, `no witness of ETH / USD at ${nowhere}`);
    assert.include(found, "has 18 decimals, not 8");
  });

  it("finds that the deployer does not have what he insures markets with", async () => {
    const poor = Wallet.createRandom().address;
    const found = await missing({}, poor);
    assert.include(found, `${poor} holds 0.0 of ${parameters.bondToken}, and insures markets with 20.0`);
    assert.include(found, "insures markets with 0.01");
  });

  it("says that a witness has not answered for long, and goes on", async () => {
    const { provider, deployer } = await ready();
    await provider.send("evm_increaseTime", [10_000]);
    await provider.send("evm_mine", []);
    const remarks = await preflight(provider, parameters, deployer, false);
    assert.lengthOf(remarks, 2);
    assert.match(remarks[0]!, /witness of ETH \/ USD at 0x\w+ is 1\d{4} s old, more than 3900/);
  });

  it("refuses another chain", async () => {
    const { provider } = await ready();
    const error = await requireChain(provider, readParameters("sepolia")).catch((one: object) => one);
    assert.include(error, { code: "chainMismatch" });
  });
});
