// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { z } from "zod";

import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { seatsOf } from "../../../scripts/chain/OracleReader.ts";
import { ROUND_MS } from "../../../scripts/model/constants.ts";
import { World } from "./support/World.ts";

const NAMES = ["v0", "v1", "v2", "v3", "v4"];

describe("validators and a relayer, end to end", function () {
  this.timeout(240_000);
  const transport = new FetchTransport();
  let world: World;

  before(async () => {
    world = await World.start(NAMES);
    // Ports are only known once something listens, and each side needs the other's: the relayer gets fixed ones first.
    const relayerPort = await freePort();
    const ports = await Promise.all(NAMES.map(() => freePort()));
    const relayerUrl = `http://127.0.0.1:${relayerPort}`;
    await world.run(
      "relayer",
      "relayer",
      await world.relayerConfig(
        ports.map((port) => `http://127.0.0.1:${port}`),
        relayerPort,
      ),
    );
    await Promise.all(
      NAMES.map(async (name, index) =>
        world.run(name, "validator", await world.validatorConfig(name, [relayerUrl], ports[index])),
      ),
    );
  });

  after(() => world.close());

  async function acceptedRounds(): Promise<{ round: bigint; seats: number[]; prices: bigint[] }[]> {
    const accepted = await world.oracle.queryFilter(world.oracle.filters.RoundAccepted());
    const upgraded = await world.oracle.queryFilter(world.oracle.filters.RoundUpgraded());
    const last = new Map([...accepted, ...upgraded].map((event) => [event.args.round, event]));
    return [...last.values()]
      .map(({ args }) => ({ round: args.round, seats: seatsOf(args.signers), prices: [...args.prices] }))
      .sort((a, b) => (a.round < b.round ? -1 : 1));
  }

  async function truthAt(feed: string, timeMs: bigint): Promise<bigint> {
    const { body } = await transport.request({
      url: `${world.market.url}/truth?feed=${feed}&at=${timeMs}`,
      timeoutMs: 5_000,
    });
    return BigInt(z.object({ price: z.string() }).parse(JSON.parse(body)).price);
  }

  it("listens two rounds, then lands every round with every signer and the right price", async () => {
    await world.advance(5n * ROUND_MS);
    const rounds = await acceptedRounds();
    assert.isAtLeast(
      rounds.length,
      2,
      `rounds landed\n${world.program("relayer").log().slice(-3000)}\n${world.program("v0").log().slice(-3000)}`,
    );
    for (const { round, seats, prices } of rounds) {
      assert.deepEqual(seats, [0, 1, 2, 3, 4], `signers of round ${round}`);
      for (const [slot, feed] of ["ETH", "BTC"].entries()) {
        const truth = await truthAt(feed, round * ROUND_MS);
        const distance = prices[slot]! > truth ? prices[slot]! - truth : truth - prices[slot]!;
        assert.isTrue(distance * 10_000n <= 6n * truth, `${feed} in round ${round}: ${prices[slot]} against ${truth}`);
      }
    }
  });
});

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
