// SPDX-License-Identifier: MIT
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";

import { contractPage } from "../../../tools/reference/contractPage.mjs";
import { readNatSpec } from "../../../tools/reference/natSpec.mjs";
import { exportsOf, modulePage } from "../../../tools/reference/tsDoc.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

describe("The reference", function () {
  this.timeout(300_000);

  it("says of a function what its interface says, with every parameter", () => {
    const documented = readNatSpec(ROOT);
    const page = contractPage("Clearinghouse", documented["clearing/Clearinghouse.sol"]!["Clearinghouse"]!);
    assert.include(page, "### `withdraw`\n\n```solidity\nwithdraw(address token, uint256 amount, address to)\n```");
    assert.include(page, "### `Clearinghouse_Unhealthy`");
    assert.notInclude(Object.keys(documented).join(), "mocks/");
  });

  it("says what was commented, and shows what was not", () => {
    const abi = [
      {
        type: "function",
        name: "pay",
        inputs: [{ type: "uint256", name: "amount" }],
        outputs: [],
        stateMutability: "view",
      },
      { type: "event", name: "Paid", inputs: [] },
    ];
    const contract = {
      abi,
      devdoc: { methods: { "pay(uint256)": { params: { amount: "In cents." } } } },
      userdoc: { notice: "A till.", methods: { "pay(uint256)": { notice: "Pays." } } },
    };
    const page = contractPage("Till", contract);
    for (const text of [
      "# Till\n\nA till.",
      "pay(uint256 amount) view",
      "Pays.",
      "- `amount`: In cents.",
      "### `Paid`",
    ])
      assert.include(page, text);
  });

  it("reads exports of a module with their comments", () => {
    const source =
      "/** Adds. @param a In cents. */\nexport function add(a: bigint): bigint {\n}\nexport const NONE = 0n;\n";
    assert.deepEqual(
      exportsOf(source).map(({ name, comment }) => [name, comment]),
      [
        ["add", "Adds. @param a In cents."],
        ["NONE", ""],
      ],
    );
    assert.include(modulePage("a.ts", source), "```ts\nfunction add(a: bigint): bigint\n```\n\nAdds.");
  });

  it("has a sentence for every function that the model exports", () => {
    const folder = join(ROOT, "scripts", "model");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const silent = files.flatMap((file) =>
      exportsOf(readFileSync(join(folder, file), "utf8"))
        .filter(({ kind, comment }) => kind === "function" && comment === "")
        .map(({ name }) => `${file}: ${name}`),
    );
    assert.deepEqual(silent, []);
  });
});
