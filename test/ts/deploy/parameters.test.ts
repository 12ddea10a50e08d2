// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { assert } from "chai";

import { anchorArguments, anchorReach } from "../../../deploy/chainShape.ts";
import { NETWORKS } from "../../../deploy/networks.ts";
import { hasMocks, parseParameters, readParameters } from "../../../deploy/parameters.ts";

const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
const CHAIN_IDS = {
  local: 31_337,
  sepolia: 11_155_111,
  baseSepolia: 84_532,
  opSepolia: 11_155_420,
  arbitrumSepolia: 421_614,
};

/** Text of a network's parameters with a change. */
async function changed(network: string, change: (given: string) => string): Promise<string> {
  const text = await readFile(new URL(`../../../deploy/parameters/${network}.json`, import.meta.url), "utf8");
  const after = change(text);
  assert.notEqual(after, text, "the change found nothing");
  return after;
}

function refusalOf(text: string): { code: string; message: string } {
  try {
    parseParameters(text, "mine.json");
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: "accepted", message: "" };
}

describe("parameters of networks", () => {
  it("are there for each of them, of the chain with its id", () => {
    const ids = Object.fromEntries(NETWORKS.map(({ name }) => [name, readParameters(name).chain.id]));
    assert.deepEqual(ids, CHAIN_IDS);
  });

  it("of a public network name real contracts only, and insured markets for every vault", () => {
    for (const { name, prefix } of NETWORKS) {
      const parameters = readParameters(name);
      assert.equal(hasMocks(parameters), prefix === undefined, name);
      for (const { market } of parameters.vaults)
        assert.isTrue(parameters.clearing.markets[market - 1]!.insurance > 0n, `${name}: market ${market}`);
    }
  });

  it("count the rollup's own blocks on Arbitrum, where block.number is the parent's", () => {
    const system = "0x0000000000000000000000000000000000000064";
    assert.deepEqual(anchorArguments(readParameters("arbitrumSepolia").chain), [system, HISTORY]);
    for (const name of ["sepolia", "baseSepolia", "opSepolia"])
      assert.deepEqual(anchorArguments(readParameters(name).chain), [HISTORY], name);
  });

  it("look for anchors of a late report further back than BLOCKHASH knows, where blocks are fast", () => {
    const reach = Object.fromEntries(NETWORKS.map(({ name }) => [name, anchorReach(readParameters(name).chain)]));
    assert.deepEqual(reach, { local: 53, sepolia: 53, baseSepolia: 317, opSepolia: 317, arbitrumSepolia: 2_536 });
  });

  it("refuse an address whose capitals are not those of its checksum", async () => {
    const text = await changed("sepolia", (given) => given.replace("0x1c7D4B196C", "0x1c7D4B196c"));
    const { code, message } = refusalOf(text);
    assert.equal(code, "parametersInvalid");
    assert.match(message, /mine\.json.*bondToken/);
  });

  it("refuse an adapter without what it asks", async () => {
    const text = await changed("arbitrumSepolia", (given) => given.replace(/"system": "[^"]+",/, ""));
    assert.match(refusalOf(text).message, /chain\.anchor\.system/);
  });

  it("refuse what names a feed, a parameter set or a market that is not there", async () => {
    const text = await changed("sepolia", (given) =>
      given
        .replace('"feeds": [0]', '"feeds": [0, 5]')
        .replace('"parameterSet": 1', '"parameterSet": 2')
        .replace('"market": 2', '"market": 3'),
    );
    const { message } = refusalOf(text);
    for (const place of ["clearing.feeds[1]", "clearing.markets[1].parameterSet", "vaults[1].market"])
      assert.include(message, place);
  });

  it("refuse a key nobody knows, and a text that is no JSON", async () => {
    const text = await changed("sepolia", (given) => given.replace('"tipBase"', '"tipBas"'));
    assert.match(refusalOf(text).message, /tipBas/);
    assert.equal(refusalOf("{").code, "parametersInvalid");
  });
});
