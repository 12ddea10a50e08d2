// SPDX-License-Identifier: MIT
import type { Route } from "../chain/serveHttp.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";

/** Who this validator is, with which key it will go on, and which oracle it signs for. */
export function identityRoute([address, nextAddress]: readonly string[], domain: OracleDomain): Route {
  return {
    method: "GET",
    path: "/identity",
    answer: () => ({
      body: { address, nextAddress, chainId: domain.chainId.toString(), oracle: domain.verifyingContract },
    }),
  };
}
