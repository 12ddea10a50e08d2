// SPDX-License-Identifier: MIT
import { Pace } from "../chain/Pace.ts";
import type { ActionClass, Work } from "../model/intents/types.ts";
import type { Duty, Job, JoinedCall, KeeperView } from "./Duty.ts";

/** A duty in no hurry: it looks now and then, and between two looks what it found is still due. */
export class PacedDuty implements Duty {
  readonly name: string;
  readonly classes: readonly ActionClass[];
  readonly join?: (works: readonly Work[]) => JoinedCall;
  readonly #duty: Duty;
  readonly #pace: Pace;
  #jobs: readonly Job[] = [];

  /** @param everyMs From one look to the next. */
  constructor(duty: Duty, everyMs: bigint) {
    this.name = duty.name;
    this.classes = duty.classes;
    if (duty.join !== undefined) this.join = (works) => duty.join!(works);
    this.#duty = duty;
    this.#pace = new Pace(everyMs);
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    if (!this.#pace.isDue(view.nowMs)) return this.#jobs;
    try {
      this.#jobs = await this.#duty.due(view);
    } catch (error) {
      this.#pace.hurry(); // what could not be looked at is looked at again in the next turn
      throw error;
    }
    return this.#jobs;
  }
}
