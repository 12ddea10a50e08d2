// SPDX-License-Identifier: MIT
import { createServer } from "node:net";

import { BallastError } from "../model/BallastError.ts";

/**
 * A port nobody listens on now: `wanted`, or for 0 one of the system's choice. Two programs that need each other's
 * address cannot both wait for the other's.
 * @throws BallastError `listenFailed` when the wanted port is taken.
 */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause) => {
      const context = { port: wanted };
      reject(new BallastError("listenFailed", `Cannot listen on port ${wanted}`, { context, cause }));
    });
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
