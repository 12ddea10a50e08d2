// SPDX-License-Identifier: MIT
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as macrotask } from "node:timers/promises";

import { expect } from "chai";

import { keeperConfigShape } from "../../../../scripts/keepers/KeeperConfig.ts";
import { relayerConfigShape } from "../../../../scripts/relayer/RelayerConfig.ts";
import { ManualTimer } from "../../../../scripts/simulator/faults/ManualTimer.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { wireProblems } from "../../../../scripts/simulator/wire/checkOnWire.ts";
import { FolderDisk } from "../../../../scripts/simulator/wire/FolderDisk.ts";
import { Pace } from "../../../../scripts/simulator/wire/Pace.ts";
import { processConfig } from "../../../../scripts/simulator/wire/processConfig.ts";
import { showAsSeen } from "../../../../scripts/simulator/wire/showAsSeen.ts";
import { castPrograms } from "../../../../scripts/simulator/world/castPrograms.ts";
import { Truth } from "../../../../scripts/simulator/world/Truth.ts";
import { populationOf } from "../../../../scripts/simulator/scenario/population.ts";
import { goodManners } from "../../../../scripts/simulator/world/Manners.ts";
import { validatorConfigShape } from "../../../../scripts/validator/ValidatorConfig.ts";
import { LEAST } from "../scenario/scenarioText.ts";

const ADDRESS = `0x${"ab".repeat(20)}`;
const PLACE = {
  name: "validator-1",
  keystore: "/keys/validator-1.json",
  dataFolder: "/data/validator-1",
  clockUrl: "http://127.0.0.1:1",
  gateUrl: "http://127.0.0.1:2",
};
const SHAPES = { validator: validatorConfigShape, relayer: relayerConfigShape, keeper: keeperConfigShape };

/** A scenario with these faults. */
function withFaults(faults: readonly object[], chain: object = {}) {
  return parseScenario(LEAST, "least.yaml", {
    overrides: [`faults=${JSON.stringify(faults)}`, `chain=${JSON.stringify(chain)}`],
  });
}

describe("what processes cannot play", () => {
  it("is told all at once, each with its reason", () => {
    const scenario = withFaults(
      [
        { type: "chain.reorg", with: { depth: 3 } },
        { type: "oracle.clockSkew", with: { skew: "-5s" } },
        { type: "keeper.crash", with: { point: "signed" } },
        { type: "keeper.slow" },
        { type: "oracle.silent" },
      ],
      { kind: "op" },
    );
    const problems = wireProblems(scenario);
    expect(problems.map(({ type }) => type)).to.deep.equal([
      "op",
      "chain.reorg",
      "oracle.clockSkew",
      "keeper.crash",
      "keeper.slow",
    ]);
    for (const { name, why } of problems) expect(why, name).to.match(/ /);
  });

  it("is nothing of a keeper that is killed, of liars, of venues, endpoints and messages", () => {
    const types = ["keeper.crash", "oracle.silent", "validator.restart", "venue.outage", "rpc.refuse", "net.reorder"];
    expect(wireProblems(withFaults(types.map((type) => ({ type }))))).to.deep.equal([]);
  });
});

describe("the file of a process", () => {
  const scenario = parseScenario(LEAST, "least.yaml");
  const room = {
    parameters: { clearing: { markets: [] } },
    vaults: [],
    ...Object.fromEntries(
      ["oracle", "house", "risk", "registry", "slasher", "router"].map((name) => [name, { target: ADDRESS }]),
    ),
  } as never;
  const truth = new Truth(scenario);
  const casts = castPrograms({
    scenario,
    truth,
    room,
    chain: { chainId: 31_337n },
    population: populationOf(scenario),
  });

  it("is one that its program takes, for every program of a scenario", () => {
    for (const cast of casts) {
      const parsed = SHAPES[cast.program].safeParse(processConfig(cast, PLACE));
      expect(parsed.error?.message, cast.name).to.equal(undefined);
    }
    expect(new Set(casts.map(({ program }) => program)).size).to.equal(3);
  });

  it("has every other host behind the program's own gate, and key, disk and clock of its own", () => {
    const config = processConfig(casts[0]!, PLACE);
    const { chain, venues, listenTo, key, dataFolder, clock } = validatorConfigShape.parse(config);
    expect(chain.rpcUrl).to.deep.equal(["rpc-1", "rpc-2", "rpc-3"].map((name) => `${PLACE.gateUrl}/${name}`));
    expect(listenTo).to.deep.equal([`${PLACE.gateUrl}/relayer-1`]);
    expect(venues[0]!.baseUrl).to.equal(`${PLACE.gateUrl}/venue-1/coinbase`);
    expect([key.keystore, dataFolder]).to.deep.equal([PLACE.keystore, PLACE.dataFolder]);
    expect(clock).to.deep.equal({ kind: "virtual", url: PLACE.clockUrl, name: PLACE.name });
  });
});

