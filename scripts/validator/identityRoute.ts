// SPDX-License-Identifier: MIT
import type { Route } from "../chain/serveHttp.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";

/** Who this validator is and which oracle it signs for. */
export function identityRoute(address: string, domain: OracleDomain): Route {
  return {
    method: "GET",
    path: "/identity",
    answer: () => ({ body: { address, chainId: domain.chainId.toString(), oracle: domain.verifyingContract } }),
  };
}
