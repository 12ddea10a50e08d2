// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { CollateralKind } from "../../shared/ClearingTypes.sol";
import { MarketAlarm } from "../../shared/MarketAlarm.sol";
import { Context, Flow } from "./ClearingState.sol";
import { MarketAccount } from "./ClearingWords.sol";

/// @title Market flow
/// @notice Keeps what left a market lately, for its own rows of the trigger table. Amounts leak away evenly over their windows.
library MarketFlow {
    int256 private constant _LARGEST = type(int96).max;
    /// @dev What books hold about, of their notional.
    uint256 private constant _MARGIN_PERCENT = 30;
    uint256 private constant _PERCENT = 100;
    /// @dev 1 USD of open notional, and of a price.
    uint256 private constant _NOTIONAL_ONE = 100;
    uint256 private constant _PRICE_ONE = 1e8;

    /// @notice Adds insurance drawn. @return lately What counts now, ledger units.
    function addDraw(Flow storage self, uint256 drawn) internal returns (uint256 lately) {
        lately = MarketAlarm.leakedUp(self.drawn, block.timestamp - self.drawnAt, MarketAlarm.DRAWN_SECONDS) + drawn;
        lately = FixedPointMathLib.min(lately, type(uint64).max);
        (self.drawn, self.drawnAt) = (uint64(lately), uint32(block.timestamp));
    }

    /// @notice Adds margin that left, or came when negative. Net, so that cash which goes round counts for nothing.
    /// @return lately What counts now, ledger units, negative when more came.
    function addOutflow(Flow storage self, int256 amount) internal returns (int256 lately) {
        uint256 elapsed = block.timestamp - self.outflowAt;
        lately = self.outflow;
        // Rounded up either way: towards more that left.
        if (lately >= 0) lately = int256(MarketAlarm.leakedUp(uint256(lately), elapsed, MarketAlarm.OUTFLOW_SECONDS));
        else if (elapsed >= MarketAlarm.OUTFLOW_SECONDS) lately = 0;
        else lately = (lately * int256(MarketAlarm.OUTFLOW_SECONDS - elapsed)) / int256(MarketAlarm.OUTFLOW_SECONDS);
        lately += amount;
        if (lately > _LARGEST) lately = _LARGEST;
        if (lately < -_LARGEST) lately = -_LARGEST;
        (self.outflow, self.outflowAt) = (int96(lately), uint32(block.timestamp));
    }

    /// @notice What outflow is a share of, ledger units rounded down: the market's insurance, and 30 % of its open notional,
    /// which is about what its books must hold. Cash that anybody puts into his own book raises neither.
    function base(Context memory context, MarketAccount account) internal pure returns (uint256) {
        unchecked {
            // Notional has 48 bits, a price 64.
            uint256 notional = account.openNotional() * 10 ** context.terms.unitDecimals;
            if (context.terms.kind == CollateralKind.Coin) notional = (notional * _PRICE_ONE) / context.reading.price;
            return account.insurance() + (notional * _MARGIN_PERCENT) / (_PERCENT * _NOTIONAL_ONE);
        }
    }
}
