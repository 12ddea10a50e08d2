// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Registry } from "prom-client";
import { toBeHex, ZeroAddress, ZeroHash } from "ethers";

import { networkOf } from "../../../../scripts/chain/callerOf.ts";
import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import type { Scan } from "../../../../scripts/chain/LogScanner.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { QuoteBoard } from "../../../../scripts/quotes/QuoteBoard.ts";
import { FOLLOWED, QuoteFollower } from "../../../../scripts/quotes/QuoteFollower.ts";

const MAKER = `0x${"11".repeat(20)}`;
const HEAD = { number: 1n, hash: ZeroHash, parentHash: ZeroHash, timestamp: 1_000n };
const LIMITS = { quotes: 100, quotesPerMaker: 100 };
const QUOTE = {
  maker: MAKER,
  taker: ZeroAddress,
  marketHash: ZeroHash,
  makerSubId: 0n,
  premium: 1n,
  size: 1n,
  minimumFill: 1n,
  nonce: 1n,
  deadline: 2_000n,
  expiry: 3_000n,
  spotLow: 0n,
  spotHigh: 0n,
  legs: [{ strike: 1n, isCall: true, ratio: 1n }],
};

describe("a board's follower", () => {
  it("looks at a maker's quotes after his event even if it could not at once, and confirms nothing until then", async () => {
    const board = new QuoteBoard(LIMITS);
    const event = { topics: [FOLLOWED[1]!, `0x${MAKER.slice(2).padStart(64, "0")}`], data: "0x" };
    const log = {
      ...event,
      address: ZeroAddress,
      blockNumber: 1n,
      blockHash: ZeroHash,
      logIndex: 0n,
      transactionHash: ZeroHash,
    };
    const scans: Scan["logs"][number][][] = [[], [log], [], []];
    let [fails, isCancelled] = [false, false];
    const confirmed: bigint[] = [];
    const follower = new QuoteFollower({
      agreed: { head: () => Promise.resolve(HEAD) },
      headAge: new HeadAge(new Registry(), 1_000),
      board,
      checker: {
        checkState: () =>
          fails
            ? Promise.reject(new BallastError("httpTimeout", "no answer"))
            : Promise.resolve(
                isCancelled ? { kind: "refused", reason: "cancelled" } : { kind: "good", market: 1n, available: 1n },
              ),
      },
      scannerFrom: () => ({
        next: () => Promise.resolve({ logs: scans.shift()!, through: 1n, complete: true } as unknown as Scan),
        commit: () => undefined,
      }),
      checkedPerTurn: 1,
      confirm: ({ number }) => confirmed.push(number),
    });
    for (let number = 0; number < 9; number++)
      board.add({ digest: toBeHex(number, 32), market: 1n, available: 1n, signature: "0x", quote: QUOTE });
    await follower.turn();
    assert.lengthOf(confirmed, 1);
    [fails, isCancelled] = [true, true];
    await follower.turn().catch(() => undefined);
    assert.lengthOf(confirmed, 1, "not what could not be looked at");
    fails = false;
    await follower.turn();
    assert.equal(board.size, 0);
    assert.lengthOf(confirmed, 2);
  });
});

describe("whom a request is counted for", () => {
  for (const [address, network] of [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ] as const)
    it(`is ${network} for ${address}`, () => assert.equal(networkOf(address), network));
});
