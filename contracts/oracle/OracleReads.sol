// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { EIP712 } from "solady/src/utils/EIP712.sol";
import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { IAnchor } from "../interfaces/IAnchor.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, PriceReport, ROUND_SECONDS } from "../shared/OracleTypes.sol";
import { FeedWords } from "./libraries/FeedWords.sol";
import { OracleState, RING_ROUNDS, RING_WORDS } from "./libraries/OracleState.sol";
import { OracleViews } from "./libraries/OracleViews.sol";
import { PriceReportLib } from "./libraries/PriceReportLib.sol";
import { Quarantine } from "./libraries/Quarantine.sol";
import { RoundHead } from "./libraries/RoundHead.sol";
import { RoundRing } from "./libraries/RoundRing.sol";
import { StateReads } from "./libraries/StateReads.sol";
import { Witness, WitnessWord } from "./libraries/WitnessWord.sol";

/// @title Oracle reads
/// @notice State and views of the price oracle. None calls another contract, so none can be made to fail by one.
abstract contract OracleReads is IPriceOracle, EIP712 {
    using StateReads for uint256[FEED_SLOTS];
    using StateReads for uint256[FEED_SLOTS / 2];

    uint256 private constant _MOST_TRIES = 64;
    uint256 private constant _DAY = 24 hours;
    /// @dev 15 % per square root of a day, in ppm.
    uint256 private constant _AGE_PPM = 150_000;
    uint256 private constant _BAND_WITNESS_BPS = 150;

    IAnchor public immutable anchor;
    uint256 public immutable heartbeat;

    OracleState internal _state;

    constructor(IAnchor anchor_, uint256 heartbeat_) {
        anchor = anchor_;
        heartbeat = heartbeat_;
    }

    /// @dev The EIP-712 domain.
    function _domainNameAndVersion() internal pure override returns (string memory name, string memory version) {
        return ("Ballast Oracle", "1");
    }

    /// @inheritdoc IPriceOracle
    function latestRoundData(uint256 feed) external view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 word = feed < FEED_SLOTS ? _state.latest[feed] : 0;
        uint80 round = uint32(word >> 64);
        uint256 time = uint256(round) * ROUND_SECONDS;
        return (round, int256(uint256(uint64(word))), time, time, round);
    }

    /// @inheritdoc IPriceOracle
    function tryReadRisk(uint256 feed) public view returns (bool ok, RiskReading memory reading) {
        if (feed >= FEED_SLOTS) return (false, reading);
        uint256 word = _state.latest[feed];
        uint256 price = uint64(word);
        if (price == 0) return (false, reading);
        unchecked {
            uint256 time = uint256(uint32(word >> 64)) * ROUND_SECONDS;
            uint256 age = block.timestamp > time ? block.timestamp - time : 0;
            reading.price = uint64(price);
            reading.age = uint32(age);
            reading.dispersionPpm = uint32(FeedWords.dispersionPpmOf(word));
            reading.level = FeedWords.levelOf(word);
            reading.source = FeedWords.sourceOf(word);
            (uint256 low, uint256 high) = _band(price, reading.dispersionPpm, age);
            if (FeedWords.isPending(word)) {
                uint256 waiting = Quarantine.unpack(_state.pending[feed]).price;
                (low, high) = (FixedPointMathLib.min(low, waiting), FixedPointMathLib.max(high, waiting));
            }
            uint256 witness = WitnessWord.farPrice(_state.witness[feed / 2], feed, block.timestamp, _BAND_WITNESS_BPS);
            if (witness != 0) {
                (low, high) = (FixedPointMathLib.min(low, witness), FixedPointMathLib.max(high, witness));
            }
            reading.low = uint64(low);
            reading.high = uint64(FixedPointMathLib.min(high, type(uint64).max));
        }
        return (true, reading);
    }

    /// @inheritdoc IPriceOracle
    function riskWords(
        uint256 feed
    ) external view returns (uint256 latest, uint256 averages, uint256 witness, uint256 pendingPrice) {
        if (feed >= FEED_SLOTS) return (0, 0, 0, 0);
        latest = _state.latest.wordAt(feed);
        averages = _state.averages.wordAt(feed);
        witness = uint128(_state.witness.witnessAt(feed));
        if (FeedWords.isPending(latest)) pendingPrice = uint64(_state.pending[feed]);
    }

    /// @inheritdoc IPriceOracle
    function publishedBetween(uint256 feed, uint256 oldest, uint256 newest) external view returns (uint256) {
        if (feed >= FEED_SLOTS) return 0;
        // The latest round may still gain signers: whoever asks leaves it out.
        for (uint256 tries; tries < _MOST_TRIES && newest >= oldest && newest != 0; ++tries) {
            uint256[RING_WORDS] storage entry = _state.ring[newest % RING_ROUNDS];
            if (RoundRing.roundOf(entry[0]) == newest) {
                uint256 price = RoundRing.publishedPriceOf(entry[1 + feed / 3], feed);
                if (price != 0) return price;
            }
            --newest;
        }
        return 0;
    }

    /// @inheritdoc IPriceOracle
    function readRisk(uint256 feed) external view returns (RiskReading memory reading) {
        bool ok;
        (ok, reading) = tryReadRisk(feed);
        require(ok, PriceOracle_NoData(feed, 0));
    }

    /// @dev u = D + 15 % · √(age / 24 h), at most 100 %; outward rounding.
    function _band(uint256 price, uint256 dispersionPpm, uint256 age) private pure returns (uint256 low, uint256 high) {
        unchecked {
            // The square is taken under the root; one more covers what both divisions cut.
            uint256 u = dispersionPpm + FixedPointMathLib.sqrt((age * _AGE_PPM * _AGE_PPM) / _DAY) + 1;
            if (u > 1e6) u = 1e6;
            uint256 width = (price * u + 1e6 - 1) / 1e6;
            return (price > width ? price - width : 0, price + width);
        }
    }

    /// @inheritdoc IPriceOracle
    function feedCount() external view returns (uint256) {
        return _state.weights.feeds;
    }

    /// @inheritdoc IPriceOracle
    function feedDescription(uint256 feed) external view returns (string memory) {
        return _state.feeds[feed].description;
    }

    /// @notice Step that a feed's prices are told in, 8 decimals; fixed with the feed.
    function feedTick(uint256 feed) external view returns (uint64) {
        return _state.feeds[feed].tick;
    }

    /// @notice Tip for a full round that was one heartbeat late, units of the reward token.
    function tipBase() external view returns (uint256) {
        return _state.tipBase;
    }

    /// @inheritdoc IPriceOracle
    function tipsEarned(address account) external view returns (uint256) {
        return _state.tips[account];
    }

    /// @inheritdoc IPriceOracle
    function reliabilityOf(uint256 seat) external view returns (uint256) {
        return (_state.reliability[seat / 16] >> (16 * (seat % 16))) & 0xffff;
    }

    /// @notice What the nearest valid witness of a feed last said; zeros before the first.
    function witnessOf(uint256 feed) external view returns (Witness memory) {
        return WitnessWord.unpack(_state.witness[feed / 2], feed);
    }

    /// @inheritdoc IPriceOracle
    function lastSignedAt() external view returns (uint256) {
        return uint256(RoundHead.unpack(_state.head).round) * ROUND_SECONDS;
    }

    /// @inheritdoc IPriceOracle
    function reportDigest(PriceReport calldata report) external view returns (bytes32) {
        return _hashTypedData(PriceReportLib.structHash(report));
    }

    /// @inheritdoc IPriceOracle
    function getRoundData(
        uint256 feed,
        uint80 roundId
    ) external view returns (uint80, int256, uint256, uint256, uint80) {
        _answer(abi.encodeWithSelector(OracleViews.getRoundData.selector, _slot(), feed, roundId));
    }

    /// @inheritdoc IPriceOracle
    function metrics(uint256 feed) external view returns (FeedMetrics memory) {
        _answer(abi.encodeWithSelector(OracleViews.metrics.selector, _slot(), feed));
    }

    /// @inheritdoc IPriceOracle
    function health() external view returns (Health memory) {
        _answer(abi.encodeWithSelector(OracleViews.health.selector, _slot()));
    }

    /// @inheritdoc IPriceOracle
    function tryRoundHeader(uint64 round) external view returns (bool ok, RoundHeader memory header) {
        _answer(abi.encodeWithSelector(OracleViews.tryRoundHeader.selector, _slot(), round));
    }

    /// @inheritdoc IPriceOracle
    function tryRoundPrice(uint256 feed, uint64 round) external view returns (bool ok, RoundPrice memory price) {
        _answer(abi.encodeWithSelector(OracleViews.tryRoundPrice.selector, _slot(), feed, round));
    }

    /// @inheritdoc IPriceOracle
    function tryMarkAt(uint256 feed, uint64 boundary) external view returns (bool ok, Mark memory mark) {
        _answer(abi.encodeWithSelector(OracleViews.tryMarkAt.selector, _slot(), heartbeat, feed, boundary));
    }

    /// @inheritdoc IPriceOracle
    function anyTrigger() public view returns (bool) {
        return OracleViews.anyTrigger(_state, heartbeat);
    }

    /// @inheritdoc IPriceOracle
    function seatAt(
        uint32 setId,
        uint256 seat
    ) external view returns (address signer, uint64 weight, uint32 validatorId) {
        _answer(abi.encodeWithSelector(OracleViews.seatAt.selector, _slot(), setId, seat));
    }

    /// @inheritdoc IPriceOracle
    function setWeight(uint32 setId) external view returns (uint64) {
        _answer(abi.encodeWithSelector(OracleViews.setWeight.selector, _slot(), setId));
    }

    /// @dev Answers the call with what a view of {OracleViews} answers, word for word: decoding and encoding each of those
    /// structs again would take more code than the contract has room for. It changes nothing, since each of them is a view,
    /// which the compiler sees there; here it sees a delegatecall, and has to be told.
    function _answer(bytes memory call) private view {
        function(bytes memory) forward = _forward;
        function(bytes memory) view answer;
        // The Solidity it replaces: `answer = forward`, which would drop `view`.
        assembly ("memory-safe") {
            answer := forward
        }
        answer(call);
    }

    function _forward(bytes memory call) private {
        (bool ok, bytes memory result) = address(OracleViews).delegatecall(call);
        // The Solidity it replaces: `return abi.decode(result, (...))` in each of the callers, or the same revert.
        assembly ("memory-safe") {
            if ok {
                return(add(result, 0x20), mload(result))
            }
            revert(add(result, 0x20), mload(result))
        }
    }

    function _slot() private pure returns (uint256 slot) {
        assembly ("memory-safe") {
            slot := _state.slot
        }
    }
}
