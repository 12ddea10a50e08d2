// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { SigningKey } from "ethers";

import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { reportDigest } from "../../../scripts/chain/reportDigest.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { signedReportJson } from "../../../scripts/chain/signedReportJson.ts";
import type { Transport } from "../../../scripts/chain/Transport.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import type { SignedReport } from "../../../scripts/model/types.ts";
import { KeyListener } from "../../../scripts/validator/KeyListener.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { silentLog } from "./support/silentLog.ts";
import { freshFolder } from "./support/startProgram.ts";
import { keyOf } from "./support/World.ts";

const DOMAIN = oracleDomain(31_337n, `0x${"11".repeat(20)}`);
const VECTOR = [5n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];

function reportBy(name: string, round: bigint): SignedReport {
  const statement = { round, setId: 1n, anchorHash: `0x${"aa".repeat(32)}`, prices: VECTOR };
  const { r, yParityAndS } = new SigningKey(keyOf(name).privateKey).sign(reportDigest(DOMAIN, statement));
  return { ...statement, seat: 0, anchorBlock: 7n, signature: { r, yParityAndS } };
}

describe("listening for the own key", () => {
  let heard: SignedReport[] | "unreachable";
  let guard: SigningGuard;
  let listener: KeyListener;

  beforeEach(async () => {
    heard = [];
    guard = await SigningGuard.open(new FileStorage(await freshFolder()), 99n);
    const transport: Transport = {
      request: async () => {
        if (heard === "unreachable") throw new BallastError("httpUnreachable", "nobody", { retriable: true });
        return { status: 200, body: JSON.stringify({ reports: heard.map(signedReportJson) }) };
      },
    };
    const random = new SeededRandom(1);
    const address = keyOf("own").address;
    listener = new KeyListener({
      transport,
      random,
      log: silentLog,
      guard,
      domain: DOMAIN,
      address,
      sources: ["x", "y"],
    });
  });

  async function listening(...rounds: bigint[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (const round of rounds) answers.push(await listener.isListening(round));
    return answers;
  }

  it("ends after two silent rounds", async () => {
    assert.deepEqual(await listening(101n, 102n, 103n), [true, false, false]);
  });

  it("does not count a round twice when it is tried again", async () => {
    assert.deepEqual(await listening(101n, 101n, 101n, 102n), [true, true, true, false]);
  });

  it("goes on while nobody answers", async () => {
    heard = "unreachable";
    assert.deepEqual(await listening(101n, 102n, 103n, 104n), [true, true, true, true]);
    heard = [];
    assert.deepEqual(await listening(105n, 106n), [true, false]);
  });

  it("begins again when somebody signs with the key", async () => {
    assert.deepEqual(await listening(101n), [true]);
    heard = [reportBy("own", 101n)];
    assert.deepEqual(await listening(102n, 103n), [true, true]);
  });

  it("is not held up by other keys, older rounds or its own last life", async () => {
    await guard.permit(100n, VECTOR);
    heard = [reportBy("another", 101n), reportBy("own", 99n), reportBy("own", 100n)];
    assert.deepEqual(await listening(101n, 102n), [true, false]);
  });
});
