// SPDX-License-Identifier: MIT
// Kills what a supervisor left behind. It reads process ids from its input, one a line, a minus for those that ended by
// themselves; when the input ends, the supervisor has gone, and whoever is still listed is killed.
import { createInterface } from "node:readline";

const alive = new Set<number>();
process.on("SIGTERM", () => undefined); // the list outlives everything but its input

for await (const line of createInterface({ input: process.stdin })) {
  const id = Number(line);
  if (!Number.isInteger(id)) continue;
  if (id > 0) alive.add(id);
  else alive.delete(-id);
}

for (const id of alive) {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It ended on its own in the meantime.
  }
}
