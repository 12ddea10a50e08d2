// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SettlementFacts } from "../../../contracts/clearing/libraries/SettlementFacts.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";

/// @notice What settlement takes for an answer of the oracle: all that the oracle's types hold, and nothing beyond them.
contract SettlementFactsTest {
    function testFuzz_TakesAMarkThatHasAPrice(IPriceOracle.Mark calldata mark) external pure {
        bytes memory nothing = abi.encode(uint256(0), uint256(0), uint256(0), uint256(0), uint256(0));
        require(SettlementFacts.isAnswer(abi.encode(true, mark), nothing) == (mark.price != 0), "a mark");
    }

    function testFuzz_WithoutAMarkTakesARoundThatHasAPrice(
        uint80 round,
        uint64 price,
        uint256[2] calldata at
    ) external pure {
        IPriceOracle.Mark memory none;
        bytes memory latest = abi.encode(round, int256(uint256(price)), at[0], at[1], round);
        require(SettlementFacts.isAnswer(abi.encode(false, none), latest) == (price != 0), "a round");
    }

    /// @notice What is taken can be decoded, so that nothing fails behind the check; what is one too large is not.
    function testFuzz_RefusesAMarkWithAWordBeyondItsType(uint256 word, uint256 excess) external view {
        word %= 9;
        uint256[9] memory mark = _largestMark();
        require(_takes(mark, _largestRound()), "all at their largest");
        this.decodeMark(abi.encode(mark));
        mark[word] += 1 + (excess % (type(uint256).max - mark[word]));
        require(!_takes(mark, _largestRound()), "one beyond");
        try this.decodeMark(abi.encode(mark)) {
            revert("nothing was beyond its type");
        } catch {}
    }

    function testFuzz_RefusesARoundWithAWordBeyondItsType(uint256 word, uint256 excess) external pure {
        word = [uint256(0), 1, 4][word % 3];
        uint256[5] memory latest = _largestRound();
        latest[word] += 1 + (excess % (type(uint256).max - latest[word]));
        require(!_takes(_largestMark(), latest), "one beyond");
    }

    function test_RefusesAnswersThatAreTooShort() external pure {
        bytes memory mark = abi.encode(_largestMark());
        bytes memory latest = abi.encode(_largestRound());
        assembly ("memory-safe") {
            mstore(mark, 287) // in Solidity: `mark` without its last byte
        }
        require(!SettlementFacts.isAnswer(mark, latest), "of the mark");
        mark = abi.encode(_largestMark());
        assembly ("memory-safe") {
            mstore(latest, 159) // `latest` without its last byte
        }
        require(!SettlementFacts.isAnswer(mark, latest), "of the round");
    }

    /// @notice Decodes as settlement does.
    function decodeMark(bytes calldata answer) external pure returns (bool, IPriceOracle.Mark memory) {
        return abi.decode(answer, (bool, IPriceOracle.Mark));
    }

    function _takes(uint256[9] memory mark, uint256[5] memory latest) private pure returns (bool) {
        return SettlementFacts.isAnswer(abi.encode(mark), abi.encode(latest));
    }

    /// @dev Whether it was kept, price, round, sum, coverage, divergent seconds, quarantined, halted, boundary before.
    function _largestMark() private pure returns (uint256[9] memory mark) {
        (mark[0], mark[6], mark[7]) = (1, 1, 1);
        (mark[1], mark[2], mark[8]) = (type(uint64).max, type(uint64).max, type(uint64).max);
        (mark[3], mark[4], mark[5]) = (type(uint96).max, type(uint16).max, type(uint16).max);
    }

    /// @dev Round, price, started, updated, answered in; times may be anything.
    function _largestRound() private pure returns (uint256[5] memory latest) {
        (latest[0], latest[4]) = (type(uint80).max, type(uint80).max);
        (latest[2], latest[3]) = (type(uint256).max, type(uint256).max);
        latest[1] = type(uint64).max;
    }
}
