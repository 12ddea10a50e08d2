// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";

import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { ROUND_SECONDS } from "../../../scripts/model/constants.ts";
import { BindingsWorld, FIRST_PRICE } from "./BindingsWorld.ts";
import type { ConsumerProject } from "./ConsumerProject.ts";

const MARKET = 1n;
const DAY = 86_400n;
const UNHEALTHY_PRICE = (FIRST_PRICE * 114n) / 100n;

/** Every block of the page, run in its order. */
export function pageSuite(projectOf: () => ConsumerProject): void {
  describe("as docs/BINDINGS.md shows them, on a local chain", () => {
    let world: BindingsWorld;
    let project: ConsumerProject;
    let expiry: bigint;

    before(async () => {
      project = projectOf();
      world = await BindingsWorld.start();
      await writeFile(join(project.folder, "addresses.json"), JSON.stringify(world.addressBook));
      expiry = ((await world.now()) / DAY + 6n) * DAY + DAY / 3n;
    });
    after(() => world?.close());

    const run = (name: string, environment: Readonly<Record<string, string>> = {}): Promise<string[]> =>
      project.run(name, { RPC_URL: world.rpcUrl, ADDRESS_BOOK: "addresses.json", ...environment });

    it("reads a price", async () => {
      const [price, mode] = await run("readPrice");
      assert.match(price!, /^price 3000\.00000000 of 2026-01-06T\d\d:\d\d:\d\d\.000Z$/);
      assert.equal(mode, "mode Normal, open to new options");
    });

    it("opens a spread", async () => {
      const maker = await world.person("maker", 10_000n);
      const taker = await world.person("taker", 1_000n);
      const [paid, ...legs] = await run("openSpread", { MAKER_KEY: maker.privateKey, TAKER_KEY: taker.privateKey });
      assert.match(paid!, /^premium 30000000, fee 320000, funded \d+$/);
      assert.match(legs[0]!, /^500000 of .*3,?000/, "half a call at 3,000");
      assert.match(legs[1]!, /^-500000 of .*3,?200/, "and sold at 3,200");

      const { legs: held } = await world.room.house.book(bookId(taker.address, MARKET, expiry));
      assert.deepEqual(
        held.map(({ strike, isCall, size }) => ({ strike, isCall, size })),
        [
          { strike: 30_000_000n, isCall: true, size: 500_000n },
          { strike: 32_000_000n, isCall: true, size: -500_000n },
        ],
        "on the chain",
      );
    });

    it("computes the margin that the chain asks for", async () => {
      const [margin, most] = await run("margin", { TAKER: world.keyOf("taker").address });
      const [, chain, model] = /^initial margin (\d+) by the chain, (\d+) by the model$/.exec(margin!)!;
      assert.equal(chain, model, "to the last unit");
      assert.notEqual(chain, "0", "and there is one");
      assert.equal(most, "at most 100000000 to lose, doubled 200000000");
    });

    it("says why a contract refused", async () => {
      const printed = await run("refused");
      assert.equal(printed[0], "Clearinghouse_InsufficientBalance");
      assert.include(printed, "  given: 1n,");
      assert.match(
        printed.at(-1)!,
        /^Clearinghouse: insufficient balance \(owner 0x\w+, token 0x\w+, given 1, available 0\)\.$/,
      );
    });

    it("reads through viem, and says why a contract refused it", async () => {
      const [price, sentence] = await run("viemPrice");
      assert.match(price!, /^price 300000000000 at 17677\d{5}$/);
      assert.match(sentence!, /^Clearinghouse: insufficient balance \(.*given 1, available 0\)\.$/);
    });

    it("signs, packs and relays a round", async () => {
      const round = await world.toNextRound();
      const relayer = await world.person("relayer", 0n);
      const [line] = await run("relayRound", {
        ROUND: `${round}`,
        PRICES: [FIRST_PRICE + 10n ** 8n, 6_500_000_000_000n, 100_000_000n].join(),
        VALIDATOR_KEYS: world.validatorKeys.join(),
        RELAYER_KEY: relayer.privateKey,
      });
      assert.equal(line, `round ${round} of ${round * ROUND_SECONDS}: 4 signatures`);
      const [, answer, , observedAt] = await world.room.oracle.latestRoundData(0);
      assert.deepEqual([answer, observedAt], [FIRST_PRICE + 10n ** 8n, round * ROUND_SECONDS], "on the chain");
    });

    it("liquidates a book", async () => {
      const writer = await world.writer("writer", expiry);
      const liquidator = await world.person("liquidator", 20_000n);
      await world.drift(FIRST_PRICE, UNHEALTHY_PRICE);
      const given = { WRITER: writer, LIQUIDATOR_KEY: liquidator.privateKey };
      const [margin, took, leg] = await run("liquidate", given);
      const [, cash, needed] = /^cash (\d+), maintenance margin (\d+)$/.exec(margin!)!;
      assert.isTrue(BigInt(cash!) < BigInt(needed!), "the book was short");
      const [, share, paid] = /^took (\d+) of the book and (\d+)$/.exec(took!)!;
      assert.isTrue(BigInt(share!) > 0n && BigInt(paid!) > 0n, "some of it, for a payment");
      const [, size] = /^-(\d+) of .*3,?000/.exec(leg!)!;

      const { legs } = await world.room.house.book(bookId(writer, MARKET, expiry));
      const left = legs.reduce((sum, { size: one }) => sum - one, 0n);
      assert.equal(left + BigInt(size!), 1_000_000n, "what the writer has less, the liquidator has");
    });
  });
}
