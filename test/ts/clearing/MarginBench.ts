// SPDX-License-Identifier: MIT
import hre from "hardhat";

import type { Leg, Terms } from "../../../scripts/model/clearing/types.ts";
import { MarginHarness__factory } from "../../../typechain-types/factories/mocks/MarginHarness__factory.ts";
import type { MarginHarness } from "../../../typechain-types/mocks/MarginHarness.ts";
import type { Case } from "./randomBooks.ts";

/** Books per call: far below the gas limit of a call even when all have eight legs. */
const BATCH = 10;

/** The Solidity libraries on a chain of their own. */
export class MarginBench {
  private constructor(readonly harness: MarginHarness) {}

  static async create(): Promise<MarginBench> {
    const { ethers } = await hre.network.create();
    const [deployer] = await ethers.getSigners();
    const harness = await new MarginHarness__factory(deployer!).deploy();
    return new MarginBench(harness);
  }

  /** What the contract says about each book. */
  async answers(cases: readonly Case[]): Promise<MarginHarness.AnswerStructOutput[]> {
    const result: MarginHarness.AnswerStructOutput[] = [];
    for (let from = 0; from < cases.length; from += BATCH) {
      result.push(...(await this.harness.answers(cases.slice(from, from + BATCH).map(solidityCase))));
    }
    return result;
  }
}

export function solidityCase(given: Case): MarginHarness.CaseStruct {
  return { ...given, legs: [...given.legs], terms: solidityTerms(given.terms) };
}

export function solidityTerms(terms: Terms): { kind: bigint; unitDecimals: number; capBps: bigint } {
  return { ...terms, kind: terms.kind === "quote" ? 0n : 1n };
}

/** A leg in dollars and options. */
export function legOf(kind: "call" | "put", strike: number, size: number): Leg {
  return {
    strike: BigInt(Math.round(strike * 1e4)),
    isCall: kind === "call",
    size: BigInt(Math.round(size * 1e6)),
  };
}
