// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { freshFolder } from "../programs/support/startProgram.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGE = join(ROOT, "docs", "BINDINGS.md");
const FIXTURES = join(ROOT, "test", "ts", "bindings", "consumer");
const BLOCK = /^```(?:ts|solidity) (\S+)\n([\s\S]*?)^```$/gm;
/** What the page tells to install beside the package; of the versions that are here, so that no registry is asked. */
const PEERS = ["ethers", "viem", "@openzeppelin/contracts", "solady", "@types/node"];
const TIMEOUT_MS = 120_000;
const LONGEST_OUTPUT = 16 * 1024 * 1024;

/** How the compiler looks for modules. */
export type Resolution = "nodenext" | "bundler";

/** An empty project that has installed the packed package and holds the files that the page shows. */
export class ConsumerProject {
  readonly folder: string;
  /** Where the package was installed. */
  readonly installed: string;
  /** What the compiler complained of when it resolved as Node does and left files to run. */
  complaints = "";

  private constructor(folder: string) {
    this.folder = folder;
    this.installed = join(folder, "node_modules", "ballast");
  }

  /** Packs the package, as `npm run bindings` does, and installs what was packed. */
  static async create(): Promise<ConsumerProject> {
    const folder = await freshFolder();
    await npm(ROOT, "pack", "./bindings", "--pack-destination", folder);
    const [tarball] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await npm(folder, "install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund", `./${tarball}`);
    for (const peer of PEERS) {
      const place = join(folder, "node_modules", peer);
      await mkdir(dirname(place), { recursive: true });
      await symlink(join(ROOT, "node_modules", peer), place, "dir");
    }
    for (const [, name, text] of (await readFile(PAGE, "utf8")).matchAll(BLOCK))
      await writeFile(join(folder, name!), text!);
    await cp(FIXTURES, folder, { recursive: true });
    const project = new ConsumerProject(folder);
    project.complaints = await project.compile("nodenext");
    return project;
  }

  /** Files of the package, by their path in it. */
  async packed(): Promise<string[]> {
    const entries = await readdir(this.installed, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.installed.length + 1));
  }

  /** Compiles every file strictly, declarations of packages included. @returns What the compiler complains of. */
  async compile(resolution: Resolution): Promise<string> {
    const files = (await readdir(this.folder)).filter((name) => name.endsWith(".ts"));
    const module = resolution === "nodenext" ? "nodenext" : "esnext";
    const options = { strict: true, target: "es2022", module, moduleResolution: resolution, types: ["node"] };
    const config = { compilerOptions: { ...options, rootDir: ".", outDir: resolution }, files };
    const file = join(this.folder, `${resolution}.json`);
    await writeFile(file, JSON.stringify(config));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    return complaints(() => run(process.execPath, [compiler, "-p", file], { timeout: TIMEOUT_MS }));
  }

  /** Runs a file that was compiled for Node. @returns Lines it printed. */
  async run(name: string, environment: Readonly<Record<string, string>>): Promise<string[]> {
    const env = { PATH: process.env["PATH"], ...environment };
    const file = join(this.folder, "nodenext", `${name}.js`);
    const { stdout } = await run(process.execPath, [file], { cwd: this.folder, env, timeout: TIMEOUT_MS });
    return stdout.trimEnd().split("\n");
  }
}

/** npm under this Node where an npm script says which; otherwise the one on the path. */
async function npm(cwd: string, ...args: string[]): Promise<void> {
  const script = process.env["npm_execpath"];
  const [file, given] = script === undefined ? ["npm", args] : [process.execPath, [script, ...args]];
  await run(file, given, { cwd, timeout: TIMEOUT_MS, maxBuffer: LONGEST_OUTPUT });
}

async function complaints(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return "";
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
