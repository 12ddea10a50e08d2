// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../../../contracts/clearing/libraries/BlackScholes.sol";

interface Vm {
    function expectRevert(bytes calldata) external;
}

/// @notice Draws options of all sizes, tenors and volatilities, most of them near enough the money to be worth something.
abstract contract OptionDraw {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// @dev Spot 2⁴⁰–2¹⁰⁴, strike within a factor of 2²³ and usually within one of 1.5, volatility 10⁻⁶–73, tenor 1 s–17 y.
    function _draw(
        uint256 seed
    ) internal pure returns (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) {
        spot = _logarithmic(seed, 40, 104);
        uint256 kind = uint8(seed >> 248);
        uint256 shift = kind < 64 ? 0 : kind % 24;
        uint256 part = uint64(seed >> 64);
        strike = spot + ((((kind & 1 == 0) ? spot : spot / 2) * (part >> shift)) >> 65);
        if (kind & 2 == 0) strike = spot - ((spot * (part >> shift)) >> 66);
        if (kind < 16) strike <<= (kind + 8);
        volatility = _logarithmic(uint256(keccak256(abi.encode(seed, 1))), 40, 66);
        tenor = _logarithmic(uint256(keccak256(abi.encode(seed, 2))), 0, 29);
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
