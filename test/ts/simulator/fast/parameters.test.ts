// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

import { assert } from "chai";

import { readParameters } from "../../../../deploy/parameters.ts";
import type { Row } from "../../../../scripts/model/oracle/signal.ts";
import { ROUND_SECONDS } from "../../../../scripts/model/constants.ts";
import { CAPTURE_RULES } from "../../../../scripts/model/slashing/captureRules.ts";
import { ORACLE_RULES } from "../../../../scripts/model/oracle/oracleRules.ts";
import { PAID_LOOKS_PER_HOUR } from "../../../../scripts/simulator/fast/feed/LookBudget.ts";
import { DEFAULT_PARAMETERS } from "../../../../scripts/simulator/fast/FastParameters.ts";
import { parametersOf } from "../../../../scripts/simulator/fast/run/parametersOf.ts";
import { PARAMETERS } from "../../../../scripts/simulator/scenario/parameterTable.ts";

const UNITS: Readonly<Record<string, number>> = { minutes: 60, hours: 3_600, days: 86_400 };
const chain = { kind: "l1", blockSeconds: 12, finalityLagBlocks: 2, startAt: 1_767_690_000 } as const;

/** Named whole numbers of a Solidity source. */
function constantsOf(path: string): Readonly<Record<string, bigint>> {
  const source = readFileSync(new URL(`../../../../contracts/${path}.sol`, import.meta.url), "utf8");
  const found = source.matchAll(/constant (\w+) = ([\d_.e]+)(?: (minutes|hours|days))?;/g);
  return Object.fromEntries(
    [...found].map(([, name, value, unit]) => [
      name!.replace(/^_/, ""),
      BigInt(Math.round(Number(value!.replaceAll("_", "")) * (UNITS[unit ?? ""] ?? 1))),
    ]),
  );
}

/** Minutes that a constant is told in before it is divided into rounds. */
function minutesOf(name: string, path: string): bigint {
  const source = readFileSync(new URL(`../../../../contracts/${path}.sol`, import.meta.url), "utf8");
  return BigInt(new RegExp(`constant ${name} = (\\d+) minutes / ROUND_SECONDS;`).exec(source)![1]!);
}

