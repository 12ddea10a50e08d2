// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";

/// @title Hashes of quotes
/// @notice EIP-712 struct hash of {IClearingRecords.Quote}.
library QuoteHash {
    bytes32 internal constant LEG_TYPE_HASH = keccak256("QuoteLeg(uint40 strike,bool isCall,int16 ratio)");
    bytes32 internal constant TYPE_HASH = keccak256(
        "Quote(address maker,address taker,bytes32 marketHash,uint32 expiry,uint32 makerSubId,QuoteLeg[] legs,int128 premium,uint64 size,uint64 minimumFill,uint64 nonce,uint40 deadline,uint64 spotLow,uint64 spotHigh)QuoteLeg(uint40 strike,bool isCall,int16 ratio)"
    );
    /// @dev Words of a leg, and of a quote, where legs are one.
    uint256 private constant _LEG_BYTES = 3 * 32;
    uint256 private constant _QUOTE_BYTES = 13 * 32;
    /// @dev Place of the legs in a quote, behind the type hash.
    uint256 private constant _LEGS_AT = 6 * 32;

    /// @dev Calldata holds the fields as they are hashed, but for the legs. The Solidity it replaces:
    /// `keccak256(abi.encode(TYPE_HASH, quote.maker, …, keccak256(abi.encodePacked(hashes of legs)), …, quote.spotHigh))`.
    /// Bits outside a field's type are hashed too, so such a quote was never signed.
    function hash(IClearingRecords.Quote calldata quote) internal pure returns (bytes32 result) {
        bytes32 typeHash = TYPE_HASH;
        bytes32 legs = _hashLegs(quote.legs);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), quote, _QUOTE_BYTES)
            mstore(add(free, _LEGS_AT), legs)
            result := keccak256(free, add(_QUOTE_BYTES, 0x20))
        }
    }

    /// @dev In Solidity: for each leg `keccak256(abi.encode(LEG_TYPE_HASH, leg.strike, leg.isCall, leg.ratio))`, then the hash
    /// of them in a row.
    function _hashLegs(IClearingRecords.QuoteLeg[] calldata legs) private pure returns (bytes32 result) {
        bytes32 typeHash = LEG_TYPE_HASH;
        assembly ("memory-safe") {
            let hashes := mload(0x40)
            let end := add(hashes, shl(5, legs.length))
            let leg := legs.offset
            // Each leg is laid out behind the hashes.
            mstore(end, typeHash)
            for {
                let at := hashes
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                calldatacopy(add(end, 0x20), leg, _LEG_BYTES)
                mstore(at, keccak256(end, add(_LEG_BYTES, 0x20)))
                leg := add(leg, _LEG_BYTES)
            }
            result := keccak256(hashes, shl(5, legs.length))
        }
    }
}
