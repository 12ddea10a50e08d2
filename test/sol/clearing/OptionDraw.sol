// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { LogNormal } from "../../../contracts/shared/LogNormal.sol";

interface Vm {
    function expectRevert(bytes calldata) external;
}

/// @notice Draws options of all sizes, tenors and volatilities, most of them near enough the money to be worth something.
abstract contract OptionDraw {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// @dev Spot 2⁴⁰–2¹²⁰, volatility 1–7,378 %, tenor 1 s–17 y, strike up to four deviations from spot; one draw in eight has
    /// a strike and a volatility that have nothing to do with that.
    function _draw(
        uint256 seed
    ) internal pure returns (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) {
        spot = _logarithmic(seed, 40, 120);
        volatility = _logarithmic(uint256(keccak256(abi.encode(seed, 1))), 53, 66);
        tenor = _logarithmic(uint256(keccak256(abi.encode(seed, 2))), 0, 29);
        uint256 kind = uint8(seed);
        if (kind < 32) {
            strike = _logarithmic(uint256(keccak256(abi.encode(seed, 3))), 40, 120);
            volatility >>= kind * 2;
        } else {
            uint256 distance = (BlackScholes.deviationOf(volatility, LogNormal.root(tenor)) * (seed >> 224)) >> 30; // Q64
            strike = kind % 2 == 0 ? spot + ((spot * distance) >> 64) : (spot << 64) / ((1 << 64) + distance);
        }
        if (strike == 0) strike = 1;
    }

    /// @dev A neighbour above: one unit to twice the value away, mostly near 2⁻⁶², where rounding shows if anywhere.
    function _above(uint256 value, uint8 step) internal pure returns (uint256) {
        return value + (value >> (step % 4 == 0 ? step / 2 : 54 + ((step / 4) % 16))) + 1;
    }

    /// @dev What prices may be wrong by between neighbours (BlackScholes, 5).
    function _unit(uint256 spot, uint256 strike) internal pure returns (uint256) {
        return (spot > strike ? spot : strike) / 5e18 + 1;
    }

    /// @dev At least 2^from, below 2^to, every power of two as likely.
    function _logarithmic(uint256 seed, uint256 from, uint256 to) private pure returns (uint256) {
        uint256 power = from + ((seed >> 128) % (to - from));
        return (1 << power) + (uint256(keccak256(abi.encode(seed))) % (1 << power));
    }
}
