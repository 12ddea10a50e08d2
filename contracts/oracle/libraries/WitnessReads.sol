// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAggregatorV3 } from "../../interfaces/IAggregatorV3.sol";
import { IPyth } from "../../interfaces/IPyth.sol";
import { IWitnessRouter } from "../../interfaces/IWitnessRouter.sol";

/// @title Witness reads
/// @notice Reads strangers without trusting them: bounded gas, bounded return data, no revert but for a starved call.
library WitnessReads {
    /// @dev What a source may burn.
    uint256 internal constant CALL_GAS = 300_000;
    uint256 private constant _WORDS = 5;
    /// @dev A Pyth price is no testimony with a confidence interval of more than 2 %, how near a witness has to be.
    uint256 private constant _CONFIDENCE_SHARE = 50;

    /// @notice One answer, checked and scaled to 8 decimals.
    struct Answer {
        bool ok;
        uint64 price;
        uint64 updatedAt;
        uint80 roundId;
    }

    /// @notice Latest answer of a source. Not ok when it fails, is stale, from the future, not positive, or at a bound.
    function latest(IWitnessRouter.WitnessSource memory source) internal view returns (Answer memory answer) {
        answer =
            source.kind == IWitnessRouter.Kind.Pyth
                ? _pyth(source)
                : _round(source, abi.encodeCall(IAggregatorV3.latestRoundData, ()));
        if (!answer.ok) return answer;
        answer.ok = answer.updatedAt <= block.timestamp && block.timestamp - answer.updatedAt <= source.heartbeat;
    }

    /// @notice A round of an aggregator, whatever its age.
    function round(
        IWitnessRouter.WitnessSource memory source,
        uint80 roundId
    ) internal view returns (Answer memory answer) {
        answer = _round(source, abi.encodeCall(IAggregatorV3.getRoundData, (roundId)));
        if (answer.roundId != roundId) answer.ok = false;
    }

    function _round(
        IWitnessRouter.WitnessSource memory source,
        bytes memory data
    ) private view returns (Answer memory answer) {
        (bool ok, uint256[_WORDS] memory words) = _call(source.target, data, _WORDS);
        if (!ok) return answer;
        answer.roundId = uint80(words[0]);
        (answer.ok, answer.price) = _scaled(source, int256(words[1]), -int256(uint256(source.decimals)));
        if (words[3] == 0 || words[3] > type(uint40).max) answer.ok = false;
        answer.updatedAt = uint64(words[3]);
    }

    function _pyth(IWitnessRouter.WitnessSource memory source) private view returns (Answer memory answer) {
        (bool ok, uint256[_WORDS] memory words) = _call(
            source.target,
            abi.encodeCall(IPyth.getPriceUnsafe, (source.id)),
            4
        );
        if (!ok) return answer;
        (answer.ok, answer.price) = _scaled(source, int256(words[0]), int256(words[2]));
        if (words[1] > uint256(int256(words[0])) / _CONFIDENCE_SHARE) answer.ok = false; // it does not know itself
        if (words[3] == 0 || words[3] > type(uint40).max) answer.ok = false;
        answer.updatedAt = uint64(words[3]);
    }

    /// @dev value · 10^exponent with 8 decimals, rounded down; an answer at a bound is what a clamp looks like.
    function _scaled(
        IWitnessRouter.WitnessSource memory source,
        int256 value,
        int256 exponent
    ) private pure returns (bool ok, uint64 price) {
        if (value <= 0 || value > type(int128).max || exponent > 18 || exponent < -36) return (false, 0);
        int256 shift = exponent + 8;
        uint256 scaled = shift >= 0 ? uint256(value) * 10 ** uint256(shift) : uint256(value) / 10 ** uint256(-shift);
        if (scaled <= source.minimum || scaled >= source.maximum) return (false, 0);
        return (true, uint64(scaled));
    }

    /// @dev A call that had its gas and failed is data; a call that was starved by the caller reverts the whole poke.
    function _call(
        address target,
        bytes memory data,
        uint256 words
    ) private view returns (bool ok, uint256[_WORDS] memory result) {
        if (target.code.length == 0) return (false, result);
        uint256 before = gasleft();
        require(before - before / 64 > CALL_GAS + 5_000, IWitnessRouter.WitnessRouter_GasStarved(before, CALL_GAS));
        uint256 gasLimit = CALL_GAS;
        uint256 size = words * 32;
        // The Solidity it replaces: target.staticcall{gas: CALL_GAS}(data), which would copy return data without bound.
        assembly ("memory-safe") {
            ok := staticcall(gasLimit, target, add(data, 32), mload(data), result, size)
            ok := and(ok, iszero(lt(returndatasize(), size)))
        }
    }
}
