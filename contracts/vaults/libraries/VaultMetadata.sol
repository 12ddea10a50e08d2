// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Base64 } from "@openzeppelin/contracts/utils/Base64.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Metadata of a vault
/// @notice Its ERC-7572 document, made of its terms: no server has to stay alive for it. Linked, so that a vault fits its code
/// limit.
library VaultMetadata {
    /// @notice A data URI of JSON with name, symbol and description; name and symbol are anybody's and are escaped.
    /// @param isLeveraged Its options are backed by a share of initial margin, not by their maximum loss.
    function uriOf(
        string memory name,
        string memory symbol,
        bool isCall,
        bool isLeveraged
    ) external pure returns (string memory) {
        string memory product =
            isCall
                ? (isLeveraged ? "calls on margin" : "covered calls")
                : (isLeveraged ? "puts on margin" : "cash-secured puts");
        bytes memory json = bytes.concat(
            '{"name":"',
            bytes(Strings.escapeJSON(name)),
            '","symbol":"',
            bytes(Strings.escapeJSON(symbol)),
            '","description":"Writes ',
            bytes(product),
            ' every week by rule and sells them by auction. Nobody manages it."}'
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }
}
