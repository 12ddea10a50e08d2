// SPDX-License-Identifier: MIT
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";

import { FIRST_PRICE, GAS, KeeperBench } from "./support/KeeperBench.ts";
import { configArguments, freshFolder, runToEnd } from "./support/startProgram.ts";
import type { FinishedProgram } from "./support/startProgram.ts";

const MARKET = 1n;
const HOUR = 3_600n;
const MINUTE = 60n;
const DAY = 24n * HOUR;
const WRITER = "wanda";
const SET = ["ada", "ben", "cyd", "dov"] as const;
/** Three of four of equal weight are more than two thirds; the third seat is left out. */
const QUORUM = ["ada", "ben", "dov"] as const;
const SIGNED_RUNG = 3n;
const ENV = { BALLAST_PASSPHRASE: "x" };

describe("ballast settlement", function () {
  this.timeout(120_000);
  let bench: KeeperBench;
  let folder: string;
  let expiry: bigint;

  before(async () => {
    bench = await KeeperBench.start({ validators: SET });
    await bench.calm(2_700n, 120n);
    folder = await freshFolder();
    for (const name of [...SET, WRITER]) await bench.account(name);
    expiry = ((bench.now - 8n * HOUR) / DAY + 1n) * DAY + 8n * HOUR;
    const leg = { market: MARKET, expiry, strike: 30_000_000n, isCall: false, size: 1_000_000n };
    await bench.write(WRITER, { ...leg, funds: 3_100_000_000n, to: "holder" });
    await bench.deposit(WRITER, MARKET, 1_000_000_000n);
    await bench.keep();
  });

  beforeEach(() => bench.reset());

  after(() => bench.close());

  /** Runs `ballast settlement`; while it sends, the chain has to mine by itself. */
  async function settlement(act: string, key: string | undefined, ...more: string[]): Promise<FinishedProgram> {
    const { chain, room, keys } = bench;
    const config = {
      chain: { rpcUrl: chain.url, chainId: `${chain.chainId}`, oracle: room.oracle.target },
      clearinghouse: room.house.target,
      dataFolder: join(folder, `sent by ${key}`),
      ...(key !== undefined && { key: { keystore: await keys.keystore(key) } }),
    };
    const isSending = more.includes("--send");
    await chain.provider.send("evm_setAutomine", [isSending]);
    const about = ["--market", `${MARKET}`, "--expiry", `${expiry}`];
    const args = [act, ...about, ...(await configArguments(folder, "settlement", config)), ...more];
    const ended = await runToEnd("settlement", args, ENV);
    await chain.provider.send("evm_setAutomine", [false]);
    const { timestamp } = (await chain.provider.getBlock("latest"))!;
    if (BigInt(timestamp) > bench.now) bench.now = BigInt(timestamp);
    return ended;
  }

  function told({ code, stdout, stderr }: FinishedProgram): Record<string, unknown> {
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  function assertRefused({ code, stderr }: FinishedProgram, why: string): void {
    assert.equal(code, 5, stderr);
    assert.include(stderr, why);
  }

  /** @returns Files with what these validators signed. */
  async function signedBy(names: readonly string[], price = "2950.5"): Promise<string[]> {
    return Promise.all(
      names.map(async (name) => {
        const file = join(folder, `${name}, ${price}.json`);
        await writeFile(file, (await settlement("sign", name, "--price", price)).stdout);
        return file;
      }),
    );
  }

  const rung = async (): Promise<readonly [bigint, bigint]> => {
    const state = await bench.room.house.expiryState(MARKET, expiry);
    return [state.rung, state.price];
  };
  const settleNow = () => bench.send(() => bench.room.house.connect(bench.actor).settleExpiry(MARKET, expiry, 0, GAS));

  it("prices an expiry that nobody covered by what more than two thirds signed, an hour after it was posted", async () => {
    await bench.skipTo(expiry + 2n * HOUR);
    const facts = told(await settlement("show", undefined));
    assert.deepInclude(facts, {
      settled: "0",
      coverage: "0",
      latest: `${FIRST_PRICE}`,
      opens: `${expiry + 2n * HOUR}`,
    });
    assert.lengthOf(facts["seats"] as unknown[], SET.length);

    const files = await signedBy(QUORUM);
    const shown = told(await settlement("post", undefined, "--signatures", ...files));
    assert.include(String(shown["send"]), "not sent");
    const posted = told(await settlement("post", WRITER, "--signatures", ...files, "--send"));
    assert.equal(posted["outcome"], "mined");
    await bench.skipTo(bench.now + HOUR);
    await settleNow();
    assert.deepEqual(await rung(), [SIGNED_RUNG, 295_050_000_000n]);
    assertRefused(await settlement("sign", "cyd", "--price", "2950.5"), "alreadySettled");
  });

  it("voids a posted price for a bond", async () => {
    await bench.skipTo(expiry + 2n * HOUR);
    const files = await signedBy(QUORUM, "2990");
    assertRefused(await settlement("challenge", WRITER), "Clearinghouse_NothingToChallenge");
    told(await settlement("post", "cyd", "--signatures", ...files, "--send"));
    assert.equal(told(await settlement("challenge", WRITER, "--send"))["outcome"], "mined");
    const { house } = bench.room;
    assert.lengthOf(await house.queryFilter(house.filters.SettlementPriceChallenged()), 1);
    await bench.skipTo(bench.now + HOUR);
    assertRefused(await settlement("post", "cyd", "--signatures", ...files), "Clearinghouse_AlreadySigned");
    assert.deepEqual(await rung(), [0n, 0n]);
  });

  it("signs nothing before two hours have passed, nor where the half hour is covered", async () => {
    await bench.skipTo(expiry + 2n * HOUR - MINUTE);
    assertRefused(await settlement("sign", "ada", "--price", "3000"), "signingClosed");
    await bench.reset();
    await bench.skipTo(expiry - 75n * MINUTE);
    await bench.rounds(expiry - 20n * MINUTE, 2n * MINUTE);
    await bench.skipTo(expiry + 2n * HOUR);
    assertRefused(await settlement("sign", "ada", "--price", "3000"), "hasWindow");
  });

  it("signs for a seat of the set alone, and nothing far from the oracle's last price unless that is said", async () => {
    await bench.skipTo(expiry + 2n * HOUR);
    assertRefused(await settlement("sign", WRITER, "--price", "3000"), "noSeat");
    const far = ["--price", "2600"];
    assertRefused(await settlement("sign", "ada", ...far), "priceFar");
    told(await settlement("sign", "ada", ...far, "--most-bps", "2000"));
  });

  it("posts no fewer signatures than count, none over another price, and none that is not its seat's", async () => {
    await bench.skipTo(expiry + 2n * HOUR);
    const files = await signedBy(QUORUM);
    const post = (given: readonly string[]) => settlement("post", undefined, "--signatures", ...given);
    assertRefused(await post(files.slice(1)), "noQuorum");
    assertRefused(await post([...files.slice(1), files[1]!]), "noQuorum");
    const [other] = await signedBy(["cyd"], "2951");
    assertRefused(await post([...files, other!]), "signaturesDiffer");
    const swapped = join(folder, "swapped.json");
    const said = JSON.parse(await readFile(files[0]!, "utf8")) as object;
    await writeFile(swapped, JSON.stringify({ ...said, seat: 2 }));
    assertRefused(await post([...files, swapped]), "badSignature");
    const damaged = await post([join(folder, "nothing.json")]);
    assert.equal(damaged.code, 2, damaged.stderr);
  });

  it("says what it needs", async () => {
    const unpriced = await settlement("sign", "ada");
    assert.equal(unpriced.code, 2);
    assert.include(unpriced.stderr, "sign needs --price");
    for (const act of ["sign", "challenge"] as const) {
      const keyless = await settlement(act, undefined, "--price", "3000");
      assert.equal(keyless.code, 2);
      assert.include(keyless.stderr, `To ${act}, key must name a keystore`);
    }
    assertRefused(await settlement("show", undefined, "--market", "9"), "Clearinghouse_UnknownMarket");
  });
});
