// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { forbiddenEdges, importCircles } from "../../../tools/check-imports.mjs";
import { filesWithoutLicence } from "../../../tools/check-spdx.mjs";

describe("Source checks", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ballast-checks-"));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const write = (file: string, text: string): string => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    return file;
  };

  it("names a contract room that reaches into another", () => {
    const file = write("contracts/oracle/A.sol", '\nimport { B } from "../clearing/B.sol";\n');
    expect(forbiddenEdges(root, [file])).to.deep.equal([
      `${file}:2: contracts/oracle must not import contracts/clearing`,
    ]);
  });

  it("follows an import over several lines", () => {
    const file = write("contracts/oracle/A.sol", 'import {\n    B,\n    C\n} from "../risk/B.sol";\n');
    expect(forbiddenEdges(root, [file])).to.have.length(1);
  });

  it("allows a room itself, what is shared, and packages", () => {
    const lines = ["./B.sol", "../shared/C.sol", "../interfaces/D.sol", "@openzeppelin/contracts/E.sol"];
    const file = write("contracts/oracle/A.sol", lines.map((path) => `import { X } from "${path}";`).join("\n"));
    expect(forbiddenEdges(root, [file])).to.deep.equal([]);
  });

  it("keeps the model pure and the environment in the command line", () => {
    const model = write("scripts/model/a.ts", 'import { x } from "ethers";\nimport { y } from "../chain/y.ts";\n');
    const chain = write("scripts/chain/b.ts", 'import { z } from "../validator/z.ts";\nconst a = process.env.A;\n');
    const cli = write("scripts/cli/c.ts", 'import { z } from "../validator/z.ts";\nconst a = process.env.A;\n');
    expect(forbiddenEdges(root, [model])).to.have.length(2);
    expect(forbiddenEdges(root, [chain])).to.have.length(2);
    expect(forbiddenEdges(root, [cli])).to.deep.equal([]);
  });

  it("names a circle of files by its way around, once, be it of types alone", () => {
    const circle = [
      write("scripts/model/a.ts", 'import { b } from "./b.ts";\n'),
      write("scripts/model/b.ts", 'import type {\n  C,\n} from "../model/c.ts";\n'),
      write("scripts/model/c.ts", 'export { a } from "./a.ts";\n'),
    ];
    const outside = write("scripts/model/d.ts", 'import { a } from "./a.ts";\nimport { x } from "./gone.ts";\n');
    const [a, b, c] = circle;
    expect(importCircles(root, [outside, ...circle])).to.deep.equal([`${a} -> ${b} -> ${c} -> ${a}`]);
    expect(importCircles(root, [outside, a!, b!])).to.deep.equal([]);
  });

  it("names a source without its licence", () => {
    const bare = join(root, write("a.ts", "export const a = 1;\n"));
    const licensed = join(root, write("b.ts", "// SPDX-License-Identifier: MIT\n"));
    expect(filesWithoutLicence([bare, licensed])).to.deep.equal([bare]);
  });
});
