// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** What the page names in `code`, where it begins with a room. */
const NAMED = /`((?:sol: )?(?:oracle|risk|clearing|vaults|shared|deploy|scripts|programs|conventions)\/[\w/.]+)`/g;

/** Where the page says that something lies: below contracts/, among the tests, or from the root. */
function placesOf(name: string): string[] {
  if (name.startsWith("sol: ")) return [`test/sol/${name.slice(5)}.t.sol`];
  if (name.endsWith(".sol")) return [`contracts/${name}`];
  if (name.endsWith(".ts")) return [name];
  return [`test/ts/${name}.test.ts`, `test/ts/${name}`];
}

describe("docs/SECURITY.md", () => {
  const page = readFileSync(join(ROOT, "docs", "SECURITY.md"), "utf8");
  // Italics and `sol:` stand outside of code.
  const named = [...page.replaceAll("sol: `", "`sol: ").matchAll(NAMED)].map(([, name]) => name!);

  it("names code and tests that are there", () => {
    assert.isAbove(named.length, 50, "read");
    const missing = named.filter((name) => !placesOf(name).some((place) => existsSync(join(ROOT, place))));
    assert.deepEqual(missing, []);
  });

  it("says of every role what bounds it and which test shows it", () => {
    const table = page.split("\n## ").find((part) => part.startsWith("Roles, and what"))!;
    const rows = table.split("\n").filter((line) => /^\| (?!who|-)/.test(line));
    assert.isAbove(rows.length, 20, "roles");
    for (const row of rows) {
      const [who, , worst, heldBy, shownBy] = row
        .split("|")
        .slice(1)
        .map((cell) => cell.trim());
      for (const cell of [worst, heldBy, shownBy]) assert.isNotEmpty(cell, who);
      assert.match(shownBy!, /`/, who);
    }
  });
});
