// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { assert } from "chai";
import type { ZodType } from "zod";

import { canaryConfigShape } from "../../../scripts/canary/CanaryConfig.ts";
import { clockConfigShape } from "../../../scripts/simulator/ClockConfig.ts";
import { marketConfigShape } from "../../../scripts/market/MarketConfig.ts";
import { keeperConfigShape } from "../../../scripts/keepers/KeeperConfig.ts";
import { relayerConfigShape } from "../../../scripts/relayer/RelayerConfig.ts";
import { byzantineConfigShape } from "../../../scripts/simulator/byzantineValidator.ts";
import { makerConfigShape } from "../../../scripts/maker/MakerConfig.ts";
import { tradeConfigShape } from "../../../scripts/trade/TradeConfig.ts";
import { quotesConfigShape } from "../../../scripts/quotes/QuotesConfig.ts";
import { sentinelConfigShape } from "../../../scripts/sentinel/SentinelConfig.ts";
import { settlementConfigShape } from "../../../scripts/settlement/SettlementConfig.ts";
import { seatConfigShape } from "../../../scripts/validator/SeatConfig.ts";
import { validatorConfigShape } from "../../../scripts/validator/ValidatorConfig.ts";

const SHAPES: Readonly<Record<string, ZodType>> = {
  validator: validatorConfigShape,
  relayer: relayerConfigShape,
  canary: canaryConfigShape,
  keeper: keeperConfigShape,
  sentinel: sentinelConfigShape,
  market: marketConfigShape,
  clock: clockConfigShape,
  quotes: quotesConfigShape,
  maker: makerConfigShape,
  trade: tradeConfigShape,
  seat: seatConfigShape,
  settlement: settlementConfigShape,
  byzantineValidator: byzantineConfigShape,
};

const PAGES = ["PROGRAMS.md", "TRADING.md"];

describe("docs/PROGRAMS.md and docs/TRADING.md", () => {
  it("shows configurations that the programs accept", async () => {
    const pages = await Promise.all(
      PAGES.map((page) => readFile(new URL(`../../../docs/${page}`, import.meta.url), "utf8")),
    );
    const text = pages.join("\n");
    const shown = [...text.matchAll(/```json (\w+)\n([^`]+)```/g)];
    assert.sameMembers(
      shown.map(([, name]) => name),
      Object.keys(SHAPES),
      "one for each program",
    );
    for (const [, name, json] of shown) {
      const parsed = SHAPES[name!]!.safeParse(JSON.parse(json!));
      assert.isTrue(parsed.success, `${name}: ${parsed.error?.message}`);
    }
  });
});