describe("what venues show to whom", () => {
  const population = populationOf(withFaults([]));
  const [feed] = population.feeds as [string];

  it("is the price as a validator is made to see it, and nothing where it is to be silent", () => {
    const manners = goodManners({ finalityLag: () => 0, gasGwei: () => 0 });
    manners.prices = (validator, observed) =>
      observed.map((price) => (validator === "validator-2" ? price * 2n : validator === "validator-3" ? 0n : price));
    const shown = showAsSeen({ manners, population });
    const seenBy = (name: string): bigint => shown(name, feed, 30n);
    expect(["validator-1", "validator-2", "validator-3", "adversary-1"].map(seenBy)).to.deep.equal([30n, 60n, 0n, 30n]);
  });
});

describe("the pace of a world on the wire", () => {
  const HOUR_MS = 3_600_000;
  const running = new AbortController();
  let outside: ManualTimer;
  let isIdle: boolean;
  const paceOf = (stopping = running): Pace => new Pace(() => isIdle, stopping.signal, outside);
  beforeEach(() => {
    outside = new ManualTimer();
    isIdle = true;
  });

  /** Lets so much time pass outside. @returns Whether that was enough for what is waited for. */
  async function isOverAfter(milliseconds: number, work: Promise<void>): Promise<boolean> {
    let isOver = false;
    void work.then(() => (isOver = true));
    for (let passed = 0; passed < milliseconds; passed++) {
      await macrotask();
      outside.advance(1);
    }
    await macrotask();
    return isOver;
  }

  it("lets an hour pass at once when everybody waits", async () => {
    const pace = paceOf();
    await pace.settled(0);
    expect(await isOverAfter(1, pace.settled(HOUR_MS))).to.equal(true);
  });

  it("lets no less time pass outside than on the clock while somebody is at work", async () => {
    isIdle = false;
    const pace = paceOf();
    await pace.settled(1_000);
    const settled = pace.settled(1_050);
    expect(await isOverAfter(49, settled)).to.equal(false);
    expect(await isOverAfter(3, settled), "it looks every other millisecond").to.equal(true);
  });

  it("goes on as soon as the last one waits", async () => {
    isIdle = false;
    const pace = paceOf();
    await pace.settled(0);
    const settled = pace.settled(HOUR_MS);
    expect(await isOverAfter(20, settled)).to.equal(false);
    isIdle = true;
    expect(await isOverAfter(3, settled)).to.equal(true);
  });

  it("lets no time pass any more once it is told to stop", async () => {
    isIdle = false;
    const stopping = new AbortController();
    const pace = paceOf(stopping);
    await pace.settled(0);
    const settled = pace.settled(HOUR_MS).then(
      () => "passed",
      () => "stopped",
    );
    stopping.abort();
    expect(await settled).to.equal("stopped");
  });
});

describe("the disk of a process", () => {
  let folder = "";
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "ballast-disk-"))));
  after(() => rm(folder, { recursive: true }));

  it("is put back as it was, and lost", async () => {
    const disk = new FolderDisk(join(folder, "validator-1"));
    const file = join(disk.folder, "guard.json");
    await mkdir(disk.folder);
    await writeFile(file, "old");
    const putBack = disk.copyFiles();
    await writeFile(file, "new");
    putBack();
    expect(await readFile(file, "utf8")).to.equal("old");
    disk.lose();
    expect(existsSync(disk.folder)).to.equal(false);
  });
});
