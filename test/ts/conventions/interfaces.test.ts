// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { InterfaceAbi } from "ethers";

import { Clearinghouse__factory } from "../../../typechain-types/factories/clearing/Clearinghouse__factory.ts";
import { AggregatorFacade__factory } from "../../../typechain-types/factories/oracle/AggregatorFacade__factory.ts";
import { PriceOracle__factory } from "../../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import { ValidatorRegistry__factory } from "../../../typechain-types/factories/oracle/ValidatorRegistry__factory.ts";
import { WrappedLong__factory } from "../../../typechain-types/factories/periphery/WrappedLong__factory.ts";
import { InsuranceFund__factory } from "../../../typechain-types/factories/vaults/InsuranceFund__factory.ts";
import { OptionsVault__factory } from "../../../typechain-types/factories/vaults/OptionsVault__factory.ts";
import { breachesOf, interfaceIdOf } from "./keepsStandard.ts";
import * as standards from "./standards.ts";
import type { Standard } from "./standards.ts";

const REDEEMING = [
  standards.ERC20,
  standards.ERC4626,
  standards.ERC165,
  standards.ERC7575,
  standards.ERC7540_OPERATOR,
  standards.ERC7540_REDEEM,
];
/** What each contract promises to who knows the standard alone. */
const PROMISES: readonly (readonly [string, InterfaceAbi, readonly Standard[]])[] = [
  ["AggregatorFacade", AggregatorFacade__factory.abi, [standards.AGGREGATOR_V3]],
  [
    "Clearinghouse",
    Clearinghouse__factory.abi,
    [standards.ERC165, standards.ERC6909, standards.ERC6909_METADATA, standards.ERC5267],
  ],
  ["InsuranceFund", InsuranceFund__factory.abi, REDEEMING],
  ["OptionsVault", OptionsVault__factory.abi, [...REDEEMING, standards.ERC7540_DEPOSIT, standards.ERC7575_SHARE]],
  ["PriceOracle", PriceOracle__factory.abi, [standards.ERC5267]],
  ["ValidatorRegistry", ValidatorRegistry__factory.abi, [standards.ERC5267]],
  ["WrappedLong", WrappedLong__factory.abi, [standards.ERC20, standards.ERC2612, standards.ERC5267]],
];

describe("Interfaces of the standards", () => {
  it("are those whose ERC-165 ids the standards print", () => {
    for (const standard of Object.values(standards))
      if (standard.isWhole === true) assert.equal(interfaceIdOf(standard), standard.interfaceId, standard.name);
  });

  for (const [name, abi, kept] of PROMISES)
    it(`are all there in ${name}, with the selectors, answers and topics that others call and look for`, () => {
      assert.deepEqual(
        kept.flatMap((standard) => breachesOf(abi, standard)),
        [],
      );
    });

  it("are missed where one is not kept", () => {
    assert.include(
      breachesOf(AggregatorFacade__factory.abi, standards.ERC165),
      "ERC-165: no supportsInterface(bytes4)",
    );
    const indexed = ["event Deposit(address sender, address owner, uint256 assets, uint256 shares)"];
    assert.include(breachesOf(indexed, standards.ERC4626).join(), "event Deposit indexes");
  });
});
