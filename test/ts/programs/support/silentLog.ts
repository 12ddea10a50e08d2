// SPDX-License-Identifier: MIT
import type { Log } from "../../../../scripts/chain/Log.ts";

const ignore = (): void => undefined;

/** A log for parts that a test runs in its own process. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
