// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { FIRST_PRICE } from "../../support/KeeperBench.ts";
import type { KeeperBench } from "../../support/KeeperBench.ts";
import { configArguments, freshFolder, runToEnd, startProgram } from "../../support/startProgram.ts";
import type { RunningProgram } from "../../support/startProgram.ts";

const PATIENCE_MS = 20_000;

/** The program itself, as a process of its own. */
export function programSuite(benchOf: () => KeeperBench): void {
  describe("ballast keeper", () => {
    let bench: KeeperBench;
    const running = new Set<RunningProgram>();

    const configOf = (change: object = {}): Promise<object> => bench.keeperConfig({ breaker: {} }, change);
    const run = async (config: object, ...options: string[]): ReturnType<typeof runToEnd> => {
      const args = await configArguments(await freshFolder(), "keeper", config);
      return runToEnd("keeper", [...args, ...options], bench.environment);
    };
    const start = async (config: object): Promise<RunningProgram> => {
      const program = await startProgram("keeper", await freshFolder(), config, bench.environment);
      running.add(program);
      await bench.clock.untilIdle(["keeper"], PATIENCE_MS);
      return program;
    };
    /** Blocks, and a turn of the program after each. */
    const pass = async (blocks: number): Promise<void> => {
      for (let block = 0; block < blocks; block++) {
        await bench.clock.untilIdle(["keeper"], PATIENCE_MS);
        await bench.block();
      }
      await bench.clock.untilIdle(["keeper"], PATIENCE_MS);
    };
    const sent = (): Promise<number> => bench.chain.provider.getTransactionCount(bench.keys.of("keeper").address);
    const pages = async ({ url }: RunningProgram): Promise<number> => (await fetch(`${url}/ready`)).status;

    beforeEach(async () => {
      bench = benchOf();
      await bench.reset();
    });
    afterEach(async () => {
      for (const program of running) await program.stop("SIGKILL");
      running.clear();
    });

    it("says with --check what it would run as, and changes nothing", async () => {
      const { code, stdout } = await run(await configOf(), "--check");
      assert.equal(code, 0);
      const { address } = bench.keys.of("keeper");
      assert.include(stdout, `"address":"${address}"`);
      assert.include(stdout, '"duties":"breaker"');
      await bench.block();
      assert.equal(await sent(), 0);
    });

    it("refuses a configuration whole: unknown keys, wrong values and a duty without its contract", async () => {
      const config = await configOf({ policy: { pollMs: 1, hurry: true }, contracts: { riskManger: "0x" } });
      const wrong = await run(config);
      assert.equal(wrong.code, 2);
      for (const part of ["policy.pollMs", "policy.hurry: unknown key", "contracts.riskManger: unknown key"])
        assert.include(wrong.stderr, part);
      const bare = await run(await configOf({ contracts: {} }));
      assert.equal(bare.code, 2);
      for (const contract of ["riskManager", "validatorRegistry"])
        assert.include(bare.stderr, `contracts.${contract}: missing`);
      assert.equal((await run(await bench.keeperConfig({}))).code, 2, "no duty at all");
    });

    it("says with --dry-run what it would do, and does one turn of it with --once", async () => {
      const config = await configOf();
      const dry = await run(config, "--once", "--dry-run");
      assert.equal(dry.code, 0);
      assert.include(dry.stderr, "would be done");
      await bench.block();
      assert.equal(await sent(), 0);
      assert.equal((await run(config, "--once")).code, 0);
      await bench.block();
      assert.isAbove(await sent(), 0);
    });

    it("is ready while it can look, and stops cleanly on SIGTERM", async () => {
      const program = await start(await configOf());
      assert.equal(await pages(program), 200);
      bench.proxies[0]!.add({ kind: "status", status: 503 });
      await pass(1);
      assert.equal(await pages(program), 503);
      assert.equal(await program.stop("SIGTERM"), 0);
    });

    it("does work once when it is killed and started again", async () => {
      const config = await configOf();
      await (await start(config)).stop("SIGKILL");
      await start(config);
      await pass(3);
      const { risk } = bench.room;
      assert.lengthOf(await risk.queryFilter(risk.filters.FeedPoked(undefined, 0)), 1);
      await bench.round();
      await bench.round((FIRST_PRICE * 94n) / 100n);
      await pass(3);
      assert.lengthOf(await risk.queryFilter(risk.filters.FeedPoked(undefined, 0)), 2, "and goes on");
    });
  });
}
