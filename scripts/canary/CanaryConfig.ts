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

const ONE_ETHER = 10n ** 18n;

/** Configuration of a canary: what a keeper's has, but no key. */
export const canaryConfigShape = z.strictObject({
  chain: chainShape,
  /** Modes are looked at when it is given. */
  riskManager: addressText.optional(),
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

/** A validated configuration. */
export type CanaryConfig = Readonly<z.output<typeof canaryConfigShape>>;
