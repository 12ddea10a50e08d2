// SPDX-License-Identifier: MIT
import type { Clock } from "../../chain/Clock.ts";
import type { Database } from "../../chain/Database.ts";
import type { Log } from "../../chain/Log.ts";
import type { LoopProgress } from "../../chain/LoopProgress.ts";
import type { DatabaseSchema } from "../../chain/SqliteDatabase.ts";
import type { Storage } from "../../chain/Storage.ts";
import type { Timer } from "../../chain/Timer.ts";
import type { Transport } from "../../chain/Transport.ts";
import type { Prices } from "../../model/types.ts";

/** What a process sees of the world: all that is swapped of a program in production. */
export interface ProcessPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly transport: Transport;
  readonly storage: Storage;
  readonly database: (name: string, schema: DatabaseSchema) => Database;
  readonly log: Log;
  readonly progress: LoopProgress;
  /** What a validator takes for the prices, from what it observed. */
  readonly prices: (observed: Prices) => Prices;
}
