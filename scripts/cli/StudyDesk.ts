// SPDX-License-Identifier: MIT
import type { ScenarioDocument } from "../simulator/study/RunOrder.ts";
import type { Interruption } from "./Interruption.ts";

/** What the verbs of studies need of the program they belong to. */
export interface StudyDesk {
  /** A scenario by its file or its name in the library, with overrides. */
  readonly read: (name: string, overrides: readonly string[]) => Promise<ScenarioDocument>;
  /** By tier, the module whose `runOne` plays an order; the first tier is the usual one. */
  readonly runners: Readonly<Record<string, URL>>;
  readonly interruption: Interruption;
  /** Takes the program's exit code. */
  readonly end: (code: number) => void;
}
