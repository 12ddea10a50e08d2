// SPDX-License-Identifier: MIT
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

import { BallastError } from "../model/BallastError.ts";

/** Below what systems give to outgoing connections: one of those would take the port before the program has it. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const ATTEMPTS = 100;

const given = new Set<number>();

/**
 * A port nobody listens on now: `wanted`, or for 0 one that this process was not given before. Two programs that need
 * each other's address cannot both wait for the other's.
 * @throws BallastError `listenFailed` when the wanted port is taken, or no other was found.
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return listenOnce(wanted);
  let cause: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    given.add(port);
    try {
      return await listenOnce(port);
    } catch (error) {
      cause = error;
    }
  }
  throw new BallastError("listenFailed", `Found no free port from ${LOWEST} to ${HIGHEST - 1}`, { cause });
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause) => {
      reject(new BallastError("listenFailed", `Cannot listen on port ${port}`, { context: { port }, cause }));
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}
