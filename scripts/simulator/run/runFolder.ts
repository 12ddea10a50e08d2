// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

import { z } from "zod";

import { manifestOf } from "../record/manifest.ts";
import type { Manifest } from "../record/manifest.ts";
import { writeRun } from "../record/writeRun.ts";
import { judgeExpectations } from "../scenario/judgeExpectations.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { replayCommand } from "../study/print/commandText.ts";
import type { ScenarioDocument } from "../study/RunOrder.ts";
import type { PlayedRun } from "./playScenario.ts";

const ROOT = new URL("../../../", import.meta.url);
const packageShape = z.object({ version: z.string() });
/** Whatever else decides how a run ends. */
const DECISIVE = ["hardhat", "@nomicfoundation/edr", "ethers"];

/** What a run's folder is written from. */
export interface FolderParts {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly document: ScenarioDocument;
  readonly played: PlayedRun;
  /** The command that plays it again, of a run on the wire; a run in one process is replayed from its folder. */
  readonly wire?: string;
}

/** Writes what a run leaves, and what it takes to play it again. */
export async function writeRunFolder({ folder, scenario, document, played, wire }: FolderParts): Promise<Manifest> {
  const replay = wire ?? replayCommand(folder);
  const mode = wire === undefined ? "virtual" : "wire";
  const { summary, record, parameters } = played;
  const manifest = manifestOf({ mode, scenario, document, parameters, versions: versions(), replay });
  const expectations = judgeExpectations(scenario.expect, summary);
  await writeRun(folder, { manifest, summary, expectations, accounts: record.accounts(), sink: record.sink });
  return manifest;
}

function versions(): Record<string, string> {
  const own = versionOf("package.json");
  const others = DECISIVE.map((name) => [name, versionOf(`node_modules/${name}/package.json`)] as const);
  return { ballast: own, node: process.versions.node, ...Object.fromEntries(others) };
}

function versionOf(file: string): string {
  return packageShape.parse(JSON.parse(readFileSync(new URL(file, ROOT), "utf8"))).version;
}