describe("Parameters of the fast tier", () => {
  it("are the local deployment's where nobody varies them", () => {
    const { heartbeat, clearing } = readParameters("local");
    assert.equal(DEFAULT_PARAMETERS.feed.heartbeat, heartbeat);
    for (const [index, kind] of (["quote", "coin"] as const).entries()) {
      const own = DEFAULT_PARAMETERS.markets[kind];
      const set = clearing.parameterSets[index]!;
      for (const name of [
        ...(["initialShockBps", "maintenanceShockBps", "initialFloorBps", "maintenanceFloorBps", "capBps"] as const),
        ...(["mintFee", "expiryCapPercent", "dust", "tip"] as const),
      ]) {
        assert.equal(own[name], BigInt(set[name]), `${kind} ${name}`);
      }
      assert.equal(own.insurance, clearing.markets[index]!.insurance, `${kind} insurance`);
    }
  });

  it("are the contracts' where those have them coded", () => {
    const risk = constantsOf("risk/libraries/RiskLimits");
    const { modes, oracle } = DEFAULT_PARAMETERS.feed;
    assert.deepEqual(modes.dwell, {
      cautious: risk.DWELL_CAUTIOUS!,
      reduceOnly: risk.DWELL_REDUCE_ONLY!,
      halted: risk.DWELL_HALTED!,
    });
    assert.deepEqual(modes.age, {
      cautious: risk.AGE_CAUTIOUS!,
      reduceOnly: risk.AGE_REDUCE_ONLY!,
      halted: risk.AGE_HALTED!,
    });
    assert.deepEqual(
      [modes.dwellMaximum, modes.rampSeconds, modes.rampStartBps, modes.cautiousCapBps, modes.sliceDispersionPpm],
      [risk.DWELL_MAXIMUM, risk.RAMP_SECONDS, risk.RAMP_START_BPS, risk.CAUTIOUS_CAP_BPS, risk.SLICE_DISPERSION_PPM],
    );
    assert.deepEqual(
      [DEFAULT_PARAMETERS.margin.multiplierBps, DEFAULT_PARAMETERS.margin.lossShareBps],
      [risk.MULTIPLIER_BPS, risk.LOSS_SHARE_BPS],
    );
    assert.equal(BigInt(PAID_LOOKS_PER_HOUR), constantsOf("oracle/WitnessRouter").PAID_PER_HOUR);
    const price = constantsOf("clearing/libraries/AuctionPrice");
    assert.deepEqual(DEFAULT_PARAMETERS.auction, {
      solventSeconds: price.SOLVENT_SECONDS!,
      insolventSeconds: price.INSOLVENT_SECONDS!,
      penaltyPercent: price.PENALTY_PERCENT!,
      targetPercent: price.TARGET_PERCENT!,
      highestPercent: price.HIGHEST_PERCENT!,
    });
    const evidence = constantsOf("oracle/libraries/CaptureEvidence");
    assert.deepEqual(CAPTURE_RULES, {
      leastRounds:
        Number(minutesOf("MINIMUM_ROUNDS", "oracle/libraries/CaptureEvidence") * 60n) / Number(ROUND_SECONDS),
      mostRounds: Number(evidence.MAXIMUM_ROUNDS),
      steadySeconds: Number(evidence.STEADY_AROUND),
      steadyPercent: Number(evidence.STEADY_PERCENT),
      apartPercent: Number(evidence.APART_PERCENT),
      offPercent: Number(evidence.OFF_PERCENT),
      mostWitnessRounds: Number(evidence.MAXIMUM_WITNESS_ROUNDS),
      mostRepeats: 0, // any price that is said twice in a row is refused
      signedPpm: Number(constantsOf("oracle/Slasher").CAPTURE_SIGNED_PPM),
    });
    const signal = constantsOf("shared/Signal");
    const limit = (name: string): number => Number(signal[name] ?? Infinity);
    const rowOf = (name: string): Row => [
      limit(`${name}_CAUTIOUS`),
      limit(`${name}_REDUCE_ONLY`),
      limit(`${name}_HALTED`),
    ];
    assert.deepEqual(oracle.rows.average5m, rowOf("AVERAGE_5M"));
    assert.deepEqual(oracle.rows.average30m, rowOf("AVERAGE_30M"));
    assert.deepEqual(oracle.rows.average12h, rowOf("AVERAGE_12H"));
    assert.deepEqual(oracle.rows.jump, rowOf("JUMP"));
    assert.deepEqual(oracle.rows.dispersion, rowOf("DISPERSION"));
    assert.deepEqual(
      oracle.rows.witnessBps.map(BigInt),
      [signal.WITNESS_CAUTIOUS_BPS, signal.WITNESS_REDUCE_ONLY_BPS, signal.WITNESS_HALTED_BPS].map((bps) => bps!),
    );
    assert.deepEqual(oracle.rows.weightBps.map(BigInt), [signal.WEIGHT_TRIP_BPS!, signal.WEIGHT_CLEAR_BPS!]);
    const counts = [BigInt(oracle.rows.clearRounds), BigInt(oracle.rows.divergentRounds)];
    assert.deepEqual(counts, [signal.CLEAR_ROUNDS!, signal.DIVERGENT_ROUNDS!]);
  });

  it("can each be varied by the name that scenarios know it by, if the model has it", () => {
    const modelled = [...PARAMETERS].filter(([name]) =>
      /^(modes|oracle|auction|capture|margin|insurance|heartbeat)/.test(name),
    );
    assert.isAbove(modelled.length, 40);
    for (const [name, { least, usual }] of modelled) {
      const value = usual === least ? least + 1 : least;
      const varied = parametersOf({ chain, params: new Map([[name, value]]) }, 3000n * 10n ** 8n);
      const same = parametersOf({ chain, params: new Map([[name, usual]]) }, 3000n * 10n ** 8n);
      const usualOnes = parametersOf({ chain, params: new Map() }, 3000n * 10n ** 8n);
      assert.deepEqual(same, usualOnes, `${name} at its usual value`);
      assert.notDeepEqual(varied, usualOnes, `${name} at ${value}`);
    }
    assert.equal(DEFAULT_PARAMETERS.feed.oracle.graceSeconds, ORACLE_RULES.graceSeconds, "the defaults stay");
  });

  it("refuse a name that nothing of the model depends on", () => {
    assert.throws(() => parametersOf({ chain, params: new Map([["tipBase", 1]]) }, 1n), /tipBase/);
  });
});
