// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Key of a book: owner u160 | market u32 | expiry u32 | sub id u32, the owner highest. Whose it is, in which market
/// and for which expiry costs no read.
type BookId is uint256;

using BookIds for BookId global;

function toBookId(address owner, uint256 market, uint256 expiry, uint256 subId) pure returns (BookId) {
    return BookId.wrap((uint256(uint160(owner)) << 96) | (market << 64) | (expiry << 32) | subId);
}

/// @notice Where split number `nonce` of an owner's books puts the part that leaves `id` for `toOwner`.
function splitId(BookId id, address toOwner, uint256 nonce) pure returns (BookId) {
    uint256 subId = uint32(uint256(keccak256(abi.encode(id, nonce))));
    return toBookId(toOwner, id.market(), id.expiry(), subId);
}

/// @title Parts of a book id
library BookIds {
    function owner(BookId id) internal pure returns (address) {
        return address(uint160(BookId.unwrap(id) >> 96));
    }

    /// @dev Number of the market, from 1.
    function market(BookId id) internal pure returns (uint256) {
        return uint32(BookId.unwrap(id) >> 64);
    }

    /// @dev Unix seconds.
    function expiry(BookId id) internal pure returns (uint256) {
        return uint32(BookId.unwrap(id) >> 32);
    }

    function subId(BookId id) internal pure returns (uint256) {
        return uint32(BookId.unwrap(id));
    }
}
