// SPDX-License-Identifier: MIT
import type { z } from "zod";

import type { Database, DatabaseValue } from "../../chain/Database.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { CrashPoint } from "../scenario/faultTypes.ts";
import { never } from "../world/Incarnation.ts";
import type { ProcessPorts } from "../world/ProcessPorts.ts";

/** What a keeper's book of intents writes at the points where it may die. */
const WRITES: Readonly<Record<Exclude<CrashPoint, "sent">, string>> = {
  beforeIntent: "INSERT INTO intent",
  afterIntent: "INSERT INTO intent",
  signed: "UPDATE attempt SET hash",
  mined: "UPDATE intent SET ended",
};
/** Points before the write; the others come when it is on disk. */
const BEFORE: readonly CrashPoint[] = ["beforeIntent", "mined"];
const SENDING = '"eth_sendRawTransaction"';

/**
 * A process that dies at a point in the life of an intent, once that is armed: its disk takes what was written before and
 * nothing after.
 */
export class DoomedProcess {
  readonly #point: CrashPoint;
  readonly #isArmed: () => boolean;
  readonly #kill: () => void;
  #isDead = false;

  /** @param kill Ends the process. */
  constructor(point: CrashPoint, isArmed: () => boolean, kill: () => void) {
    this.#point = point;
    this.#isArmed = isArmed;
    this.#kill = kill;
  }

  /** What it runs on. */
  ports(ports: ProcessPorts): ProcessPorts {
    return {
      ...ports,
      database: (name, schema) => this.#database(ports.database(name, schema)),
      transport: {
        request: async (request) => {
          const answer = await ports.transport.request(request);
          if (this.#point !== "sent" || !this.#isArmed() || !request.body?.includes(SENDING)) return answer;
          this.#end();
          return never();
        },
      },
    };
  }

  #database(disk: Database): Database {
    let depth = 0;
    let isDue = false;
    const write = (sql: string, values: DatabaseValue[]): void => {
      const isPoint = this.#isArmed() && this.#point !== "sent" && sql.trimStart().startsWith(WRITES[this.#point]);
      if (isPoint && BEFORE.includes(this.#point)) this.#die();
      disk.run(sql, ...values);
      isDue ||= isPoint;
      if (isDue && depth === 0) this.#die();
    };
    return {
      run: (sql, ...values) => {
        this.#live();
        write(sql, values);
      },
      all: <Shape extends z.ZodType>(shape: Shape, sql: string, ...values: DatabaseValue[]) => {
        this.#live();
        return disk.all(shape, sql, ...values);
      },
      transaction: <Result>(work: () => Result): Result => {
        this.#live();
        depth += 1;
        try {
          return disk.transaction(work);
        } finally {
          depth -= 1;
          if (isDue && depth === 0) this.#die();
        }
      },
    };
  }

  #end(): void {
    this.#isDead = true;
    this.#kill();
  }

  #die(): never {
    this.#end();
    return this.#live() as never;
  }

  #live(): void {
    if (this.#isDead) throw new BallastError("processKilled", "The process has crashed");
  }
}
