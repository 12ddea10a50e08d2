// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { assert } from "chai";

import { INTENT_MIGRATIONS, IntentBook } from "../../../../scripts/chain/IntentBook.ts";
import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import type { Work } from "../../../../scripts/model/intents/types.ts";
import { freshFolder } from "../support/startProgram.ts";

const ID = 0xde5c;
const PLACE = { nonce: 0, block: 1n };

function work(key: string, parts?: readonly string[]): Work {
  const rest = { className: "must", to: "0x", data: "0x", rewardWei: 0n, deadlineMs: 1n };
  return { key, ...rest, ...(parts !== undefined && { parts }) };
}

describe("an intent of several parts", () => {
  let file: string;
  let database: SqliteDatabase;
  let book: IntentBook;

  beforeEach(async () => {
    file = join(await freshFolder(), "intents.sqlite");
    database = SqliteDatabase.open(file, { applicationId: ID, migrations: INTENT_MIGRATIONS });
    book = new IntentBook(database);
  });
  afterEach(() => database.close());

  const states = (...keys: string[]): (string | undefined)[] => keys.map((key) => book.stateOf(key));

  it("ends with all its parts", () => {
    book.add(work("all", ["a", "b"]), 1n, PLACE);
    assert.deepEqual(states("all", "a", "b", "c"), ["open", "open", "open", undefined]);
    book.finish(book.openOne("all")!, "done", "0x");
    assert.deepEqual(states("all", "a", "b"), ["done", "done", "done"]);
  });

  it("is not written down at all when one of its parts is open or done elsewhere", () => {
    book.add(work("all", ["a", "b"]), 1n, PLACE);
    assert.throws(() => book.add(work("others", ["c", "b"]), 1n, PLACE));
    assert.deepEqual(states("others", "c"), [undefined, undefined]);
  });

  it("gives its parts free when it is withdrawn, and stays open until the chain has decided", () => {
    book.add(work("all", ["a", "b"]), 1n, PLACE);
    assert.isTrue(book.withdraw("all"));
    assert.deepEqual(states("all", "a"), ["open", "givenUp"]);
    book.add(work("anew", ["a"]), 1n, PLACE);
    assert.equal(book.stateOf("a"), "open");
    book.finish(book.openOne("all")!, "done", "0x");
    assert.equal(book.stateOf("a"), "open", "the new one's");
    assert.deepEqual(book.openOne("anew")!.parts, ["a"]);
  });

  it("remembers which parts failed in company", () => {
    book.add(work("all", ["a"]), 1n, PLACE);
    book.release(book.openOne("all")!, "reverted");
    assert.deepEqual([book.failuresOf("a"), book.failuresOf("b")], [1, 0]);
  });

  it("is forgotten with its parts", () => {
    book.add(work("all", ["a"]), 1n, PLACE);
    book.finish(book.openOne("all")!, "done", "0x");
    book.add(work("later"), 1n, { nonce: 5, block: 1n });
    book.prune(1);
    assert.deepEqual(states("all", "a", "later"), [undefined, undefined, "open"]);
  });

  it("can be kept in a file that was made before there were any", () => {
    database.close();
    const old = `${file}.old`;
    const first = SqliteDatabase.open(old, { applicationId: ID, migrations: INTENT_MIGRATIONS.slice(0, 1) });
    first.run(
      `INSERT INTO intent (key, class, target, data, reward, deadline, gas_limit, planned_nonce, planned_block)
       VALUES ('before', 'must', '0x', '0x', '0', 1, '1', 0, 1)`,
    );
    first.close();
    database = SqliteDatabase.open(old, { applicationId: ID, migrations: INTENT_MIGRATIONS });
    book = new IntentBook(database);
    book.add(work("all", ["a"]), 1n, PLACE);
    assert.deepEqual(states("before", "a"), ["open", "open"]);
    assert.isUndefined(book.openOne("before")!.parts);
    assert.isUndefined(book.openOne("before")!.expectedGas);
  });

  it("keeps the gas it is expected to use beside its limit when its file is opened again", () => {
    book.add({ ...work("bid"), expectedGas: 160_000n }, 400_000n, PLACE);
    database.close();
    database = SqliteDatabase.open(file, { applicationId: ID, migrations: INTENT_MIGRATIONS });
    book = new IntentBook(database);
    const { expectedGas, gasLimit } = book.openOne("bid")!;
    assert.deepEqual([expectedGas, gasLimit], [160_000n, 400_000n]);
  });
});
