// SPDX-License-Identifier: MIT
import { recoverAddress, Signature } from "ethers";

import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { CompactSignature, SignedReport } from "../model/types.ts";
import { RecentMap } from "./RecentMap.ts";
import { reportDigest } from "./reportDigest.ts";

/** Recoveries kept: a program sees the same reports again and again, and one takes milliseconds. */
const KEPT = 4_096;
const NOBODY = "";
/** By digest and signature. Who signed what never changes, so this is no state. */
const recovered = new RecentMap<string, string>(KEPT);

/** Address that signed a report; undefined when the signature recovers to nobody, or when it is no report at all. */
export function recoverReporter(domain: OracleDomain, report: SignedReport): string | undefined {
  try {
    const digest = reportDigest(domain, report);
    const known = recovered.get(keyOf(digest, report.signature), () => recover(digest, report.signature));
    return known === NOBODY ? undefined : known;
  } catch {
    return undefined;
  }
}

/** Spares the recovery of a signature whose signer is known, because it was made here. */
export function knowReporter(digest: string, signature: CompactSignature, address: string): void {
  recovered.put(keyOf(digest, signature), address);
}

function recover(digest: string, { r, yParityAndS }: CompactSignature): string {
  try {
    return recoverAddress(digest, Signature.from({ r, yParityAndS }));
  } catch {
    return NOBODY;
  }
}

function keyOf(digest: string, { r, yParityAndS }: CompactSignature): string {
  return `${digest}${r}${yParityAndS}`;
}
