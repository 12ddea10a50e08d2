// SPDX-License-Identifier: MIT
import hre from "hardhat";

export type Connection = Awaited<ReturnType<typeof hre.network.create>>;

/** Something deployed on a chain of its own, and how that chain was then. */
interface Deployed {
  readonly connection: Connection;
  readonly made: unknown;
  snapshot: string;
  /** Whose it is: nobody's, the running test's, or that of a suite, which keeps it. */
  owner: "nobody" | "test" | "suite";
}

const deployments = new Map<string, Deployed[]>();
let isInTest = false;

// Hooks of the root: a suite's own run between these two.
beforeEach(() => {
  isInTest = true;
});
afterEach(() => {
  isInTest = false;
  for (const each of [...deployments.values()].flat()) if (each.owner === "test") each.owner = "nobody";
});

/**
 * What `deploy` puts on a chain that nobody else uses until the running test ends. Deploying takes longer than most tests: a
 * chain of a test that is over is set back to where it was instead. What is returned is then returned again, so callers must
 * not change it.
 * @param what Says everything that `deploy` depends on.
 */
export async function onFreshChain<T>(what: string, deploy: (connection: Connection) => Promise<T>): Promise<T> {
  const alike = deployments.get(what) ?? [];
  deployments.set(what, alike);
  const owner = isInTest ? "test" : "suite";
  const free = alike.find((each) => each.owner === "nobody");
  if (free !== undefined) {
    free.owner = owner;
    await setBack(free);
    return free.made as T;
  }
  const connection = await hre.network.create();
  const made = await deploy(connection);
  alike.push({ connection, made, snapshot: await snapshotOf(connection), owner });
  return made;
}

/** The node's clock would go on from ahead of where it was, by the time that has passed: the next block says when it is. */
async function setBack(deployed: Deployed): Promise<void> {
  const { ethers, provider } = deployed.connection;
  await provider.request({ method: "evm_revert", params: [deployed.snapshot] });
  const latest = await ethers.provider.getBlock("latest");
  await provider.request({ method: "evm_setNextBlockTimestamp", params: [latest!.timestamp + 1] });
  deployed.snapshot = await snapshotOf(deployed.connection);
}

async function snapshotOf(connection: Connection): Promise<string> {
  return (await connection.provider.request({ method: "evm_snapshot" })) as string;
}
