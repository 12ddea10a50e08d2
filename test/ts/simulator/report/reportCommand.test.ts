// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";

import { NODE_FLAGS } from "../../../../scripts/simulator/nodeFlags.ts";
import { writeRunFolder } from "./runFolder.ts";
import { sweepResult } from "./studies.ts";

const SIMULATE = fileURLToPath(new URL("../../../../scripts/cli/simulate.ts", import.meta.url));

describe("Command for reports", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const report = async (...given: readonly string[]) => {
    const child = spawn(process.execPath, [...NODE_FLAGS, SIMULATE, "report", ...given], { cwd: folder });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (chunk: Buffer) => (texts[name] += chunk.toString()));
    await once(child, "close");
    return { code: child.exitCode, ...texts };
  };

  it("puts a run's page into its folder, and several sources where it is told", async () => {
    await writeRunFolder(join(folder, "run"));
    assert.deepEqual(await report("run"), { code: 0, stdout: "run/report.html\n", stderr: "" });
    assert.include(await readFile(join(folder, "run", "report.html"), "utf8"), "<h1>plain, seed 1</h1>");

    await writeFile(join(folder, "sweep.json"), JSON.stringify(sweepResult()));
    const both = await report("run", "sweep.json", "--out", "both.html", "--json");
    assert.deepEqual(JSON.parse(both.stdout), { report: join(folder, "both.html") });
    assert.include(await readFile(join(folder, "both.html"), "utf8"), "<h1>2 results</h1>");
  });

  it("ends with 2 and a code for what it cannot read, with 3 for where it cannot write", async () => {
    const missing = await report("nobody");
    assert.equal(missing.code, 2);
    assert.equal((JSON.parse(missing.stderr) as { code: string }).code, "reportSourceMissing");

    await writeRunFolder(join(folder, "run"));
    const unwritable = await report("run", "--out", "none/page.html");
    assert.equal(unwritable.code, 3);
    assert.equal((JSON.parse(unwritable.stderr) as { code: string }).code, "reportUnwritable");
  });
});
