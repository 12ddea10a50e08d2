// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";
import { z } from "zod";

import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import type { DatabaseSchema } from "../../../../scripts/chain/SqliteDatabase.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { freshFolder, NODE_FLAGS } from "../support/startProgram.ts";

const FIRST = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;";
const SECOND = "ALTER TABLE note ADD COLUMN weight INTEGER NOT NULL DEFAULT 7;";
const SCHEMA: DatabaseSchema = { applicationId: 0xba11a57, migrations: [FIRST] };
const textRow = z.object({ text: z.string() });
const MODULE = fileURLToPath(new URL("../../../../scripts/chain/SqliteDatabase.ts", import.meta.url));

function codeOf(action: () => unknown): string {
  try {
    action();
    return "done";
  } catch (error) {
    return error instanceof BallastError ? error.code : String(error);
  }
}

describe("database file", function () {
  this.timeout(30_000);
  let folder: string;
  let file: string;
  const opened: SqliteDatabase[] = [];

  beforeEach(async () => {
    folder = await freshFolder();
    file = join(folder, "data", "notes.sqlite");
  });
  afterEach(() => {
    for (const database of opened.splice(0)) if (isOpen(database)) database.close();
  });

  function open(schema = SCHEMA): SqliteDatabase {
    const database = SqliteDatabase.open(file, schema);
    opened.push(database);
    return database;
  }

  function isOpen(database: SqliteDatabase): boolean {
    return codeOf(() => database.run("SELECT 1")) === "done";
  }

  function texts(database: SqliteDatabase): string[] {
    return database.all(textRow, "SELECT text FROM note ORDER BY id").map(({ text }) => text);
  }

  /** A file with some notes in it, closed. */
  function written(count = 300): void {
    const database = open();
    database.transaction(() => {
      for (let i = 0; i < count; i++) database.run("INSERT INTO note (text) VALUES (?)", `note ${i} `.repeat(20));
    });
    database.close();
  }

  it("keeps what was written", () => {
    open().run("INSERT INTO note (text) VALUES (?)", "kept");
    opened[0]!.close();
    assert.deepEqual(texts(open()), ["kept"]);
  });

  it("does a transaction whole or not at all", () => {
    const database = open();
    assert.throws(() =>
      database.transaction(() => {
        database.run("INSERT INTO note (text) VALUES (?)", "half");
        database.transaction(() => database.run("INSERT INTO note (text) VALUES (?)", "inner"));
        throw new Error("enough");
      }),
    );
    assert.deepEqual(texts(database), []);
  });

  it("has every transaction that was reported, and none by half, after its process was killed", async () => {
    const script = `
      import { SqliteDatabase } from ${JSON.stringify(MODULE)};
      const database = SqliteDatabase.open(${JSON.stringify(file)}, ${JSON.stringify(SCHEMA)});
      for (let i = 0; ; i += 2) {
        database.transaction(() => {
          for (const n of [i, i + 1]) database.run("INSERT INTO note (text) VALUES (?)", String(n));
        });
        process.stdout.write("x");
      }`;
    const child = spawn(process.execPath, [...NODE_FLAGS, "--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let reported = 0;
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (chunk: Buffer) => {
        reported += chunk.length;
        if (reported >= 20) resolve();
      }),
    );
    child.kill("SIGKILL");
    await once(child, "close");
    const found = texts(open());
    assert.isAtLeast(found.length, 2 * reported, "reported means on disk");
    assert.equal(found.length % 2, 0, "no half transaction");
  });

  it("refuses a file that is in use", () => {
    open();
    assert.equal(
      codeOf(() => open()),
      "storeLocked",
    );
    assert.equal(
      codeOf(() => SqliteDatabase.openOrRebuild(file, SCHEMA)),
      "storeLocked",
      "and never replaces it",
    );
  });

  it("refuses a damaged file, wherever the damage is", () => {
    written();
    const sound = readFileSync(file);
    for (const [place, damage] of [
      ["head", Buffer.concat([Buffer.from("not a database at all"), sound.subarray(21)])],
      ["middle", Buffer.concat([sound.subarray(0, 8_192), Buffer.alloc(4_096, 0xff), sound.subarray(12_288)])],
      ["end", sound.subarray(0, sound.length - 10_000)],
    ] as const) {
      writeFileSync(file, damage);
      assert.equal(
        codeOf(() => open()),
        "storeCorrupt",
        place,
      );
    }
  });

  it("sets a damaged file aside and starts afresh where the chain knows everything", () => {
    for (const round of [1, 2]) {
      if (round === 1) written(1);
      writeFileSync(file, `damaged ${round}`);
      const { database, setAside } = SqliteDatabase.openOrRebuild(file, SCHEMA);
      assert.deepInclude(setAside, { code: "storeCorrupt", file: `${file}.unreadable-${round}` });
      assert.equal(readFileSync(setAside!.file, "utf8"), `damaged ${round}`, "kept for a person to look at");
      assert.deepEqual(texts(database), []);
      database.close();
    }
    assert.includeMembers(readdirSync(join(folder, "data")), [
      "notes.sqlite.unreadable-1",
      "notes.sqlite.unreadable-2",
    ]);
  });

  it("brings an older file up to date, and refuses one of a later version", () => {
    written(1);
    const newer = { ...SCHEMA, migrations: [FIRST, SECOND] };
    const database = open(newer);
    assert.deepEqual(database.all(z.object({ weight: z.number() }), "SELECT weight FROM note"), [{ weight: 7 }]);
    database.close();
    assert.equal(
      codeOf(() => open()),
      "storeNewer",
    );
    assert.equal(
      codeOf(() => SqliteDatabase.openOrRebuild(file, SCHEMA)),
      "storeNewer",
      "a later version's data are not thrown away",
    );
  });

  it("leaves an older file as it was when bringing it up to date fails", () => {
    written(1);
    const broken = { ...SCHEMA, migrations: [FIRST, `${SECOND} INSERT INTO nowhere VALUES (1);`] };
    assert.equal(
      codeOf(() => open(broken)),
      "storeUnusable",
    );
    assert.lengthOf(texts(open()), 1);
  });

  it("refuses a file that is too old, or starts afresh where that may be", () => {
    written(1);
    const later = { ...SCHEMA, migrations: [FIRST, SECOND, ""], oldest: 2 };
    assert.equal(
      codeOf(() => open(later)),
      "storeOlder",
    );
    const { database, setAside } = SqliteDatabase.openOrRebuild(file, later);
    assert.equal(setAside?.code, "storeOlder");
    database.close();
  });

  it("refuses another program's file", () => {
    written(1);
    const other = { ...SCHEMA, applicationId: 1 };
    assert.equal(
      codeOf(() => open(other)),
      "storeForeign",
    );
    assert.equal(
      codeOf(() => SqliteDatabase.openOrRebuild(file, other)),
      "storeForeign",
    );
  });

  it("refuses a mark that SQLite does not keep: the file would be another program's at the next start", () => {
    for (const applicationId of [0, 2 ** 31])
      assert.equal(
        codeOf(() => open({ ...SCHEMA, applicationId })),
        "configInvalid",
      );
    open({ ...SCHEMA, applicationId: 2 ** 31 - 1 }).close();
    open({ ...SCHEMA, applicationId: 2 ** 31 - 1 }).close();
  });

  it("says so when the disk refuses", () => {
    writeFileSync(join(folder, "data"), "a file where the folder should be");
    assert.equal(
      codeOf(() => open()),
      "storeUnusable",
    );
  });

  it("takes a row of another shape for damage", () => {
    const database = open();
    database.run("INSERT INTO note (text) VALUES (?)", "words");
    assert.equal(
      codeOf(() => database.all(z.object({ text: z.number() }), "SELECT text FROM note")),
      "storeCorrupt",
    );
  });
});
