// SPDX-License-Identifier: MIT
import { mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { MarginStory, MarginTerm } from "../model/margin.ts";
import { POINTS, RULES } from "../model/margin.ts";
import type { Asked } from "./Endpoint.ts";
import { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

type Explained = Parameters<typeof storyOf>[0];

/** Why a book must hold what it must, term by term, at a block. */
export async function readMargin(
  endpoint: Asked,
  places: Places,
  id: bigint,
  blockHash: string,
): Promise<Read<MarginStory>> {
  const page = new Page();
  const told = page.ask(places.lens, "explainMargin", [id]);
  await page.read(endpoint, blockHash);
  return mapRead<Explained, MarginStory>(told(), storyOf);
}

interface ChainTerms {
  readonly worst: {
    readonly kind: bigint;
    readonly price: bigint;
    readonly lossUp: bigint;
    readonly legs: readonly { readonly totalUp: bigint }[];
  };
  readonly floorUp: bigint;
  readonly addOnUp: bigint;
  readonly cost: bigint;
  readonly amount: bigint;
  readonly rule: bigint;
}

function storyOf(told: {
  readonly cash: bigint;
  readonly legs: readonly { readonly strike: bigint; readonly isCall: boolean; readonly size: bigint }[];
  readonly requirement: {
    readonly hasPrice: boolean;
    readonly secondsLeft: bigint;
    readonly initialScenario: ChainScenario;
    readonly maintenanceScenario: ChainScenario;
    readonly initial: { readonly maximumLoss: bigint };
  };
  readonly initial: ChainTerms;
  readonly maintenance: ChainTerms;
}): MarginStory {
  const { cash, legs, requirement } = told;
  return {
    cash,
    hasPrice: requirement.hasPrice,
    price: requirement.maintenanceScenario.price,
    secondsLeft: requirement.secondsLeft,
    maximumLoss: requirement.initial.maximumLoss,
    legs: legs.map(({ strike, isCall, size }) => ({ strike, isCall, size })),
    initial: termOf(told.initial, requirement.initialScenario),
    maintenance: termOf(told.maintenance, requirement.maintenanceScenario),
  };
}

interface ChainScenario {
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly multiplierBps: bigint;
  readonly floorBps: bigint;
}

function termOf(terms: ChainTerms, scenario: ChainScenario): MarginTerm {
  const { worst } = terms;
  return {
    low: scenario.low,
    high: scenario.high,
    multiplierBps: scenario.multiplierBps,
    floorBps: scenario.floorBps,
    worstPrice: worst.price,
    worstAt: POINTS[Number(worst.kind)] ?? "lower end",
    stress: worst.lossUp,
    byLeg: worst.legs.map(({ totalUp }) => totalUp),
    floor: terms.floorUp,
    addOn: terms.addOnUp,
    cost: terms.cost,
    amount: terms.amount,
    rule: RULES[Number(terms.rule)] ?? "nothing",
  };
}
