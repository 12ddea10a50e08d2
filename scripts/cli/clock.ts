// SPDX-License-Identifier: MIT
import { once } from "node:events";

import { serveHttp } from "../chain/serveHttp.ts";
import { clockConfigShape } from "../simulator/ClockConfig.ts";
import { ClockServer } from "../simulator/ClockServer.ts";
import { announce } from "./announce.ts";
import { runProgram } from "./runProgram.ts";

await runProgram({
  name: "clock",
  description: "Serves one virtual clock for many programs; POST /advance?to= moves it.",
  shape: clockConfigShape,
  run: async ({ config, log, signal }) => {
    const server = await serveHttp(
      config.server.host,
      config.server.port,
      new ClockServer(config.startAtMs).routes(),
      log,
    );
    announce("clock", server);
    if (!signal.aborted) await once(signal, "abort");
    await server.close();
  },
});
