// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { fetchReports } from "../../../../scripts/chain/fetchReports.ts";
import { inject } from "../../../../scripts/simulator/injections/inject.ts";
import type { FaultNote, Injections } from "../../../../scripts/simulator/injections/inject.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { MinedBlock } from "../../../../scripts/simulator/world/ChainDriver.ts";
import { hostUrl } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";

const NOBODY = "{ count: 0 }";
/** Rises fast enough that a round is due about every other block, and slowly enough that nothing trips. */
const TEXT = `
version: 1
name: one-fault-after-another
duration: 20m
feeds: [{ id: ETH-USD, path: [[0, 3000], [20, 3360]] }]
validators: { count: 5 }
venues: { count: 3 }
actors:
  writers: ${NOBODY}
  buyers: ${NOBODY}
  liquidators: ${NOBODY}
  providers: ${NOBODY}
  relayers: { count: 2 }
  keepers: { replicas: 1 }
faults:
  - { type: oracle.value, target: [4], at: 60s, for: 120s, with: { multiply: 1.05 } }
  - { type: oracle.silent, target: f+1, at: 180s, for: 120s }
  - { type: chain.reorg, at: 384s, with: { depth: 7 } }
  - { type: net.partition, at: 420s, for: 120s, with: { groups: [[relayer-1], [0, 1, 2, 3, 4]] } }
  - { type: validator.restart, target: [1], at: 540s, for: 60s, with: { disk: old } }
  - { type: keeper.crash, target: one, at: 60s, for: 240s, with: { point: signed } }
  - { type: chain.halt, at: 725s, for: 60s, with: { backfill: true } }
  - { type: chain.censor, at: 800s, for: 60s, with: { who: [relayer-1, relayer-2] } }
  - { type: oracle.equivocate, target: [2], at: 960s, for: 120s }
`;

/** As in `ISlasher.Fault`. */
const EQUIVOCATION = 0n;

interface Round extends MinedBlock {
  readonly seconds: number;
  readonly relayer: string;
  /** Bit by seat. */
  readonly signers: bigint;
  readonly price: bigint;
}

