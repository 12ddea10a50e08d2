// SPDX-License-Identifier: MIT
import { z } from "zod";

import {
  addressText,
  chainShape,
  clockShape,
  finalityShape,
  keyShape,
  milliseconds,
  serverShape,
  wholeText,
} from "../chain/configShapes.ts";
import { breakerShape } from "./breaker/BreakerConfig.ts";
import { feeShape } from "./dutyShape.ts";
import { epochsShape } from "./epochs/EpochsConfig.ts";
import { liquidatorShape } from "./liquidator/LiquidatorConfig.ts";
import { rollerShape } from "./roller/RollerConfig.ts";
import { settlerShape } from "./settler/SettlerConfig.ts";
import { slasherPolicyShape } from "./slasher/slasherPolicy.ts";

const GWEI = 1_000_000_000n;

/** The contracts keepers work with besides the oracle; a duty that needs one says so when it is missing. */
export const contractsShape = z
  .strictObject({
    clearinghouse: addressText.optional(),
    /** Block in which it was created, or one before: where its events begin. */
    clearinghouseBlock: wholeText.default(0n),
    riskManager: addressText.optional(),
    validatorRegistry: addressText.optional(),
    /** Without it witnesses are neither looked at nor recorded. */
    witnessRouter: addressText.optional(),
    slasher: addressText.optional(),
    flashLiquidator: addressText.optional(),
  })
  .prefault({});

/** Duties and their policies; one is on when it is named. Their shapes have no default: that would turn them on. */
export const dutiesShape = z.strictObject({
  breaker: breakerShape.optional(),
  liquidator: liquidatorShape.optional(),
  settler: settlerShape.optional(),
  slasher: slasherPolicyShape.optional(),
  epochs: epochsShape.optional(),
  roller: rollerShape.optional(),
});

/** What each duty cannot do without. */
const NEEDS: Readonly<Record<keyof z.output<typeof dutiesShape>, readonly (keyof z.output<typeof contractsShape>)[]>> =
  {
    breaker: ["riskManager", "validatorRegistry"],
    liquidator: ["clearinghouse"],
    settler: ["clearinghouse"],
    slasher: ["slasher"],
    epochs: ["validatorRegistry"],
    roller: [],
  };

const keeperShape = z.strictObject({
  chain: chainShape,
  contracts: contractsShape,
  key: keyShape,
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  dataFolder: z.string().min(1),
  duties: dutiesShape.refine((duties) => Object.keys(duties).length > 0, "expected at least one duty"),
  policy: z
    .strictObject({
      pollMs: milliseconds.min(100).default(1_000),
      jobsPerTurn: z.int().min(1).max(1_000).default(64),
      /** When the end of an intent is believed. */
      finality: finalityShape.prefault({ kind: "tag", tag: "finalized" }),
      /** Transactions that this account sent and forgot are waited for so long before their nonces are filled. */
      forgottenMs: milliseconds.default(120_000),
    })
    .prefault({}),
  /** This keeper's place among those that share the same duties; each with a key of its own. */
  replica: z
    .strictObject({
      index: z.int().min(0).max(63).default(0),
      replicas: z.int().min(1).max(64).default(1),
      backupMs: milliseconds.default(30_000),
    })
    .refine(({ index, replicas }) => index < replicas, "expected an index below the number of replicas")
    .prefault({}),
  /** Empty transactions that fill nonces nobody has. */
  filler: feeShape({ mustDo: true, maximumFeePerGas: 500n * GWEI, maximumGas: 100_000n }),
});

/** Configuration of a keeper. */
export const keeperConfigShape = keeperShape.superRefine(requireContracts);

/** Complains of every contract that a configured duty cannot do without and that is missing. */
export function requireContracts(
  { duties, contracts }: Pick<z.output<typeof keeperShape>, "duties" | "contracts">,
  context: Pick<z.RefinementCtx, "addIssue">,
): void {
  const needed = objectKeys(NEEDS).flatMap((duty) => (duties[duty] === undefined ? [] : [...NEEDS[duty]]));
  if (duties.liquidator?.flash !== undefined) needed.push("flashLiquidator");
  for (const contract of new Set(needed))
    if (contracts[contract] === undefined)
      context.addIssue({ code: "custom", path: ["contracts", contract], message: "expected an address" });
}

/** A validated configuration. */
export type KeeperConfig = Readonly<z.output<typeof keeperConfigShape>>;

function objectKeys<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
