// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PriceReport } from "../../shared/OracleTypes.sol";

/// @title Price report library
/// @notice EIP-712 hashing of {PriceReport}. Two forms: of a struct in calldata, and of a statement in raw memory that a
/// relay fills in place, because it hashes dozens that differ only in prices.
/// @dev Statement, in words from its pointer: 0 type hash, 1 round, 2 set id, 3 anchor hash, 4 hash of the prices,
/// 5 to 12 prices, 13 to 15 scratch for the digest: 0x1901 left-aligned to the domain separator, then the struct hash;
/// 16 to 19 what ecrecover takes: digest, v, r, s.
library PriceReportLib {
    bytes32 internal constant TYPE_HASH = keccak256(
        "PriceReport(uint64 round,uint32 setId,bytes32 anchorHash,uint64[8] prices)"
    );
    /// @dev Half the order of secp256k1: a larger s is the malleable twin of a smaller one.
    uint256 internal constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 internal constant PRICES_OFFSET = 5 * 32;
    uint256 internal constant WORDS = 20;

    /// @notice Struct hash of a report; with `toTypedDataHash` it gives what the validator signed.
    function structHash(PriceReport calldata report) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE_HASH, report.round, report.setId, report.anchorHash, pricesHash(report)));
    }

    /// @notice Hash of a report's vector: two reports say the same when it is equal.
    /// @dev Words with dirty upper bits hash to what nobody signed, and reading one as a price reverts.
    function pricesHash(PriceReport calldata report) internal pure returns (bytes32 result) {
        // The Solidity it replaces: result = keccak256(abi.encodePacked(report.prices));
        // The vector lies in calldata, after three words, just as it is hashed.
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, add(report, 0x60), 0x100)
            result := keccak256(free, 0x100)
        }
    }

    /// @notice A new statement with zero prices and no anchor.
    function begin(bytes32 domainSeparator, uint256 round, uint256 setId) internal pure returns (uint256 statement) {
        bytes32 typeHash = TYPE_HASH;
        uint256 size = WORDS * 32;
        // The Solidity it replaces: a struct of these words, zeroed, whose fields are assigned one by one.
        assembly ("memory-safe") {
            statement := mload(0x40)
            mstore(0x40, add(statement, size))
            calldatacopy(statement, calldatasize(), size)
            mstore(statement, typeHash)
            mstore(add(statement, 0x20), round)
            mstore(add(statement, 0x40), setId)
            mstore(add(statement, 0x1a0), shl(240, 0x1901))
            mstore(add(statement, 0x1a2), domainSeparator)
        }
    }

    /// @notice Sets the anchor of the statement.
    function setAnchor(uint256 statement, bytes32 anchorHash) internal pure {
        assembly ("memory-safe") {
            mstore(add(statement, 0x60), anchorHash)
        }
    }

    /// @notice Whether `expected` signed the statement with a low s. The signature lies in calldata at `signature`: r, then s
    /// with the parity of y in its top bit. An empty seat's `expected` is zero, and zero signs nothing.
    function isSignedBy(uint256 statement, uint256 signature, uint256 expected) internal view returns (bool signed) {
        // The Solidity it replaces:
        //   uint256 s = uint256(vs) & (type(uint256).max >> 1);
        //   address signer = ecrecover(digestOf(statement), uint8(27 + (uint256(vs) >> 255)), r, bytes32(s));
        //   signed = s <= HALF_ORDER && uint160(signer) == expected && signer != address(0);
        // What is at 0 before the call stays there when the precompile yields nothing, and is nobody's address.
        assembly ("memory-safe") {
            mstore(add(statement, 0x80), keccak256(add(statement, 0xa0), 0x100))
            mstore(add(statement, 0x1c2), keccak256(statement, 0xa0))
            let input := add(statement, 0x200)
            mstore(input, keccak256(add(statement, 0x1a0), 0x42))
            let vs := calldataload(add(signature, 0x20))
            let s := shr(1, shl(1, vs))
            mstore(add(statement, 0x220), add(27, shr(255, vs)))
            mstore(add(statement, 0x240), calldataload(signature))
            mstore(add(statement, 0x260), s)
            mstore(0, not(0))
            pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
            signed := gt(eq(mload(0), expected), gt(s, HALF_ORDER))
        }
    }

    /// @notice What is signed of the statement.
    function digestOf(uint256 statement) internal pure returns (bytes32 digest) {
        // The Solidity it replaces:
        //   pricesHash = keccak256(abi.encodePacked(prices));
        //   hash = keccak256(abi.encode(TYPE_HASH, round, setId, anchorHash, pricesHash));
        //   digest = keccak256(abi.encodePacked(hex"1901", domainSeparator, hash));
        assembly ("memory-safe") {
            mstore(add(statement, 0x80), keccak256(add(statement, 0xa0), 0x100))
            mstore(add(statement, 0x1c2), keccak256(statement, 0xa0))
            digest := keccak256(add(statement, 0x1a0), 0x42)
        }
    }
}
