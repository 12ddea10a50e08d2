// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Series ids
/// @notice ERC-6909 id of a long: market u32 | expiry u32 | strike u40 | call u1, from the top of 105 bits. Strikes have 4
/// decimals, expiries are unix seconds.
library SeriesId {
    function pack(uint256 market, uint256 expiry, uint256 strike, bool isCall) internal pure returns (uint256) {
        return (market << 73) | (expiry << 41) | (strike << 1) | (isCall ? 1 : 0);
    }

    /// @return isId False when `id` has bits above the packed fields: no series has it.
    function unpack(
        uint256 id
    ) internal pure returns (bool isId, uint256 market, uint256 expiry, uint256 strike, bool isCall) {
        return (id >> 105 == 0, uint32(id >> 73), uint32(id >> 41), uint40(id >> 1), id & 1 != 0);
    }
}
