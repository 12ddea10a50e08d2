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

    function hash(IClearingRecords.Quote calldata quote) internal pure returns (bytes32) {
        bytes32[] memory legs = new bytes32[](quote.legs.length);
        for (uint256 i; i < legs.length; ++i) {
            IClearingRecords.QuoteLeg calldata leg = quote.legs[i];
            legs[i] = keccak256(abi.encode(LEG_TYPE_HASH, leg.strike, leg.isCall, leg.ratio));
        }
        bytes memory head = abi.encode(
            TYPE_HASH,
            quote.maker,
            quote.taker,
            quote.marketHash,
            quote.expiry,
            quote.makerSubId,
            keccak256(abi.encodePacked(legs)),
            quote.premium
        );
        return
            keccak256(
                bytes.concat(
                    head,
                    abi.encode(
                        quote.size,
                        quote.minimumFill,
                        quote.nonce,
                        quote.deadline,
                        quote.spotLow,
                        quote.spotHigh
                    )
                )
            );
    }
}
