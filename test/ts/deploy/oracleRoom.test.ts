// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { assert } from "chai";
import { id } from "ethers";

import {
  ADMIN_ROLE,
  GOVERNANCE_DELAY_SECONDS,
  GOVERNED_CONTRACTS,
  GOVERNED_FUNCTIONS,
  GUARDED_FUNCTIONS,
  PARAMETERS_ROLE,
} from "../../../deploy/governance.ts";
import { deployed } from "./deployed.ts";

/** Where functions are governed in another room. */
const SOURCES: Readonly<Record<string, string>> = {
  RiskManager: "risk/RiskManager",
  Clearinghouse: "clearing/Markets",
  InsurerDirectory: "periphery/InsurerDirectory",
};

describe("deployment of the oracle room", () => {
  let place: Awaited<ReturnType<typeof deployed>>;

  before(async () => {
    place = await deployed();
  });

  it("names in every contract the ones below it", async () => {
    const { ask, address, parameters } = place;
    const expected: readonly (readonly [string, string, string])[] = [
      ["oracle", "anchor", await address("anchor")],
      ["oracle", "authority", await address("authority")],
      ["pot", "token", parameters.bondToken],
      ["pot", "oracle", await address("oracle")],
      ["escrow", "token", parameters.bondToken],
      ["escrow", "authority", await address("authority")],
      ["registry", "bondToken", parameters.bondToken],
      ["registry", "oracle", await address("oracle")],
      ["registry", "rewardPot", await address("pot")],
      ["registry", "escrow", await address("escrow")],
      ["registry", "authority", await address("authority")],
      ["router", "oracle", await address("oracle")],
      ["router", "rewardPot", await address("pot")],
      ["router", "authority", await address("authority")],
      ["slasher", "registry", await address("registry")],
      ["slasher", "oracle", await address("oracle")],
      ["slasher", "router", await address("router")],
      ["slasher", "anchor", await address("anchor")],
    ];
    for (const [contract, getter, value] of expected)
      assert.equal(await ask(contract, getter), value, `${contract}.${getter}`);
  });

  it("tells every contract who may call it from above, once and for ever", async () => {
    const { ask, address, stranger } = place;
    const [registry, router, slasher] = [await address("registry"), await address("router"), await address("slasher")];
    assert.equal(await ask("oracle", "registry"), registry);
    assert.equal(await ask("oracle", "witnessRouter"), router);
    assert.equal(await ask("pot", "registry"), registry);
    assert.equal(await ask("pot", "witnessRouter"), router);
    assert.equal(await ask("pot", "riskManager"), await address("risk"));
    assert.equal(await ask("escrow", "registry"), registry);
    assert.equal(await ask("registry", "slasher"), slasher);

    const again: readonly (readonly [string, string[]])[] = [
      ["oracle", [stranger.address, stranger.address]],
      ["pot", [stranger.address, stranger.address, stranger.address]],
      ["escrow", [stranger.address]],
      ["registry", [stranger.address]],
    ];
    for (const [contract, args] of again) {
      const refusal = await ask(contract, "wire", ...args).then(
        () => "accepted",
        (error: Error) => error.message,
      );
      assert.match(refusal, /_(Unauthorized|AlreadyWired)\(/, `${contract}.wire by the deployer, a second time`);
    }
  });

  it("sets every parameter of the network", async () => {
    const { ask, events, parameters } = place;
    assert.equal(await ask("oracle", "heartbeat"), BigInt(parameters.heartbeat));
    assert.equal(await ask("anchor", "history"), parameters.chain.anchor.history);
    assert.equal(await ask("registry", "targetSize"), BigInt(parameters.targetSize));
    assert.equal(await ask("registry", "minimumBond"), parameters.minimumBond);
    assert.equal(await ask("registry", "epochReward"), parameters.epochReward);
    assert.equal(await ask("router", "pokeReward"), parameters.pokeReward);
    const changes = await events("oracle", "TipBaseChanged");
    assert.equal(changes.at(-1)!.args["newBase"], parameters.tipBase, "tip base");
  });

  it("opens every feed with its witnesses, usable from the first block", async () => {
    const { ask, events, parameters, address } = place;
    assert.equal(await ask("oracle", "feedCount"), BigInt(parameters.feeds.length));
    for (const [feed, { description, tick, sources }] of parameters.feeds.entries()) {
      assert.equal(await ask("oracle", "feedDescription", feed), description);
      const added = await events("oracle", "FeedAdded");
      assert.equal(added[feed]!.args["tick"], tick, `tick of ${description}`);
      assert.equal(await ask(`facade${feed}`, "oracle"), await address("oracle"));
      assert.equal(await ask(`facade${feed}`, "feed"), BigInt(feed));
      assert.equal(await ask("router", "sourceCount", feed), BigInt(sources.length));
      for (const [index, source] of sources.entries()) {
        const kept = await ask("router", "sourceAt", feed, index);
        assert.equal(kept.target, source.target);
        assert.equal(kept.heartbeat, BigInt(source.heartbeat));
        assert.equal(kept.minimum, source.minimum);
        assert.equal(kept.maximum, source.maximum);
        assert.equal(kept.thresholdBps, BigInt(source.thresholdBps));
        assert.equal(kept.trueTime, source.trueTime);
        const block = await place.connection.ethers.provider.getBlock("latest");
        assert.isTrue(kept.usableAt <= BigInt(block!.timestamp), `witness ${index} of ${description} waits`);
      }
    }
  });

  it("leaves the deployer no right: the timelock alone administers", async () => {
    const { ask, address, deployer } = place;
    const timelock = await address("timelock");
    assert.isFalse((await ask("authority", "hasRole", ADMIN_ROLE, deployer.address)).isMember, "deployer");
    const [isMember, delay] = await ask("authority", "hasRole", ADMIN_ROLE, timelock);
    assert.isTrue(isMember, "timelock");
    assert.equal(delay, 0n, "the timelock waits itself");
    assert.equal(await ask("timelock", "getMinDelay"), BigInt(GOVERNANCE_DELAY_SECONDS));
    const proposer = await ask("timelock", "PROPOSER_ROLE");
    assert.isTrue(await ask("timelock", "hasRole", proposer, deployer.address), "the governor proposes");
    const timelockAdmin = await ask("timelock", "DEFAULT_ADMIN_ROLE");
    assert.isFalse(await ask("timelock", "hasRole", timelockAdmin, deployer.address), "nobody skips the timelock");
  });

  it("makes every governed function wait 48 hours, and only the governor may ask", async () => {
    const { ask, address, deployer, stranger } = place;
    for (const [name, functions] of Object.entries(GOVERNED_FUNCTIONS)) {
      const target = await address(GOVERNED_CONTRACTS[name as keyof typeof GOVERNED_CONTRACTS]);
      for (const signature of functions) {
        const selector = id(signature).slice(0, 10);
        assert.equal(await ask("authority", "getTargetFunctionRole", target, selector), PARAMETERS_ROLE, signature);
        const [now, delay] = await ask("authority", "canCall", deployer.address, target, selector);
        assert.isFalse(now, `${signature} at once`);
        assert.equal(delay, BigInt(GOVERNANCE_DELAY_SECONDS), signature);
        const [strangerNow, strangerDelay] = await ask("authority", "canCall", stranger.address, target, selector);
        assert.isFalse(strangerNow, `${signature} by a stranger`);
        assert.equal(strangerDelay, 0n, `${signature} by a stranger, later`);
      }
    }
  });

  it("lists every governed function that the contracts have", async () => {
    for (const [name, functions] of Object.entries(GOVERNED_FUNCTIONS)) {
      const contract = place.room[GOVERNED_CONTRACTS[name as keyof typeof GOVERNED_CONTRACTS]]!;
      const guarded = Object.entries(GUARDED_FUNCTIONS).find(([guardedName]) => guardedName === name)?.[1] ?? [];
      for (const signature of [...functions, ...guarded])
        assert.isNotNull(contract.interface.getFunction(signature), signature);
      const source = SOURCES[name] ?? `oracle/${name}`;
      const file = new URL(`../../../contracts/${source}.sol`, import.meta.url);
      const restricted = (await readFile(file, "utf8")).match(/\brestricted\b/g) ?? [];
      assert.lengthOf(restricted, functions.length + guarded.length, `restricted functions of ${name}`);
    }
  });
});
