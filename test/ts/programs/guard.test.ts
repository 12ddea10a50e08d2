// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";

import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { lockFolder } from "../../../scripts/chain/lockFolder.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { freshFolder, NODE_FLAGS } from "./support/startProgram.ts";

const VICTIM = new URL("support/signForEver.ts", import.meta.url).href;

function vector(price: bigint): bigint[] {
  return [price, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
}

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action();
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Lets a victim sign for a while, kills it without warning, and returns what had left it. */
async function liveAndDie(folder: string, firstRound: bigint, life: number, lines: number): Promise<string[]> {
  const script = `import { signForEver } from "${VICTIM}"; await signForEver("${folder}", ${firstRound}n, ${life}n);`;
  const child = spawn(process.execPath, [...NODE_FLAGS, "--input-type=module", "-e", script]);
  let [printed, failed] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (failed += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.split("\n").length > lines) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  assert.equal(child.signalCode, "SIGKILL", `the victim died by itself: ${failed}`);
  return printed.split("\n").filter((line) => line !== "");
}

describe("signing guard", function () {
  this.timeout(120_000);

  it("permits one vector per round, the same one again, and no other", async () => {
    const guard = await SigningGuard.open(new FileStorage(await freshFolder()), 10n);
    await guard.permit(11n, vector(5n));
    await guard.permit(11n, vector(5n));
    assert.equal(await codeOf(() => guard.permit(11n, vector(6n))), "guardConflict");
    assert.deepEqual(guard.vectorOf(11n), vector(5n), "it remembers the vector itself");
  });

  it("remembers across restarts", async () => {
    const storage = new FileStorage(await freshFolder());
    await (await SigningGuard.open(storage, 10n)).permit(11n, vector(5n));
    const reopened = await SigningGuard.open(storage, 900n);
    assert.equal(await codeOf(() => reopened.permit(11n, vector(6n))), "guardConflict");
    assert.equal(await codeOf(() => reopened.permit(12n, vector(6n))), "done", "the floor is the first start's");
  });

  it("refuses everything up to the present round when its disk is lost", async () => {
    const guard = await SigningGuard.open(new FileStorage(await freshFolder()), 10n);
    assert.equal(await codeOf(() => guard.permit(10n, vector(5n))), "guardFloor");
    assert.equal(await codeOf(() => guard.permit(11n, vector(5n))), "done");
  });

  it("puts what it forgets under the floor", async () => {
    const guard = await SigningGuard.open(new FileStorage(await freshFolder()), 0n);
    for (let round = 1n; round <= 100n; round++) await guard.permit(round, vector(round));
    assert.equal(await codeOf(() => guard.permit(20n, vector(7n))), "guardFloor", "forgotten");
    assert.equal(await codeOf(() => guard.permit(21n, vector(7n))), "guardConflict", "still remembered");
  });

  it("refuses to open a damaged memory", async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, "guard.json"), '{"floor":"10","entr');
    assert.equal(await codeOf(() => SigningGuard.open(new FileStorage(folder), 10n)), "guardUnreadable");
  });

  it("never lets two vectors of a round out, killed -9 at random moments and restarted with other prices", async () => {
    const folder = await freshFolder();
    const random = new SeededRandom(11);
    const left = new Map<string, string>();
    let last = 0n;
    for (let life = 0; life < 12; life++) {
      // Every life goes back over rounds of the one before, where it would equivocate if the guard forgot.
      const first = last > 5n ? last - 5n : 1n;
      for (const line of await liveAndDie(folder, first, life, 1 + Number(random.below(25n)))) {
        const [round, hash] = line.split(" ");
        assert.equal(left.get(round!) ?? hash, hash, `two vectors left in round ${round}`);
        left.set(round!, hash!);
        if (BigInt(round!) > last) last = BigInt(round!);
      }
    }
    assert.isAtLeast(left.size, 12, "rounds signed");
  });

  it("keeps a folder for one process, whatever becomes of the garbage, and frees it when that is killed", async () => {
    const folder = await freshFolder();
    const script = `import { setImmediate } from "node:timers/promises";
      import { lockFolder } from ${JSON.stringify(new URL("../../../scripts/chain/lockFolder.ts", import.meta.url).href)};
      (() => lockFolder(${JSON.stringify(folder)}))();
      for (let turn = 0; turn < 5; turn += 1) { gc(); await setImmediate(); }
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, [...NODE_FLAGS, "--expose-gc", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = new Promise((resolve) => child.once("close", resolve));
    try {
      await new Promise((resolve) => child.stdout.once("data", resolve));
      assert.equal(await codeOf(() => lockFolder(folder)), "folderInUse", "while the other lives");
    } finally {
      child.kill("SIGKILL"); // or a test that fails would wait for it for ever
      await closed;
    }
    const unlock = lockFolder(folder);
    assert.equal(await codeOf(() => lockFolder(folder)), "folderInUse", "twice in one process");
    unlock();
  });
});
