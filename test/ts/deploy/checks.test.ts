// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { id, Wallet } from "ethers";

import { checkAnchor } from "../../../deploy/check/anchor.ts";
import type { Deployment } from "../../../deploy/check/Deployment.ts";
import { checkOracle } from "../../../deploy/check/oracle.ts";
import { checkRoles, roleMembers } from "../../../deploy/check/roles.ts";
import { GUARDIAN_ROLE } from "../../../deploy/governance.ts";
import type { Parameters } from "../../../deploy/parameters.ts";
import { verifyDeployment } from "../../../deploy/verifyDeployment.ts";
import { deployed } from "./deployed.ts";

type Place = Awaited<ReturnType<typeof deployed>>;
type Change = (given: Parameters) => Partial<Parameters>;

const STRANGER = Wallet.createRandom().address;

/** The first feed with its first witness changed. */
function witness(change: Partial<Parameters["feeds"][number]["sources"][number]>): Change {
  return ({ feeds: [first, ...feeds] }) => {
    const [source, ...sources] = first!.sources;
    return { feeds: [{ ...first!, sources: [{ ...source!, ...change }, ...sources] }, ...feeds] };
  };
}

function anchor(change: Partial<Parameters["chain"]>): Change {
  return ({ chain }) => ({ chain: { ...chain, ...change } });
}

/** What was asked for instead, and what is found to differ. */
const DIFFERENCES: readonly (readonly [asked: string, change: Change, found: string])[] = [
  ["another heartbeat", () => ({ heartbeat: 60 }), "oracle.heartbeat is 300, not 60"],
  ["another tip", () => ({ tipBase: 7n }), "oracle.tipBase is 500000, not 7"],
  ["another size of the set", () => ({ targetSize: 9 }), "registry.targetSize is 21, not 9"],
  ["another bond", () => ({ minimumBond: 7n }), "registry.minimumBond is 50000000000, not 7"],
  ["another token of the bonds", () => ({ bondToken: STRANGER }), `not ${STRANGER}`],
  ["another pay of an epoch", () => ({ epochReward: 7n }), "registry.epochReward is 5000000, not 7"],
  ["another pay of a poke", () => ({ pokeReward: 7n }), "router.pokeReward is 1000000, not 7"],
  ["another history", anchor({ anchor: { adapter: "BlockHashAnchor", history: STRANGER } }), "anchor.history is"],
  [
    "the adapter of a rollup",
    anchor({ anchor: { adapter: "ArbitrumAnchor", system: STRANGER, history: STRANGER } }),
    "anchor.system cannot be read",
  ],
  ["a feed more", ({ feeds }) => ({ feeds: [...feeds, feeds[0]!] }), "oracle.feedCount is 3, not 4"],
  [
    "another tick",
    ({ feeds: [first, ...feeds] }) => ({ feeds: [{ ...first!, tick: 7n }, ...feeds] }),
    "feedTick(0) is",
  ],
  [
    "another feed",
    ({ feeds: [first, ...feeds] }) => ({ feeds: [{ ...first!, description: "SOL / USD" }, ...feeds] }),
    "oracle.feedDescription(0) is ETH / USD, not SOL / USD",
  ],
  ["another witness", witness({ target: STRANGER }), `not ${STRANGER}`],
  ["a witness of another kind", witness({ kind: "Pyth" }), "witness 0 of feed 0 is not of kind Pyth"],
  ["a witness with another patience", witness({ heartbeat: 7 }), "witness 0 of feed 0: heartbeat is 3600, not 7"],
  ["a witness with other bounds", witness({ minimum: 7n }), "witness 0 of feed 0: minimum is 1000000000, not 7"],
  ["a witness that observes", witness({ trueTime: false }), "witness 0 of feed 0: trueTime is true, not false"],
  [
    "a collateral with a price of its own",
    ({ clearing }) => {
      const [first, ...markets] = clearing.markets;
      return { clearing: { ...clearing, markets: [{ ...first!, collateralFeed: 2 }, ...markets] } };
    },
    "is true,15, not true,2",
  ],
  [
    "a market more",
    ({ clearing }) => ({
      clearing: { ...clearing, markets: [...clearing.markets, { ...clearing.markets[0]!, insurer: STRANGER }] },
    }),
    "market 3 is missing",
  ],
];

