// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { stepAlerts } from "../../../../scripts/model/alerts/stepAlerts.ts";
import type { Alert, AlertStep, Finding } from "../../../../scripts/model/alerts/stepAlerts.ts";

const CALM_MS = 60n;

/** Looks one after the other, each with what was found then; only ids and their patience matter. */
class Looks {
  last: AlertStep = { alerts: new Map<string, Alert>(), raised: [], cleared: [] };

  at(nowMs: bigint, ...findings: readonly Partial<Finding>[]): { raised: string[]; cleared: string[] } {
    const whole = findings.map((finding) => ({
      id: "a",
      severity: "warn" as const,
      text: "",
      patienceMs: 0n,
      ...finding,
    }));
    this.last = stepAlerts(this.last.alerts, whole, nowMs, CALM_MS);
    const ids = (alerts: readonly Alert[]): string[] => alerts.map(({ id }) => id);
    return { raised: ids(this.last.raised), cleared: ids(this.last.cleared) };
  }
}

describe("alerts", () => {
  let looks: Looks;

  beforeEach(() => {
    looks = new Looks();
  });

  it("are raised once, when trouble has lasted for its patience", () => {
    assert.deepEqual(looks.at(1_000n, { patienceMs: 100n }).raised, []);
    assert.deepEqual(looks.at(1_099n, { patienceMs: 100n }).raised, []);
    assert.deepEqual(looks.at(1_100n, { patienceMs: 100n }).raised, ["a"]);
    assert.deepEqual(looks.at(1_200n, { patienceMs: 100n }).raised, []);
  });

  it("count from when trouble began, where that is known", () => {
    assert.deepEqual(looks.at(1_000n, { patienceMs: 100n, sinceMs: 900n }).raised, ["a"]);
  });

  it("forget trouble that healed within its patience", () => {
    looks.at(1_000n, { patienceMs: 100n });
    assert.deepEqual(looks.at(1_050n), { raised: [], cleared: [] });
    assert.deepEqual(looks.at(1_100n, { patienceMs: 100n }).raised, []);
  });

  it("are one alert while trouble comes and goes, and cleared once after the calm", () => {
    looks.at(1_000n, {});
    assert.deepEqual(looks.at(1_030n), { raised: [], cleared: [] });
    assert.deepEqual(looks.at(1_050n, {}), { raised: [], cleared: [] });
    assert.deepEqual(looks.at(1_109n), { raised: [], cleared: [] });
    assert.deepEqual(looks.at(1_110n), { raised: [], cleared: ["a"] });
    assert.deepEqual(looks.at(1_200n), { raised: [], cleared: [] });
  });

  it("keep apart what is wrong in different places", () => {
    assert.deepEqual(looks.at(1_000n, { id: "a" }, { id: "b", patienceMs: 10n }).raised, ["a"]);
    assert.deepEqual(looks.at(1_010n, { id: "a" }, { id: "b", patienceMs: 10n }).raised, ["b"]);
  });
});
