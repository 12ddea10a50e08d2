// SPDX-License-Identifier: MIT
import type { CastProgram } from "../world/castPrograms.ts";

/** What a process is told that a simulated program is handed in. */
export interface ProcessPlace {
  /** Under which it waits on the clock. */
  readonly name: string;
  readonly keystore: string;
  readonly dataFolder: string;
  readonly clockUrl: string;
  /** Of its gate. */
  readonly gateUrl: string;
}

/** Hosts of the simulated network. */
const HOST = /^http:\/\/([\w-]+)\.sim/;

/**
 * The file that a program's process reads: the configuration of its simulated twin, with key, disk and clock of its own, and
 * every other host behind its gate. Pure.
 */
export function processConfig({ config }: CastProgram, place: ProcessPlace): object {
  const { name, keystore, dataFolder, clockUrl, gateUrl } = place;
  const own = {
    key: { keystore },
    dataFolder,
    clock: { kind: "virtual", url: clockUrl, name },
    server: { port: 0 },
  };
  const text = JSON.stringify({ ...config, ...own }, (_key, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    return typeof value === "string" ? value.replace(HOST, `${gateUrl}/$1`) : value;
  });
  return JSON.parse(text) as object;
}
