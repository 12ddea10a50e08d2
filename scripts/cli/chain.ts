// SPDX-License-Identifier: MIT
import { once } from "node:events";

import { chainConfigShape } from "../simulator/ChainConfig.ts";
import { announce } from "./announce.ts";
import { runProgram } from "./runProgram.ts";
import { useOwnHardhat } from "./useOwnHardhat.ts";

await runProgram({
  name: "chain",
  description: "Serves a local chain on loopback whose first block has a time of its own, for simulations.",
  shape: chainConfigShape,
  run: async ({ config, signal }) => {
    useOwnHardhat();
    const { LocalChain } = await import("../simulator/LocalChain.ts");
    const chain = await LocalChain.start(config.startAtSeconds, config.server.port);
    const { hostname: host, port } = new URL(chain.url);
    announce("chain", { host, port: Number(port), url: chain.url });
    if (!signal.aborted) await once(signal, "abort");
    await chain.close();
  },
});