describe("a world with one fault after another", function () {
  this.timeout(180_000);
  let world: World;
  let injections: Injections;
  const notes: FaultNote[] = [];
  const blocks: MinedBlock[] = [];
  const rounds: Round[] = [];
  /** When a transaction of the keeper was mined, also where that was in a block of an earlier time. */
  const byKeeper: number[] = [];
  /** Vectors by round and seat, as relayers have them. */
  const vectors = new Map<string, Set<string>>();
  const accused: { readonly seconds: number; readonly validatorId: bigint; readonly fault: bigint }[] = [];

  before(async () => {
    const scenario = parseScenario(TEXT, "test.yaml");
    world = await World.create(scenario);
    injections = inject(world, scenario, { note: (note) => notes.push(note) });
    const keeper = world.keyOf("keeper-1").address;
    world.watch.observe(async ({ events, seconds, number, timestamp }) => {
      blocks.push({ number, timestamp });
      for (const { name, args } of events) {
        if (args[0] === keeper) byKeeper.push(world.time.elapsedSeconds);
        if (name === "CaseOpened")
          accused.push({ seconds, validatorId: args["validatorId"] as bigint, fault: args["fault"] as bigint });
        if (name !== "RoundAccepted") continue;
        const [relayer, , , signers, prices] = args.toArray() as [string, bigint, bigint, bigint, bigint[]];
        rounds.push({ number, timestamp, seconds, relayer, signers, price: prices[0]! });
      }
      await collect();
    });
    await world.begin();
    assert.isFalse(injections.isByzantine("validator-5"));
    await world.run(scenario.durationSeconds);
  });
  after(() => world.close());

  async function collect(): Promise<void> {
    const transport = world.network.transport("observer");
    for (const relayer of world.population.relayers) {
      const reports = await fetchReports(transport, { baseUrl: hostUrl(relayer), since: 0n, timeoutMs: 1_000 });
      for (const { round, seat, prices } of reports) {
        const key = `${seat} ${round}`;
        vectors.set(key, (vectors.get(key) ?? new Set()).add(prices.join()));
      }
    }
  }
  const between = (from: number, until: number): Round[] =>
    rounds.filter(({ seconds }) => seconds > from && seconds <= until);
  const contradictions = (seat: number): number =>
    [...vectors].filter(([key, said]) => key.startsWith(`${seat} `) && said.size > 1).length;

  it("does not move its price for a third that lies", () => {
    const told = between(72, 180);
    assert.isAtLeast(told.length, 3);
    for (const { price, seconds } of told) {
      const real = Number(world.truth.priceAt("ETH-USD", seconds));
      assert.isBelow(Math.abs(Number(price) / real - 1), 0.006, `at ${seconds} s`);
    }
    assert.isTrue(injections.isByzantine("validator-5"));
    assert.isFalse(injections.isByzantine("validator-2"), "away is not lying");
  });

  it("has no rounds while more than a third is silent, and has them again when they speak", () => {
    assert.lengthOf(between(204, 300), 0);
    assert.isAtLeast(between(300, 360).length, 1);
  });

  it("loses seven blocks, takes seven others, and everybody goes on", () => {
    const turn = blocks.findIndex(({ number }, index) => index > 0 && number <= blocks[index - 1]!.number);
    const before = blocks[turn - 1]!;
    assert.equal(before.number - blocks[turn]!.number, 6, "the first of seven");
    assert.equal(blocks[turn]!.timestamp, blocks[turn - 7]!.timestamp);
    assert.isAtLeast(between(396, 432).length, 1);
    assert.equal(between(396, 432).at(-1)!.signers, 0b1111n, "all who are left signed on the new branch");
  });

  it("is served by the other relayer while one is cut off", () => {
    const relayers = new Set(between(444, 540).map(({ relayer }) => relayer));
    assert.deepEqual([...relayers], [world.keyOf("relayer-2").address]);
    assert.include(
      between(540, 720).map(({ relayer }) => relayer),
      world.keyOf("relayer-1").address,
    );
  });

  it("has a validator back on an old disk that signs nothing twice", () => {
    assert.equal(between(552, 600).at(-1)!.signers, 0b1101n, "it was away");
    assert.equal(between(660, 720).at(-1)!.signers, 0b1111n, "it is back");
    for (const seat of [0, 1, 3, 4]) assert.equal(contradictions(seat), 0);
  });

  it("has a keeper back that died between signing and sending", () => {
    const death = notes.find(({ type, what }) => type === "keeper.crash" && what === "acts");
    assert.deepEqual(death?.detail, { keeper: "keeper-1", crashedAt: "signed" });
    assert.lengthOf(
      byKeeper.filter((seconds) => seconds > death!.seconds + 12 && seconds <= 300),
      0,
    );
    assert.isAtLeast(byKeeper.filter((seconds) => seconds > 300).length, 1);
  });

  it("has the blocks of a halt when it is over, empty and at their times", () => {
    const first = blocks.findIndex(({ timestamp }) => timestamp - world.scenario.chain.startAt === 720);
    const times = blocks.slice(first, first + 8).map(({ timestamp }) => timestamp - world.scenario.chain.startAt);
    assert.deepEqual(times, [720, 732, 744, 756, 768, 780, 792, 804]);
    assert.lengthOf(between(720, 780), 0);
  });

  it("has no transaction of those that are left out, and takes them after", () => {
    assert.lengthOf(between(804, 860), 0);
    assert.isAtLeast(between(860, 900).length, 1);
  });

  it("finds who signs twice, and only him", () => {
    assert.isAtLeast(contradictions(2), 1);
    const twice = accused.filter(({ fault }) => fault === EQUIVOCATION);
    assert.deepEqual(
      twice.map(({ validatorId }) => validatorId),
      [3n],
    );
  });

  it("tells when each fault begins and ends", () => {
    const silent = notes.filter(({ type }) => type === "oracle.silent");
    assert.deepEqual(
      silent.map(({ seconds, what }) => [seconds, what]),
      [
        [180, "begins"],
        [300, "ends"],
      ],
    );
    assert.equal(injections.lastEndsAt, 1_080);
    assert.lengthOf(injections.windows, 9);
    assert.deepInclude(injections.windows[2], { type: "chain.reorg", fromSeconds: 384, untilSeconds: 384 });
  });
});
