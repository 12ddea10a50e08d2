// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { fetchReports } from "../../../../scripts/chain/fetchReports.ts";
import { reportRoutes } from "../../../../scripts/chain/reportRoutes.ts";
import { reportsShape, reportsText, signedReportJson } from "../../../../scripts/chain/signedReportJson.ts";
import type { SignedReport } from "../../../../scripts/model/types.ts";
import { routesHost } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";

function reportOf(round: bigint): SignedReport {
  const word = `0x${round.toString(16).padStart(64, "0")}`;
  const prices = [3_000n * 10n ** 8n, ...Array.from({ length: 7 }, () => 0n)];
  return {
    round,
    setId: 1n,
    anchorHash: word,
    anchorBlock: 5n,
    seat: 3,
    prices,
    signature: { r: word, yParityAndS: word },
  };
}

/** What a program that holds these answers to a question for all of them. */
function fetchFrom(held: readonly SignedReport[]): Promise<SignedReport[]> {
  const host = routesHost(reportRoutes(() => held));
  const request = async (): Promise<{ status: number; body: string }> => {
    const answer = await host({ from: "somebody", target: "/reports/recent?since=0", method: "GET", body: "" });
    return answer as { status: number; body: string };
  };
  return fetchReports({ request }, { baseUrl: "http://held.sim", since: 0n, timeoutMs: 1_000 });
}

describe("pages of reports", () => {
  it("are read as what was held, newest first", async () => {
    expect(await fetchFrom([reportOf(11n), reportOf(12n)])).to.deep.equal([reportOf(12n), reportOf(11n)]);
  });

  it("give the same object whoever shows a report, so that nothing is worked out twice", async () => {
    const [one] = await fetchFrom([reportOf(21n)]);
    const [, other] = await fetchFrom([reportOf(22n), reportOf(21n)]);
    expect(other).to.equal(one);
  });

  it("have the text that JSON has", () => {
    const held = [reportOf(31n), reportOf(32n)];
    expect(reportsText(held)).to.equal(JSON.stringify({ reports: held.map(signedReportJson) }));
    expect(reportsText([])).to.equal('{"reports":[]}');
  });

  it("are refused with one report of another shape, also one that was read in its right shape before", () => {
    const right = signedReportJson(reportOf(41n));
    reportsShape.parse({ reports: [right] });
    for (const wrong of [
      { ...right, round: 41 },
      { ...right, more: 1 },
      { ...right, prices: right.prices.join() },
    ])
      expect(reportsShape.safeParse({ reports: [right, wrong] }).success, JSON.stringify(wrong)).to.equal(false);
  });
});
