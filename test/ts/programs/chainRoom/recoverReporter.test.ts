// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Signature, Wallet } from "ethers";

import { recoverReporter } from "../../../../scripts/chain/recoverReporter.ts";
import { reportDigest } from "../../../../scripts/chain/reportDigest.ts";
import { oracleDomain } from "../../../../scripts/model/priceReportTypedData.ts";
import type { SignedReport } from "../../../../scripts/model/types.ts";

const DOMAIN = oracleDomain(31_337n, `0x${"11".repeat(20)}`);
const KEY = new Wallet(`0x${"22".repeat(32)}`);

function signedReport(): SignedReport {
  const report = { round: 7n, setId: 1n, anchorHash: `0x${"33".repeat(32)}`, prices: Array<bigint>(8).fill(5n) };
  const { r, yParityAndS } = Signature.from(KEY.signingKey.sign(reportDigest(DOMAIN, report)));
  return { ...report, seat: 0, anchorBlock: 3n, signature: { r, yParityAndS } };
}

describe("who signed a report", () => {
  it("is told by its signature", () => {
    assert.equal(recoverReporter(DOMAIN, signedReport()), KEY.address);
  });

  const report = signedReport();
  for (const [what, malformed] of [
    ["a signature that is no point", { ...report, signature: { r: `0x${"ff".repeat(32)}`, yParityAndS: "0x" } }],
    ["an anchor that is no word", { ...report, anchorHash: "0xabc" }],
    ["a price below nothing", { ...report, prices: report.prices.map((price) => -price) }],
    ["no prices at all", { ...report, prices: undefined as never }],
    ["no signature at all", { ...report, signature: undefined as never }],
  ] as const)
    it(`is nobody with ${what}`, () => {
      assert.isUndefined(recoverReporter(DOMAIN, malformed));
    });
});
