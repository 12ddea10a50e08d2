// SPDX-License-Identifier: MIT
import { buildByzantineValidator, byzantineConfigShape } from "../simulator/byzantineValidator.ts";
import { VenuePrices } from "../validator/VenuePrices.ts";
import { openValidator } from "./openValidator.ts";
import { runProgram } from "./runProgram.ts";
import { serveValidator } from "./serveValidator.ts";

await runProgram({
  name: "byzantineValidator",
  description: "A validator that lies or signs twice, for simulations and tests of the protocol's answer.",
  shape: byzantineConfigShape,
  run: async (given) => {
    const { validator: config, fault } = given.config;
    const context = { ...given, config };
    const base = await openValidator(context);
    try {
      const { clock, chain, oracle, signers, domain, transport, headAge } = base;
      const { policy } = config;
      const bounds = {
        maximumDelayMs: BigInt(policy.maximumDelayMs),
        maximumSkewMs: BigInt(policy.maximumSkewMs),
      };
      const parts = { clock, chain, oracle, signers, domain, headAge, log: given.log, dryRun: false, ...bounds };
      const prices = new VenuePrices(transport, config, given.log);
      await serveValidator(context, base, await buildByzantineValidator(parts, prices, fault, config.dataFolder));
    } finally {
      base.close();
    }
  },
});
