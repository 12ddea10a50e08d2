// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IAggregatorV3 } from "../interfaces/IAggregatorV3.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRewardPot } from "../interfaces/IRewardPot.sol";
import { IWitnessRouter } from "../interfaces/IWitnessRouter.sol";
import { BPS, Source } from "../shared/OracleTypes.sol";
import { WitnessReads } from "./libraries/WitnessReads.sol";

/// @title Witness router
/// @notice See {IWitnessRouter}. It reads strangers, so that the oracle never has to.
contract WitnessRouter is IWitnessRouter, AccessManaged {
    uint256 private constant _MAXIMUM_SOURCES = 4;
    uint256 private constant _NEAR_BPS = 100;
    uint256 private constant _CONFLICT_BPS = 800;
    uint256 private constant _MOVE_BPS = 25;
    uint256 private constant _WAIT_SECONDS = 7 days;
    uint256 private constant _HEARTBEAT_MAXIMUM = 48 hours;
    uint256 private constant _OBSERVATIONS = 256;
    /// @dev A cached witness older than this is due for a paid look: a quarter of what counts as fresh.
    uint256 private constant _DUE_SECONDS = 15 minutes;
    uint256 private constant _PAID_PER_HOUR = 60;

    /// @dev What a poke saw of a true-time source; `next` is the publish time seen after it, 0 for the newest.
    struct Observation {
        uint64 price;
        uint64 publishedAt;
        uint64 next;
        uint64 number;
    }

    /// @dev What the sources of a feed say together.
    struct Verdict {
        uint256 fresh;
        uint64 price;
        uint64 observedAt;
        uint16 thresholdBps;
        bool agreed;
        bool conflicted;
    }

    IPriceOracle public immutable oracle;
    IRewardPot public immutable rewardPot;
    /// @notice Pay for a poke that was due, in reward token units.
    uint256 public immutable pokeReward;

    mapping(uint256 feed => WitnessSource[]) private _sources;
    mapping(uint256 feed => mapping(uint256 index => uint64 count)) private _observed;
    mapping(bytes32 key => Observation) private _observations;
    mapping(uint256 feed => uint256 packed) private _lastPaid; // time 64 | own price 64 | price 64
    uint256 private _hour;
    uint256 private _paidInHour;

    constructor(
        IPriceOracle oracle_,
        IRewardPot rewardPot_,
        uint256 pokeReward_,
        address authority
    ) AccessManaged(authority) {
        oracle = oracle_;
        rewardPot = rewardPot_;
        pokeReward = pokeReward_;
    }

    /// @inheritdoc IWitnessRouter
    function addSource(uint256 feed, WitnessSource calldata source) external restricted returns (uint256 index) {
        _checkFeed(feed);
        index = _sources[feed].length;
        require(index < _MAXIMUM_SOURCES, WitnessRouter_TooManySources(feed, _MAXIMUM_SOURCES));
        WitnessSource memory checked = _checked(feed, type(uint256).max, source);
        _sources[feed].push(checked);

        emit SourceAdded(feed, index, checked.target, checked.usableAt);
    }

    /// @inheritdoc IWitnessRouter
    function replaceSource(uint256 feed, uint256 index, WitnessSource calldata source) external restricted {
        WitnessSource storage old = _sourceAt(feed, index);
        address oldTarget = old.target;
        WitnessSource memory checked = _checked(feed, index, source);
        // The same contract with wider limits is loosening, not a replacement.
        bool loosens =
            oldTarget == source.target &&
                source.id == old.id &&
                (source.heartbeat > old.heartbeat ||
                    source.minimum < old.minimum ||
                    source.maximum > old.maximum ||
                    source.thresholdBps > old.thresholdBps);
        require(!loosens || !oracle.anyTrigger(), WitnessRouter_TriggerActive());
        _sources[feed][index] = checked;

        emit SourceReplaced(feed, index, oldTarget, checked.target, checked.usableAt);
    }

    /// @inheritdoc IWitnessRouter
    function removeSource(uint256 feed, uint256 index) external restricted {
        address target = _sourceAt(feed, index).target;
        require(_hasOther(feed, index), WitnessRouter_LastSource(feed));
        require(!oracle.anyTrigger(), WitnessRouter_TriggerActive());
        // Disabled rather than shifted: indices in proofs keep their meaning.
        _sources[feed][index].usableAt = type(uint64).max;

        emit SourceRemoved(feed, index, target);
    }

    /// @inheritdoc IWitnessRouter
    function pokeWitness(uint256 feed) external {
        _checkFeed(feed);
        (, IPriceOracle.RiskReading memory own) = oracle.tryReadRisk(feed);
        Verdict memory verdict = _consult(feed, own.price);
        require(verdict.fresh != 0, WitnessRouter_NoValidSource(feed));
        oracle.recordWitness(
            feed,
            verdict.price,
            verdict.observedAt,
            verdict.agreed,
            verdict.conflicted,
            verdict.thresholdBps
        );
        bool paid = _due(feed, verdict.price, own.price);
        emit WitnessPoked(msg.sender, feed, verdict.price, verdict.observedAt, paid);

        if (paid) rewardPot.credit(msg.sender, pokeReward);
    }

    /// @inheritdoc IWitnessRouter
    function sourceCount(uint256 feed) external view returns (uint256) {
        return _sources[feed].length;
    }

    /// @inheritdoc IWitnessRouter
    function sourceAt(uint256 feed, uint256 index) external view returns (WitnessSource memory) {
        return _sourceAt(feed, index);
    }

    /// @inheritdoc IWitnessRouter
    function tryPriceAt(
        uint256 feed,
        uint256 index,
        uint80 roundId,
        uint64 at
    ) external view returns (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt) {
        if (index >= _sources[feed].length) return (false, 0, 0, 0);
        WitnessSource memory source = _sources[feed][index];
        if (source.usableAt > block.timestamp) return (false, 0, 0, 0);
        if (source.kind == Kind.Pyth) return _observedAt(feed, index, roundId, at);
        WitnessReads.Answer memory answer = WitnessReads.round(source, roundId);
        // The successor is the next round of the same phase. A phase that ended has none here: such a time is proven by
        // another source, since a phase change does not say when the old aggregator stopped being the feed.
        WitnessReads.Answer memory next = WitnessReads.round(source, roundId + 1);
        ok = answer.ok && next.updatedAt > at && answer.updatedAt <= at && next.roundId == roundId + 1;
        return (ok, answer.price, answer.updatedAt, next.updatedAt);
    }

    function _observedAt(
        uint256 feed,
        uint256 index,
        uint80 number,
        uint64 at
    ) private view returns (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt) {
        Observation memory seen = _observations[_observationKey(feed, index, number)];
        ok = seen.publishedAt != 0 && seen.number == number && seen.publishedAt <= at && seen.next > at;
        return (ok, seen.price, seen.publishedAt, seen.next);
    }

    /// @dev Asks every source; the one nearest to our own price speaks, or the median of those that agree.
    function _consult(uint256 feed, uint256 own) private returns (Verdict memory verdict) {
        WitnessSource[] storage sources = _sources[feed];
        uint256[] memory prices = new uint256[](sources.length);
        uint256 nearest = type(uint256).max;
        for (uint256 index = 0; index < sources.length; ++index) {
            WitnessSource memory source = sources[index];
            if (source.usableAt > block.timestamp) continue;
            WitnessReads.Answer memory answer = WitnessReads.latest(source);
            if (!answer.ok) {
                emit SourceSkipped(feed, index, source.target);
                continue;
            }
            if (source.kind == Kind.Pyth) _observe(feed, index, answer);
            prices[verdict.fresh++] = answer.price;
            uint256 gap = answer.price > own ? answer.price - own : own - answer.price;
            if (gap >= nearest) continue;
            nearest = gap;
            (verdict.price, verdict.observedAt) = (answer.price, answer.updatedAt);
            verdict.thresholdBps = source.thresholdBps;
        }
        if (verdict.fresh >= 2) _compare(verdict, prices);
    }

    /// @dev Agreement and conflict of the fresh sources. `prices` is sorted in place; at most four.
    function _compare(Verdict memory verdict, uint256[] memory prices) private pure {
        for (uint256 i = 1; i < verdict.fresh; ++i) {
            for (uint256 j = i; j != 0 && prices[j - 1] > prices[j]; --j) {
                (prices[j - 1], prices[j]) = (prices[j], prices[j - 1]);
            }
        }
        (uint256 low, uint256 high) = (prices[0], prices[verdict.fresh - 1]);
        verdict.conflicted = (high - low) * BPS >= low * _CONFLICT_BPS;
        verdict.agreed = (high - low) * BPS <= low * _NEAR_BPS;
        if (!verdict.agreed) return;
        uint256 middle = verdict.fresh / 2;
        uint256 median = verdict.fresh % 2 == 1 ? prices[middle] : (prices[middle - 1] + prices[middle]) / 2;
        verdict.price = uint64(median);
    }

    /// @dev Keeps what a true-time source published, once per publish time, and closes the one before.
    function _observe(uint256 feed, uint256 index, WitnessReads.Answer memory answer) private {
        uint64 count = _observed[feed][index];
        if (count != 0) {
            Observation storage last = _observations[_observationKey(feed, index, count)];
            if (last.number == count && last.publishedAt >= answer.updatedAt) return;
            if (last.number == count) last.next = answer.updatedAt;
        }
        count += 1;
        _observed[feed][index] = count;
        _observations[_observationKey(feed, index, count)] = Observation(answer.price, answer.updatedAt, 0, count);
    }

    /// @dev By what was observed, so that observations of a replaced source are no evidence of the new one.
    function _observationKey(uint256 feed, uint256 index, uint256 number) private view returns (bytes32) {
        WitnessSource storage source = _sources[feed][index];
        return keccak256(abi.encode(feed, source.target, source.id, number % _OBSERVATIONS));
    }

    /// @dev Paid when the last paid look is a while ago, or the witness's price or our own moved since; hourly cap. Our own
    /// counts because a drift away from a witness that stands still is what a look has to find.
    function _due(uint256 feed, uint256 price, uint256 own) private returns (bool) {
        uint256 last = _lastPaid[feed];
        bool isQuiet =
            block.timestamp < (last >> 128) + _DUE_SECONDS &&
                !_moved(uint64(last), price) &&
                !_moved(uint64(last >> 64), own);
        if (isQuiet) return false;
        if (_hour != block.timestamp / 1 hours) (_hour, _paidInHour) = (block.timestamp / 1 hours, 0);
        if (_paidInHour == _PAID_PER_HOUR) return false;
        _paidInHour += 1;
        _lastPaid[feed] = (block.timestamp << 128) | (own << 64) | price;
        return true;
    }

    function _moved(uint256 from, uint256 to) private pure returns (bool) {
        uint256 gap = to > from ? to - from : from - to;
        return gap != 0 && gap * BPS >= from * _MOVE_BPS;
    }

    /// @dev Bounds of a source, and from when it may be used.
    function _checked(
        uint256 feed,
        uint256 replaced,
        WitnessSource calldata given
    ) private view returns (WitnessSource memory source) {
        source = given;
        bool sound =
            source.target.code.length != 0 &&
                source.heartbeat != 0 &&
                source.heartbeat <= _HEARTBEAT_MAXIMUM &&
                source.minimum < source.maximum &&
                source.thresholdBps <= BPS;
        require(sound, WitnessRouter_BadSource(source.target, source.heartbeat, source.minimum, source.maximum));
        source.decimals = source.kind == Kind.Pyth ? 0 : IAggregatorV3(source.target).decimals();
        source.usableAt = uint64(block.timestamp);
        if (!_vouched(feed, replaced, source)) source.usableAt += uint64(_WAIT_SECONDS);
    }

    /// @dev Within 1 % of a fresh quorum price, else of another fresh witness.
    function _vouched(uint256 feed, uint256 replaced, WitnessSource memory source) private view returns (bool) {
        WitnessReads.Answer memory answer = WitnessReads.latest(source);
        if (!answer.ok) return false;
        (bool ok, IPriceOracle.RiskReading memory own) = oracle.tryReadRisk(feed);
        if (ok && own.source == Source.Quorum && own.age <= 2 * oracle.heartbeat())
            return _near(answer.price, own.price);
        WitnessSource[] storage sources = _sources[feed];
        for (uint256 index = 0; index < sources.length; ++index) {
            if (index == replaced || sources[index].usableAt > block.timestamp) continue;
            WitnessReads.Answer memory other = WitnessReads.latest(sources[index]);
            if (other.ok) return _near(answer.price, other.price);
        }
        // The first source of a feed that has no price yet has nothing to be compared with.
        return !ok && sources.length == 0;
    }

    /// @dev Some source besides this one may be asked now: neither removed nor waiting for its seven days.
    function _hasOther(uint256 feed, uint256 index) private view returns (bool) {
        WitnessSource[] storage sources = _sources[feed];
        for (uint256 other = 0; other < sources.length; ++other) {
            if (other != index && sources[other].usableAt <= block.timestamp) return true;
        }
        return false;
    }

    function _near(uint256 left, uint256 right) private pure returns (bool) {
        uint256 gap = left > right ? left - right : right - left;
        return gap * BPS <= right * _NEAR_BPS;
    }

    function _sourceAt(uint256 feed, uint256 index) private view returns (WitnessSource storage) {
        require(index < _sources[feed].length, WitnessRouter_UnknownSource(feed, index, _sources[feed].length));
        return _sources[feed][index];
    }

    function _checkFeed(uint256 feed) private view {
        uint256 count = oracle.feedCount();
        require(feed < count, WitnessRouter_UnknownFeed(feed, count));
    }
}
