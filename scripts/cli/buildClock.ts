// SPDX-License-Identifier: MIT
import type { z } from "zod";

import type { Clock } from "../chain/Clock.ts";
import type { clockShape } from "../chain/configShapes.ts";
import { SystemClock } from "../chain/SystemClock.ts";
import type { Transport } from "../chain/Transport.ts";
import { VirtualClock } from "../chain/VirtualClock.ts";

/** The clock a configuration asks for. */
export function buildClock(config: z.output<typeof clockShape>, transport: Transport): Clock {
  return config.kind === "system" ? new SystemClock() : new VirtualClock(transport, config.url, config.name);
}
