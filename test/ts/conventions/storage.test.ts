// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { clearingDomain } from "../../../scripts/model/clearing/quoteTypedData.ts";
import { builtContracts } from "./builtSources.ts";
import type { BuiltContract } from "./builtSources.ts";

const MODULES = ["BookModule", "MoveModule", "FillModule", "SettlementModule", "LiquidationModule", "ViewModule"];
/** What a contract that is to be upgraded, or stands in front of another, inherits from: it would need ERC-7201. */
const CHANGEABLE = [
  "Initializable",
  "UUPSUpgradeable",
  "Proxy",
  "ERC1967Proxy",
  "TransparentUpgradeableProxy",
  "Clones",
];
/** OpenZeppelin keeps a name of the EIP-712 domain here when it is longer than 31 bytes; ours are not. */
const UNUSED = ["EIP712._nameFallback string", "EIP712._versionFallback string"];
const SHORT = 31;

describe("Storage", function () {
  this.timeout(120_000);
  let contracts: readonly BuiltContract[];
  const named = (name: string): BuiltContract => contracts.find((each) => each.name === name)!;

  before(() => {
    contracts = builtContracts();
  });

  it("belongs to one contract for ever: none is upgradeable, so none needs a namespace of its own (ERC-7201)", () => {
    assert.isAbove(contracts.length, 25, "of all rooms");
    const changeable = contracts.filter(({ lineage }) => lineage.some((name) => CHANGEABLE.includes(name)));
    assert.deepEqual(
      changeable.map(({ name }) => name),
      [],
    );
  });

  it("is the Clearinghouse's own slot by slot in every module that runs on it", () => {
    const shared = named("Clearinghouse").storage;
    for (const name of MODULES) {
      const used = named(name).storage.filter((variable) => !UNUSED.includes(variable));
      assert.isNotEmpty(used, name);
      assert.deepEqual(used, shared.slice(0, used.length), name);
    }
  });

  it("is used by modules for what they share alone: names of their domains fit into their code", () => {
    const { name, version } = clearingDomain(1n, "");
    for (const text of [name, version]) assert.isAtMost(Buffer.byteLength(text), SHORT, text);
  });

  it("has one struct at one slot in each contract whose libraries work on it", () => {
    for (const [name, state] of [
      ["Clearinghouse", "ClearingBase._state struct State"],
      ["PriceOracle", "OracleReads._state struct OracleState"],
      ["ValidatorRegistry", "RegistryReads._state struct RegistryState"],
    ] as const)
      assert.include(named(name).storage, state, name);
  });
});
