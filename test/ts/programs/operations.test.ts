// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

import { assert } from "chai";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** What Prometheus adds to the name of a histogram. */
const HISTOGRAM_PARTS = /_(bucket|sum|count)$/;

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** Names of metrics in a text. */
function metricsIn(text: string): string[] {
  return [...new Set(text.match(/\bballast_[a-z_]+/g))].map((name) => name.replace(HISTOGRAM_PARTS, ""));
}

/** Metrics that programs register, of all of them or of those whose files are meant. */
function registered(isMeant: (file: string) => boolean = () => true): Set<string> {
  const files = readdirSync(join(ROOT, "scripts"), { recursive: true, encoding: "utf8" });
  const names = files
    .filter((file) => file.endsWith(".ts") && isMeant(file))
    .flatMap((file) => [...read(join("scripts", file)).matchAll(/"(ballast_[a-z_]+)"/g)].map(([, name]) => name!));
  return new Set(names);
}

function alerts(): string[] {
  return [...read("docs/operations/alerts.yml").matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);
}

describe("what operators are given", () => {
  it("alerts, dashboard and documents name only metrics that programs have", () => {
    const known = registered();
    for (const file of ["operations/alerts.yml", "operations/grafana.json", "RUNBOOK.md", "PROGRAMS.md"]) {
      const unknown = metricsIn(read(join("docs", file))).filter((name) => name !== "ballast_" && !known.has(name));
      assert.deepEqual(unknown, [], file);
    }
  });

  it("the runbook says of every alert what it means, and of no other", () => {
    const sections = [...read("docs/RUNBOOK.md").matchAll(/^### (\w+)$/gm)].map(([, name]) => name!);
    assert.isAbove(alerts().length, 10);
    assert.sameMembers(sections, alerts());
  });

  it("alerts, dashboard and documents leave out nothing that boards and makers count", () => {
    const counted = registered((file) => /^(quotes|maker)\/|runQuotes/.test(file));
    assert.isAtLeast(counted.size, 8);
    for (const file of ["operations/grafana.json", "PROGRAMS.md"])
      assert.includeMembers(metricsIn(read(join("docs", file))), [...counted], file);
    const watched = metricsIn(read("docs/operations/alerts.yml"));
    for (const name of [
      "ballast_quotes_shown",
      "ballast_maker_silent",
      "ballast_maker_quotes",
      "ballast_maker_posted_total",
    ])
      assert.include(watched, name);
  });

  it("the dashboard is one that Grafana reads: every panel has a query and a place of its own", () => {
    const { panels } = JSON.parse(read("docs/operations/grafana.json")) as {
      panels: { gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
    };
    assert.isTrue(panels.every(({ targets }) => targets.every(({ expr }) => metricsIn(expr).length > 0)));
    assert.lengthOf([...new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`))], panels.length);
  });
});
