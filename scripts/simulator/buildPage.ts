// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

/** A deployment as the page finds it beside itself. */
export interface PageDeployment {
  readonly name: string;
  readonly chainId: string;
  readonly rpc: string;
  readonly lens: string;
  readonly vaultLens: string;
  /** Where quotes are shown. */
  readonly board: string;
}

const DASHBOARD = fileURLToPath(new URL("../../dashboard/", import.meta.url));

/** Builds the page into a folder, with the deployments it is to know. */
export async function buildPage(folder: string, deployments: readonly PageDeployment[]): Promise<void> {
  const configFile = join(DASHBOARD, "vite.config.ts");
  await build({ root: DASHBOARD, configFile, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  await writeFile(join(folder, "deployments.json"), `${JSON.stringify(deployments, null, 2)}\n`);
}
