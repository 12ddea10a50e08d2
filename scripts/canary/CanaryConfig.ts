// SPDX-License-Identifier: MIT
import { z } from "zod";

import {
  addressText,
  chainShape,
  clockShape,
  httpUrl,
  milliseconds,
  serverShape,
  wholeText,
} from "../chain/configShapes.ts";
import { contractsShape, dutiesShape, requireContracts } from "../keepers/KeeperConfig.ts";

const ONE_ETHER = 10n ** 18n;

const canaryShape = z.strictObject({
  chain: chainShape,
  /** With the risk manager's address modes are looked at. */
  contracts: contractsShape,
  /** Duties whose work is looked for; what keepers leave undone for too long is an alert. Configured as keepers are. */
  duties: dutiesShape.prefault({}),
  /** What the chain tells is kept here; it may be lost. */
  dataFolder: z.string().min(1),
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  /** Programs whose pages are looked at. */
  programs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        url: httpUrl,
        patienceMs: milliseconds.default(60_000),
      }),
    )
    .default([]),
  /** Accounts that must be able to pay for gas. */
  accounts: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        address: addressText,
        minimumWei: wholeText.default(ONE_ETHER / 10n),
      }),
    )
    .default([]),
  policy: z
    .strictObject({
      pollMs: milliseconds.min(100).default(5_000),
      /** Work that anybody may do is overdue after so long. */
      workPatienceMs: milliseconds.default(300_000),
      maximumPriceAgeMs: milliseconds.default(600_000),
      modePatienceMs: milliseconds.default(3_600_000),
      calmMs: milliseconds.default(60_000),
      blindMs: milliseconds.default(60_000),
      pageTimeoutMs: milliseconds.min(100).default(3_000),
    })
    .prefault({}),
  /** Gets a POST with one JSON object for every alert that is raised or cleared. */
  webhook: httpUrl.optional(),
});

/** Configuration of a canary. It has no key. */
export const canaryConfigShape = canaryShape.superRefine(requireContracts);

/** A validated configuration. */
export type CanaryConfig = Readonly<z.output<typeof canaryConfigShape>>;