describe("checks of a deployment", () => {
  let place: Place;
  const found = async (change: Partial<Parameters>): Promise<string> => {
    const { connection, addresses, deployer } = place;
    const parameters = { ...place.parameters, ...change };
    const facades = [...addresses, ["facade3", addresses.get("facade0")!] as const];
    const deployment = { parameters, addresses: new Map(facades), deployer: deployer.address };
    return (await verifyDeployment(connection.ethers.provider, deployment)).join("\n");
  };

  before(async () => {
    place = await deployed();
  });

  for (const [asked, change, difference] of DIFFERENCES)
    it(`find that ${asked} was asked for`, async () => {
      assert.include(await found(change(place.parameters)), difference);
    });

  it("find a facade of another feed, and nothing where all is as it should be", async () => {
    assert.equal(await found({}), "");
    const { connection, addresses, parameters, deployer } = place;
    const swapped = new Map([...addresses, ["facade1", addresses.get("facade0")!]]);
    const deployment = { parameters, addresses: swapped, deployer: deployer.address };
    assert.deepEqual(await checkOracle(connection.ethers.provider, deployment), ["facade1.feed is 0, not 1"]);
  });

  it("find that a chain forgets the blocks that late reports are anchored in", async () => {
    const { connection, addresses, deployer } = place;
    const { provider } = connection.ethers;
    await provider.send("hardhat_mine", ["0x190"]);
    const fast = { ...place.parameters, chain: { ...place.parameters.chain, blockMs: 2_000 } };
    const deployment = { parameters: fast, addresses, deployer: deployer.address };
    const head = await provider.getBlockNumber();
    assert.deepEqual(await checkAnchor(provider, deployment), [
      `the anchor does not know block ${head - 317}, 317 blocks back`,
    ]);
  });
});

describe("roles of a deployment", () => {
  let place: Place;
  let deployment: Deployment;
  beforeEach(async () => {
    place = await deployed();
    deployment = { parameters: place.parameters, addresses: place.addresses, deployer: place.deployer.address };
  });

  /** Sends as the timelock, which alone may. */
  async function asTimelock(contract: string, method: string, ...given: unknown[]): Promise<void> {
    const { connection, room, addresses } = place;
    const { ethers } = connection;
    const timelock = addresses.get("timelock")!;
    await ethers.provider.send("hardhat_impersonateAccount", [timelock]);
    await ethers.provider.send("hardhat_setBalance", [timelock, "0xde0b6b3a7640000"]);
    const target = room[contract]!.connect(await ethers.getSigner(timelock)) as (typeof room)[string];
    await target.getFunction(method)(...given);
  }

  const findings = (): Promise<string[]> => checkRoles(place.connection.ethers.provider, deployment);

  it("are all told, and are those that were meant", async () => {
    const members = await roleMembers(place.connection.ethers.provider, deployment);
    assert.sameMembers(
      members.map(({ contract, role, delaySeconds }) => `${contract} ${role} ${delaySeconds}`),
      [
        "AccessManager admin 0",
        "AccessManager parameters 172800",
        "AccessManager guardian 0",
        "TimelockController PROPOSER_ROLE 0",
        "TimelockController CANCELLER_ROLE 0",
        "TimelockController EXECUTOR_ROLE 0",
        "TimelockController DEFAULT_ADMIN_ROLE 0",
      ],
    );
    assert.deepEqual(await findings(), []);
  });

  it("that nobody meant are found, whoever holds them", async () => {
    await asTimelock("authority", "grantRole", GUARDIAN_ROLE, STRANGER, 0);
    await asTimelock("timelock", "grantRole", id("PROPOSER_ROLE"), STRANGER);
    assert.deepEqual(await findings(), [
      `not meant: ${STRANGER} as guardian of the AccessManager`,
      `not meant: ${STRANGER} as PROPOSER_ROLE of the TimelockController`,
    ]);
  });

  it("that were taken away are missed", async () => {
    const { deployer } = place;
    await asTimelock("authority", "revokeRole", GUARDIAN_ROLE, deployer.address);
    assert.deepEqual(await findings(), [`missing: ${deployer.address} as guardian of the AccessManager`]);
  });

  it("of a function on no list are found, and who gives roles, and what is closed", async () => {
    const { addresses } = place;
    const selector = id("relay(bytes)").slice(0, 10);
    await asTimelock("authority", "setTargetFunctionRole", addresses.get("oracle"), [selector], 7n);
    await asTimelock("authority", "setRoleAdmin", GUARDIAN_ROLE, 7n);
    await asTimelock("authority", "setTargetClosed", addresses.get("risk"), true);
    assert.deepEqual(await findings(), [
      "the guardian role is not given by the admin",
      "RiskManager is closed to everybody",
      `${selector} of ${addresses.get("oracle")} was given to role 7`,
    ]);
  });
});
