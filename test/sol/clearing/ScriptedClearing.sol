// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { ClearingPeople } from "./ClearingPeople.sol";
import { ClearingScript } from "./ClearingScript.sol";
import { EXPIRIES, START, World } from "./ClearingWorld.sol";

/// @notice The people of the clearing room between a scripted risk contract and a scripted oracle, from the first act to the end.
abstract contract ScriptedClearing is ClearingScript {
    constructor(
        World memory world_,
        ScriptedRisk risk,
        ScriptedMarks marks
    ) ClearingPeople(world_, START) ClearingScript(risk, marks) {}

    function actions() external pure returns (bytes4[] memory all) {
        all = new bytes4[](30);
        uint256 n;
        all[n++] = this.deposit.selector;
        all[n++] = this.withdraw.selector;
        all[n++] = this.fund.selector;
        all[n++] = this.defund.selector;
        all[n++] = this.leave.selector;
        all[n++] = this.insure.selector;
        all[n++] = this.takeInsurance.selector;
        all[n++] = this.moveFees.selector;
        all[n++] = this.shrink.selector;
        all[n++] = this.write.selector;
        all[n++] = this.close.selector;
        all[n++] = this.putLong.selector;
        all[n++] = this.takeLong.selector;
        all[n++] = this.sendLong.selector;
        all[n++] = this.split.selector;
        all[n++] = this.handOver.selector;
        all[n++] = this.fill.selector;
        all[n++] = this.fillTwo.selector;
        all[n++] = this.cancel.selector;
        all[n++] = this.settle.selector;
        all[n++] = this.settleBook.selector;
        all[n++] = this.redeem.selector;
        all[n++] = this.passTime.selector;
        all[n++] = this.changeRisk.selector;
        all[n++] = this.tell.selector;
        all[n++] = this.witness.selector;
        all[n++] = this.passExpiry.selector;
        all[n++] = this.healOracle.selector;
        all[n++] = this.signPrice.selector;
        all[n++] = this.challenge.selector;
    }

    /// @dev Where nothing was told yet, sometimes a price far from the strikes: pots run short.
    function _lastWord() internal override {
        uint256 random = _mix(books.length + world.house.owed(address(world.dollar)));
        for (uint256 e; e < EXPIRIES; ++e) {
            uint256 chosen = random >> (64 * e);
            if (chosen % 4 != 0) _tell(e, (chosen >> 8) % 4, 1_500e8 + ((chosen >> 16) % 4_000e8));
        }
    }
}
