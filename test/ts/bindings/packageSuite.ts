// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";
import { dirname, extname, join, posix } from "node:path";

import { assert } from "chai";
import { z } from "zod";

import { compileSolidity } from "./compileSolidity.ts";
import type { ConsumerProject } from "./ConsumerProject.ts";

const IMPORT = /^(?:import|export)\s(?:[^"';]*\sfrom\s)?["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/gm;
const manifestShape = z.object({
  version: z.string(),
  sideEffects: z.literal(false),
  dependencies: z.undefined().optional(),
  peerDependencies: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.unknown()),
});
/** What is in the package, and who understands it. */
export function packageSuite(projectOf: () => ConsumerProject): void {
  describe("as a package", () => {
    let project: ConsumerProject;
    let files: string[];

    before(async () => {
      project = projectOf();
      files = await project.packed();
    });

    const read = (path: string): Promise<string> => readFile(join(project.installed, path), "utf8");
    const importsOf = async (path: string): Promise<string[]> =>
      [...(await read(path)).matchAll(IMPORT)].map(([, named, called]) => (named ?? called)!);
    const isPackage = (target: string): boolean => !target.startsWith(".");
    const manifest = async () => manifestShape.parse(JSON.parse(await read("package.json")));

    /** Packages that a module and all it imports need. */
    async function packagesOf(entry: string): Promise<string[]> {
      const seen = new Set([entry]);
      const packages = new Set<string>();
      for (const path of seen)
        for (const target of await importsOf(path))
          if (isPackage(target)) packages.add(target);
          else seen.add(posix.join(dirname(path), target));
      return [...packages];
    }

    it("imports ethers alone, and Hardhat nowhere", async () => {
      const code = files.filter((path) => /\.(js|d\.ts)$/.test(path));
      const targets = new Set((await Promise.all(code.map(importsOf))).flat().filter(isPackage));
      assert.deepEqual([...targets], ["ethers"]);
      for (const path of files) assert.notMatch(await read(path), /hardhat/i, path);
    });

    it("has nothing that must be compiled before it runs", () => {
      const kinds = new Set(files.map((path) => (path.endsWith(".d.ts") ? ".d.ts" : extname(path))));
      assert.sameMembers([...kinds], [".js", ".d.ts", ".sol", ".json", ".md", ""]);
    });

    it("leads from every entry to a file that is there, declared and of this version", async () => {
      const { version, exports, peerDependencies } = await manifest();
      const workshop: unknown = JSON.parse(await readFile(new URL("../../../package.json", import.meta.url), "utf8"));
      assert.equal(version, z.object({ version: z.string() }).parse(workshop).version, "version");
      assert.sameMembers(Object.keys(peerDependencies), ["ethers", "@openzeppelin/contracts", "solady"]);
      const targets = Object.values(exports).flatMap((target) =>
        typeof target === "string" ? [target] : Object.values(target as Record<string, string>),
      );
      for (const target of targets.filter((path) => !path.includes("*")))
        assert.include(files, posix.normalize(target));
    });

    it("needs no package for the model, the ABIs and the addresses", async () => {
      for (const entry of ["model", "generated/abi", "addresses"])
        assert.deepEqual(await packagesOf(`dist/bindings/${entry}.js`), [], entry);
    });

    it("is understood by a strict compiler that resolves as Node does", () => {
      assert.equal(project.complaints, "");
    });

    it("is understood by a strict compiler that resolves as bundlers do", async () => {
      assert.equal(await project.compile("bundler"), "");
    });

    it("says of every revert what it can, and nothing of others", async () => {
      const said = JSON.parse((await project.run("explains", {})).join(""));
      const expired = {
        name: "Clearinghouse_Expired",
        args: { expiry: "1", blockTime: "2" },
        sentence: "Legs are frozen from the expiry on (expiry 1, blockTime 2).",
      };
      assert.deepEqual(said.withNotice, expired, "in the words of the interface");
      assert.deepEqual(said.thrownByNode, expired, "inside an error of a node");
      assert.deepEqual(said.thrownByViem, expired, "inside an error of viem");
      assert.equal(said.withoutValues.sentence, "Clearinghouse: zero amount.");
      assert.match(said.ofToken.sentence, /^ERC20 insufficient balance \(sender 0x1{40}, balance 1, needed 2\)\.$/);
      assert.equal(said.withReason.sentence, "Error (reason too late).");
      for (const other of ["ofStranger", "withoutData", "noRevert"]) assert.equal(said[other], "nothing", other);
    });

    it("refuses addresses that nobody deployed", async () => {
      assert.deepEqual(JSON.parse((await project.run("addressBooks", {})).join("")), {
        everyKnownChain: [],
        unknownChain: "notDeployed",
        empty: "addressMissing",
        noAddress: "addressMissing",
      });
    });

    it("lets Solidity import its interfaces by path", async () => {
      const source = await readFile(join(project.folder, "PriceReader.sol"), "utf8");
      const { errors, functions } = compileSolidity(source, join(project.folder, "node_modules"));
      assert.deepEqual(errors, []);
      assert.sameMembers(functions["PriceReader"]!, ["house()", "price(uint256)", "cashOf(address,uint256,uint256)"]);
    });

    it("has every interface in a form that compiles", () => {
      const interfaces = files.filter((path) => path.startsWith("contracts/interfaces/"));
      assert.isAbove(interfaces.length, 20);
      const source = interfaces.map((path) => `import "ballast/${path}";`).join("\n");
      assert.deepEqual(compileSolidity(source, join(project.folder, "node_modules")).errors, []);
    });
  });
}
