// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ArbitrumAnchor, IArbSys } from "../../../contracts/oracle/anchors/ArbitrumAnchor.sol";

/// @notice As on Arbitrum: knows 256 blocks back, reverts on others.
contract SystemDouble is IArbSys {
    uint256 private constant _KNOWN = 256;
    uint256 public arbBlockNumber;

    function advance(uint256 blocks) external {
        arbBlockNumber += blocks;
    }

    function arbBlockHash(uint256 blockNumber) external view returns (bytes32) {
        require(blockNumber < arbBlockNumber && arbBlockNumber - blockNumber <= _KNOWN, "invalid block number");
        return keccak256(abi.encode(blockNumber));
    }
}

/// @notice As the history contract of ArbOS 40: asked with a bare number, reverts outside its window.
contract HistoryDouble {
    uint256 private constant _KNOWN = 393_168;
    SystemDouble private immutable _system;

    constructor(SystemDouble system) {
        _system = system;
    }

    fallback(bytes calldata question) external returns (bytes memory) {
        uint256 blockNumber = abi.decode(question, (uint256));
        uint256 height = _system.arbBlockNumber();
        require(question.length == 32 && blockNumber < height && height - blockNumber <= _KNOWN, "outside");
        return abi.encode(keccak256(abi.encode(blockNumber)));
    }
}

/// @notice Answers more than a hash.
contract Chatterbox {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(uint256(1), uint256(2));
    }
}

/// @notice Hashes of a chain whose `block.number` is its parent's.
contract ArbitrumAnchorTest {
    uint256 private constant _HEIGHT = 250_000_000;
    SystemDouble private _system;
    ArbitrumAnchor private _anchor;

    function setUp() external {
        _system = new SystemDouble();
        _system.advance(_HEIGHT);
        _anchor = new ArbitrumAnchor(_system, address(new HistoryDouble(_system)));
    }

    function test_CountsTheRollupsBlocks() external view {
        require(_anchor.height() == _HEIGHT, "height");
        require(_anchor.height() != block.number, "not the parent's");
    }

    function testFuzz_KnowsEveryBlockOfTheLastDay(uint256 back) external view {
        uint256 number = _HEIGHT - 1 - (back % 393_168);
        require(_anchor.hashOf(number) == keccak256(abi.encode(number)), "hash");
    }

    function test_WhenOnlyTheHistoryKnows() external view {
        uint256 tenMinutesAgo = _HEIGHT - 2_536; // 634 s in blocks of a quarter of a second: the oldest that late credit looks at
        require(_anchor.hashOf(tenMinutesAgo) == keccak256(abi.encode(tenMinutesAgo)), "hash");
    }

    function test_ZeroGiven_TheFutureOrTooLongAgo() external view {
        require(_anchor.hashOf(_HEIGHT) == 0, "the block that is being made");
        require(_anchor.hashOf(_HEIGHT + 1) == 0, "the future");
        require(_anchor.hashOf(_HEIGHT - 393_169) == 0, "before the history begins");
        require(_anchor.hashOf(type(uint256).max) == 0, "no block at all");
    }

    function test_WithoutAHistoryKnowsAMinute() external {
        ArbitrumAnchor bare = new ArbitrumAnchor(_system, address(0xdead));
        require(bare.hashOf(_HEIGHT - 256) != 0, "the system's");
        require(bare.hashOf(_HEIGHT - 257) == 0, "older");
    }

    function test_ZeroGiven_AnswersOfAnotherLength() external {
        ArbitrumAnchor misled = new ArbitrumAnchor(IArbSys(address(new Chatterbox())), address(new Chatterbox()));
        require(misled.hashOf(_HEIGHT - 1) == 0, "two words are no hash");
    }
}
