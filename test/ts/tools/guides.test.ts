// SPDX-License-Identifier: MIT
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";

import { freshCopy } from "../../../tools/guides/freshCopy.mjs";
import { GuideShell } from "../../../tools/guides/GuideShell.mjs";
import { missingLines, readGuide } from "../../../tools/guides/readGuide.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGES = join(ROOT, "docs", "guides");
const LONGEST_PAGE = 160;
/** Pages that need no network of their own run with every test; all of them by `npm run guides`. */
const QUICK = ["RISK.md"];

const fence = "```";
const block = (info: string, text: string): string => `${fence}${info}\n${text}\n${fence}\n`;

async function refusalOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "worked",
    (error: Error) => error.message,
  );
}

describe("What a guide asks of its reader", () => {
  it("is to run commands, to keep a terminal open, to save files, and to compare what is printed", () => {
    const page = [
      "Start it:",
      block("sh terminal", "npm run localnet"),
      block("text", "Running\n\n…"),
      block("ts read.ts", "console.log(1);"),
      block("sh", "node read.ts"),
    ].join("\n");
    assert.deepEqual(
      readGuide(page).map(({ kind, file, shown }) => ({ kind, file, shown })),
      [
        { kind: "terminal", file: undefined, shown: ["Running"] },
        { kind: "file", file: "read.ts", shown: [] },
        { kind: "run", file: undefined, shown: [] },
      ],
    );
  });

  it("is never a block that nobody runs", () => {
    for (const info of ["", "ts", "json", "sh later", "solidity A.sol"])
      assert.throws(() => readGuide(block(info, "x")), /nobody runs/, info);
    assert.throws(() => readGuide(block("text", "x")), /output of nothing/);
    assert.throws(() => readGuide(`${fence}sh\nx\n`), /without an end/);
  });

  it("holds lines in order, whatever stands between and wherever the page says …", () => {
    const output = "a  b\nnoise\nprice 3,017.2 USDC\nend\n";
    assert.deepEqual(missingLines(["a b", "price … USDC", "end"], output), []);
    assert.deepEqual(missingLines(["end", "a b"], output), ["a b"]);
    assert.deepEqual(missingLines(["price 3…0 USDC"], output), ["price 3…0 USDC"]);
    assert.deepEqual(missingLines(["a.*b"], output), ["a.*b"], "text, no pattern");
  });
});

describe("Whoever follows a guide", function () {
  this.timeout(60_000);
  let folder: string;
  let shell: GuideShell;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ballast-guide-"));
    shell = new GuideShell(folder, () => undefined);
  });
  afterEach(async () => {
    await shell.close();
    rmSync(folder, { recursive: true });
  });

  it("keeps what earlier blocks set, has the files that were saved, and reads what is shown", async () => {
    const page = [
      block("sh", "name=$(echo Ada)"),
      block("json deep/a.json", "{}"),
      block("sh", 'ls deep; echo "$name"'),
    ];
    await shell.follow("page", readGuide([...page, block("text", "a.json\nAda")].join("")));
  });

  it("stops where a command fails or prints something else, and says on which line of the page", async () => {
    const failing = block("sh", "echo before\nfalse\necho behind");
    assert.match(await refusalOf(shell.follow("page", readGuide(failing))), /^page:1: a command failed:\nbefore/);
    const other = `${block("sh", "echo one")}\n${block("sh", "echo two")}${block("text", "three")}`;
    assert.match(await refusalOf(shell.follow("page", readGuide(other))), /^page:5: not printed:\nthree\nbut:\n\s*two/);
  });

  it("leaves terminals open for the pages behind, and opens none twice", async () => {
    const page = `${block("sh terminal", "echo $$ >> started; echo up; exec sleep 60")}${block("text", "up")}`;
    await shell.follow("one", readGuide(page));
    await shell.follow("two", readGuide(page + block("sh", "wc -l < started") + block("text", "1")));
  });
});

describe("The guides of docs/guides", function () {
  this.timeout(600_000);

  it("are one page each, of which every block is one that is run", () => {
    const names = readdirSync(PAGES);
    assert.sameMembers(names, ["DEPOSITOR.md", "INTEGRATOR.md", "OPERATOR.md", "RISK.md", "TRADER.md"]);
    for (const name of names) {
      const page = readFileSync(join(PAGES, name), "utf8");
      assert.isNotEmpty(readGuide(page), name);
      assert.isAtMost(page.split("\n").length, LONGEST_PAGE, name);
    }
  });

  it("work to the letter where no network is needed", async () => {
    const folder = freshCopy(ROOT, true);
    const shell = new GuideShell(folder, () => undefined);
    process.env["BALLAST_BUILT"] = "1";
    try {
      for (const name of QUICK) await shell.follow(name, readGuide(readFileSync(join(PAGES, name), "utf8")));
    } finally {
      delete process.env["BALLAST_BUILT"];
      await shell.close();
      rmSync(folder, { recursive: true });
    }
  });
});
