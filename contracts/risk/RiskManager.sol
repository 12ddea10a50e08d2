// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRewardPot } from "../interfaces/IRewardPot.sol";
import { IRisk } from "../interfaces/IRisk.sol";
import { IRiskManager } from "../interfaces/IRiskManager.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { FEED_SLOTS, Level, ROUND_SECONDS, SEATS } from "../shared/OracleTypes.sol";
import { Liquidation, LiquidationReading, NO_FEED } from "../shared/RiskTypes.sol";
import { RiskWords } from "../shared/RiskWords.sol";
import { BidClock } from "./libraries/BidClock.sol";
import { Concentration } from "./libraries/Concentration.sol";
import { GuardianBudget } from "./libraries/GuardianBudget.sol";
import { ModeMachine, Stance } from "./libraries/ModeMachine.sol";
import { CAUTIOUS, HALTED, ModeWord, REDUCE_ONLY } from "./libraries/ModeWord.sol";
import { PokeBudget, PokeRecord } from "./libraries/PokeBudget.sol";
import { PokeMetrics } from "./libraries/PokeMetrics.sol";
import { RiskLimits } from "./libraries/RiskLimits.sol";
import { Sentinel } from "./libraries/Sentinel.sol";
import { StakeCap } from "./libraries/StakeCap.sol";
import { TripCount } from "./libraries/TripCount.sol";

/// @title Risk manager
/// @notice See {IRiskManager}. A reading loads one word here and makes one call, which loads three words of the oracle.
contract RiskManager is IRiskManager, AccessManaged {
    uint256 private constant _BPS = 10_000;
    /// @dev Cents in a thousand dollars.
    uint256 private constant _CENTS = 1e5;

    /// @dev A feed's words as the oracle answered.
    struct Words {
        uint256 latest;
        uint256 averages;
        uint256 witness;
        uint256 pendingPrice;
    }

    IPriceOracle public immutable oracle;
    IValidatorRegistry public immutable registry;
    IRewardPot public immutable rewardPot;
    /// @notice Pay for a poke or refresh that recorded something new, in reward token units.
    uint256 public immutable pokeTip;
    uint256 public immutable heartbeat;
    /// @notice Slot of the bond token's own price, NO_FEED for a stable one.
    uint256 public immutable bondFeed;
    /// @notice Share of the bond's value that counts, bps: 9,000 for ETH or a stable, 5,000 for an own token.
    uint256 public immutable haircutBps;
    /// @notice Token units in one bond token.
    uint256 public immutable bondUnit;

    ModeWord[FEED_SLOTS] private _modes;
    uint256[FEED_SLOTS] private _bidClocks;
    uint256[FEED_SLOTS] private _sentinels;
    uint256 private _guardian;
    uint256 private _stakeStepAt;
    uint256[FEED_SLOTS] private _tips;
    uint256 private _stakeTips;
    bool public isStakeOn;
    address[3] private _reporters;

    constructor(
        IPriceOracle oracle_,
        IValidatorRegistry registry_,
        IRewardPot rewardPot_,
        uint256 pokeTip_,
        uint256 bondFeed_,
        uint256 bondDecimals,
        uint256 haircutBps_,
        uint256 ceilingThousands,
        address authority
    ) AccessManaged(authority) {
        require(
            address(oracle_) != address(0) && address(registry_) != address(0) && address(rewardPot_) != address(0),
            RiskManager_ZeroAddress()
        );
        require(authority != address(0), RiskManager_ZeroAddress());
        require(bondFeed_ < FEED_SLOTS || bondFeed_ == NO_FEED, RiskManager_UnknownFeed(bondFeed_, FEED_SLOTS));
        require(
            haircutBps_ <= RiskLimits.HAIRCUT_MAXIMUM_BPS,
            RiskManager_BadHaircut(haircutBps_, RiskLimits.HAIRCUT_MAXIMUM_BPS)
        );
        oracle = oracle_;
        registry = registry_;
        rewardPot = rewardPot_;
        pokeTip = pokeTip_;
        heartbeat = oracle_.heartbeat();
        bondFeed = bondFeed_;
        haircutBps = haircutBps_;
        bondUnit = 10 ** bondDecimals;
        _setCeiling(ceilingThousands);
    }

    /// @inheritdoc IRisk
    function tryRead(
        uint256 feed,
        uint256 expiry,
        uint256 collateralFeed,
        Level alarm
    ) external view returns (bool ok, Reading memory reading) {
        Words memory words = _wordsOf(feed);
        if (RiskWords.priceOf(words.latest) == 0) return (false, reading);
        ModeWord word = _modes[feed];
        Stance memory stance = _stanceIn(word, words, collateralFeed, alarm);
        (uint256 low, uint256 high) = _bandOf(words);
        ok = _fill(reading, word, words, stance, expiry, low, high);
    }

    /// @inheritdoc IRisk
    function tryReadLiquidation(
        uint256 feed,
        uint256 expiry,
        uint256 collateralFeed,
        Level alarm,
        bool withEarlier
    ) external view returns (bool ok, Reading memory reading, LiquidationReading memory liquidation) {
        Words memory words = _wordsOf(feed);
        if (RiskWords.priceOf(words.latest) == 0) return (false, reading, liquidation);
        ModeWord word = _modes[feed];
        Stance memory stance = _stanceIn(word, words, collateralFeed, alarm);
        (uint256 low, uint256 high) = _bandOf(words);
        ok = _fill(reading, word, words, stance, expiry, low, high);
        if (!ok) return (false, reading, liquidation);
        uint256 dispersion = RiskWords.dispersionPpmOf(words.latest);
        liquidation.allowed = ModeMachine.liquidationOf(stance, reading.age, heartbeat, dispersion);
        liquidation.isPrimary = RiskWords.isPrimary(words.latest);
        uint256 counted = _bidTimeOf(feed, word, words);
        if (liquidation.allowed >= Liquidation.Slices) counted += BidClock.live(word, words.latest, block.timestamp);
        liquidation.bidTime = uint64(counted);
        if (withEarlier) _fillEarlier(liquidation, feed, words, expiry, low, high);
    }

    /// @inheritdoc IRiskManager
    function bidTime(uint256 feed) external view returns (uint256) {
        Words memory words = _knownWords(feed);
        return _bidTimeOf(feed, _modes[feed], words);
    }

    /// @inheritdoc IRiskManager
    function standOf(uint256 feed) external view returns (Stand memory) {
        Words memory words = _knownWords(feed);
        ModeWord word = _modes[feed];
        Stance memory stance = _stanceOf(word, words);
        return
            Stand({
                mode: stance.mode,
                phase: uint8(stance.recovery),
                capBps: uint16(stance.capBps),
                dwellCautious: uint32(ModeMachine.dwellOf(word, CAUTIOUS, block.timestamp)),
                dwellReduceOnly: uint32(ModeMachine.dwellOf(word, REDUCE_ONLY, block.timestamp)),
                dwellHalted: uint32(ModeMachine.dwellOf(word, HALTED, block.timestamp))
            });
    }

    /// @inheritdoc IRiskManager
    function concentration() external view returns (uint256 toStall, uint256 toCapture, uint256 herfindahl) {
        IPriceOracle.Health memory health = oracle.health();
        uint256[] memory weights = new uint256[](SEATS);
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            if ((health.mask >> seat) & 1 == 0) (, weights[seat], ) = oracle.seatAt(health.setId, seat);
        }
        return Concentration.measure(weights);
    }

    /// @inheritdoc IRiskManager
    function anyTrigger() public view returns (bool) {
        return _modes[0].stakeLevel() != uint256(Level.Normal) || oracle.anyTrigger();
    }

    /// @notice Global ceiling of open notional, thousand dollars.
    function ceilingThousands() external view returns (uint256) {
        return _modes[0].ceiling();
    }

    /// @notice The sentinel's reporters.
    function reporters() external view returns (address[3] memory) {
        return _reporters;
    }

    /// @inheritdoc IRiskManager
    function poke(uint256 feed) external {
        Words memory words = _knownWords(feed);
        (ModeWord word, PokeRecord memory done) = _touch(feed, words);
        Level mode = _stanceOf(word, words).mode;
        bool paid = PokeBudget.isNews(done, mode);
        if (paid) (_tips[feed], paid) = PokeBudget.taken(_tips[feed], block.timestamp);
        IPriceOracle.Health memory health = oracle.health();

        emit FeedPoked(
            msg.sender,
            feed,
            mode,
            PokeMetrics.causeOf(words.latest, words.averages, words.witness, health, block.timestamp),
            done.tripped,
            [
                RiskWords.movePpm(words.averages, 0),
                RiskWords.movePpm(words.averages, 26),
                RiskWords.movePpm(words.averages, 52)
            ],
            RiskWords.dispersionPpmOf(words.latest),
            RiskWords.witnessDistanceOf(words.witness),
            health.signedWeightEmaBps,
            paid
        );
        if (paid) rewardPot.credit(msg.sender, pokeTip);
    }

    /// @inheritdoc IRiskManager
    function refreshStake() external {
        uint256 lossBps = registry.stakeLossBps();
        Level current = Level(_modes[0].stakeLevel());
        Level asked = StakeCap.levelOf(lossBps);
        if (asked >= current) {
            if (asked != Level.Normal) _stakeStepAt = block.timestamp;
        } else {
            bool isOver = block.timestamp >= _stakeStepAt + RiskLimits.DWELL_REDUCE_ONLY;
            asked = isOver ? StakeCap.stepDown(current) : current;
            if (isOver) _stakeStepAt = block.timestamp;
        }
        uint256 thousands = isStakeOn ? _stakeThousands() : 0;
        uint256 limit = (_modes[0].stakeCap() * (_BPS - RiskLimits.STAKE_FALL_BPS)) / _BPS;
        bool paid = asked != current || thousands < limit;
        if (paid) (_stakeTips, paid) = PokeBudget.taken(_stakeTips, block.timestamp);
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
            _modes[feed] = _modes[feed].withStake(thousands, asked, block.timestamp);
        }

        emit StakeRefreshed(msg.sender, lossBps, asked, thousands, paid);
        if (paid) rewardPot.credit(msg.sender, pokeTip);
    }

    /// @inheritdoc IRiskManager
    function guard(uint256 feeds, Level level, uint256 duration) external restricted {
        _guardian = GuardianBudget.spent(_guardian, level, duration, block.timestamp);
        uint256 until = block.timestamp + duration;
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
            if ((feeds >> feed) & 1 == 0) continue;
            // From here on the bid clock counts the hold; what was before it is counted first.
            (ModeWord word, ) = _touch(feed, _wordsOf(feed));
            _modes[feed] = word.withGuardian(level, until);
        }

        emit Guarded(msg.sender, feeds, level, until);
    }

    /// @inheritdoc IRiskManager
    function zeroAddOn(uint256 feed) external restricted {
        _requireFeed(feed);
        _modes[feed] = _modes[feed].withAddOn(0, block.timestamp);
        _sentinels[feed] = 0; // what was reported before does not bring it back

        emit AddOnZeroed(msg.sender, feed);
    }

    /// @inheritdoc IRiskManager
    function report(uint256 feed, uint256 addOnBps) external {
        _requireFeed(feed);
        require(
            addOnBps <= RiskLimits.ADD_ON_MAXIMUM_BPS,
            RiskManager_AddOnTooLarge(addOnBps, RiskLimits.ADD_ON_MAXIMUM_BPS)
        );
        uint256 reporter = 0;
        while (reporter < Sentinel.REPORTERS && _reporters[reporter] != msg.sender) ++reporter;
        require(reporter < Sentinel.REPORTERS, RiskManager_NotAReporter(msg.sender));
        ModeWord word = _modes[feed];
        (uint256 told, bool changes, uint256 agreed) = Sentinel.report(
            _sentinels[feed],
            reporter,
            addOnBps,
            word.addOnBpsAt(block.timestamp),
            block.timestamp
        );

        _sentinels[feed] = told;
        if (changes) _modes[feed] = word.withAddOn(agreed, block.timestamp);

        emit AddOnReported(msg.sender, feed, addOnBps, agreed);
    }

    /// @inheritdoc IRiskManager
    function loosen(uint256 feed) external restricted {
        _requireCalm();
        (ModeWord word, ) = _touch(feed, _knownWords(feed));
        _modes[feed] = word.withoutRepeats().withGuardian(Level.Normal, 0);

        emit Loosened(msg.sender, feed);
    }

    /// @inheritdoc IRiskManager
    function setCeiling(uint256 thousands) external restricted {
        if (thousands > _modes[0].ceiling()) _requireCalm();
        _setCeiling(thousands);
    }

    /// @inheritdoc IRiskManager
    function switchStake(bool isOn) external restricted {
        if (isOn) _requireCalm();
        isStakeOn = isOn;
        // Counted from the next refresh on; what is switched off counts no longer at once.
        if (!isOn) {
            for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
                _modes[feed] = _modes[feed].withStake(0, Level(_modes[feed].stakeLevel()), 0);
            }
        }

        emit StakeSwitched(isOn);
    }

    /// @inheritdoc IRiskManager
    function setReporters(address[3] calldata newReporters) external restricted {
        emit ReportersChanged(_reporters, newReporters);
        _reporters = newReporters;
        // A seat's old reports are not the new reporter's.
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) _sentinels[feed] = 0;
    }

    /// @dev Band, volatility and caps under a stance. @return ok False when nothing was written: the band reaches zero.
    /// @param low Of the band at the latest round, as `high`.
    function _fill(
        Reading memory reading,
        ModeWord word,
        Words memory words,
        Stance memory stance,
        uint256 expiry,
        uint256 low,
        uint256 high
    ) private view returns (bool ok) {
        unchecked {
            uint256 price = RiskWords.priceOf(words.latest);
            // The last half hour only: for other expiries not even a division.
            if (block.timestamp < expiry && expiry - block.timestamp <= 30 minutes) {
                (price, low, high) = RiskWords.completed(words.latest, expiry, price, low, high);
            }
            if (low == 0) return false;
            reading.mode = stance.mode;
            reading.opens = ModeMachine.opens(stance);
            reading.price = uint64(price);
            reading.low = uint64(low);
            reading.high = uint64(high);
            reading.age = uint32(RiskWords.ageOf(words.latest, block.timestamp));
            reading.average12h = uint64(RiskWords.average12hOf(words.latest, words.averages));
            reading.volatilityBps = uint32(RiskWords.volatilityBpsUp(words.averages));
            reading.multiplierBps = uint16(ModeMachine.multiplierBps(stance.mode));
            reading.addOnBps = uint16(word.addOnBpsAt(block.timestamp));
            _fillCaps(reading, word, words.witness, stance.capBps);
            return true;
        }
    }

    /// @dev Stake rules where it is switched on and two fresh witnesses agree; else each market's insurance, under the ceiling.
    function _fillCaps(Reading memory reading, ModeWord word, uint256 witness, uint256 capBps) private view {
        unchecked {
            uint256 addOn = reading.addOnBps;
            if (addOn != 0) capBps -= (capBps * RiskLimits.ADD_ON_CAP_FACTOR * addOn) / _BPS; // at least a half is left
            bool isFresh = RiskWords.witnessAgeOf(witness, block.timestamp) <= RiskWords.WITNESS_FRESH_SECONDS;
            uint256 cap = word.ceiling();
            uint256 secured = word.stakeCapAt(block.timestamp);
            if (secured != 0 && isFresh && RiskWords.isAgreed(witness)) {
                if (secured < cap) cap = secured;
            } else {
                uint256 share = isFresh ? RiskLimits.LOSS_SHARE_BPS : RiskLimits.LOSS_SHARE_UNWITNESSED_BPS;
                reading.lossShareBps = uint16((share * _BPS + capBps - 1) / capBps);
            }
            reading.notionalCap = uint64((cap * _CENTS * capBps) / _BPS);
        }
    }

    /// @dev The newest published price that is old enough, with the band as wide in proportion as the latest one's.
    function _fillEarlier(
        LiquidationReading memory liquidation,
        uint256 feed,
        Words memory words,
        uint256 expiry,
        uint256 low,
        uint256 high
    ) private view {
        unchecked {
            // The latest round is a recent one, or nothing were allowed; so neither difference goes below zero.
            uint256 newest = (RiskWords.timeOf(words.latest) - RiskLimits.EARLIER_SECONDS) / ROUND_SECONDS;
            uint256 oldest = (block.timestamp - RiskLimits.EARLIER_MAXIMUM_AGE + ROUND_SECONDS - 1) / ROUND_SECONDS;
            uint256 price = oracle.publishedBetween(feed, oldest, newest);
            if (price == 0) return;
            uint256 latest = RiskWords.priceOf(words.latest);
            low = (low * price) / latest;
            high = (high * price + latest - 1) / latest;
            (price, low, high) = RiskWords.completed(words.latest, expiry, price, low, high);
            liquidation.earlierPrice = uint64(price);
            liquidation.earlierLow = uint64(low);
            liquidation.earlierHigh = uint64(high > type(uint64).max ? type(uint64).max : high);
        }
    }

    /// @dev Stance of a feed under what a market and its collateral ask for, as if the feed's own signal asked for it.
    function _stanceIn(
        ModeWord word,
        Words memory words,
        uint256 collateralFeed,
        Level alarm
    ) private view returns (Stance memory stance) {
        stance = _stanceOf(word, words);
        Level level = collateralFeed == NO_FEED ? alarm : _strictest(alarm, _pegLevel(collateralFeed));
        if (level != Level.Normal) ModeMachine.tighten(stance, level);
    }

    /// @dev A collateral that is worth less than it stands for.
    function _pegLevel(uint256 collateralFeed) private view returns (Level) {
        (, int256 price, , , ) = oracle.latestRoundData(collateralFeed);
        if (uint256(price) < RiskLimits.PEG_REDUCE_ONLY) return Level.ReduceOnly;
        return uint256(price) < RiskLimits.PEG_CAUTIOUS ? Level.Cautious : Level.Normal;
    }

    function _strictest(Level left, Level right) private pure returns (Level) {
        return left > right ? left : right;
    }

    /// @dev Records trips and bid time up to the latest round.
    function _touch(uint256 feed, Words memory words) private returns (ModeWord word, PokeRecord memory done) {
        uint256 clock = _bidClocks[feed];
        ModeWord old = _modes[feed];
        // Bid time first: what passed is judged by the dwells that were in force.
        uint256 moved = BidClock.moved(clock, old, words.latest, words.averages, block.timestamp);
        done.bidSeconds = BidClock.secondsOf(moved) - BidClock.secondsOf(clock);
        done.resumes = BidClock.isHeld(clock, old) && block.timestamp >= old.guardianUntil();
        uint256 pokedUptime = BidClock.pokedUptimeOf(clock);
        (word, done.tripped) = TripCount.record(old, words.latest, words.averages, pokedUptime, block.timestamp);
        done.clears = word.clearsSeen() & ~old.clearsSeen() != 0;
        _bidClocks[feed] = moved;
        _modes[feed] = word;
    }

    function _bidTimeOf(uint256 feed, ModeWord word, Words memory words) private view returns (uint256) {
        return
            BidClock.secondsOf(BidClock.moved(_bidClocks[feed], word, words.latest, words.averages, block.timestamp));
    }

    /// @dev What a witness says closes openings at once: while the oracle is silent no round would judge it.
    function _stanceOf(ModeWord word, Words memory words) private view returns (Stance memory stance) {
        stance = ModeMachine.stanceAt(word, words.latest, words.averages, block.timestamp, heartbeat);
        if (RiskWords.isContradicted(words.latest, words.witness, block.timestamp)) {
            ModeMachine.tighten(stance, Level.ReduceOnly);
        }
    }

    function _bandOf(Words memory words) private view returns (uint256 low, uint256 high) {
        return RiskWords.band(words.latest, words.witness, words.pendingPrice, block.timestamp);
    }

    function _wordsOf(uint256 feed) private view returns (Words memory words) {
        (words.latest, words.averages, words.witness, words.pendingPrice) = oracle.riskWords(feed);
    }

    function _knownWords(uint256 feed) private view returns (Words memory) {
        _requireFeed(feed);
        return _wordsOf(feed);
    }

    function _requireFeed(uint256 feed) private pure {
        require(feed < FEED_SLOTS, RiskManager_UnknownFeed(feed, FEED_SLOTS));
    }

    function _requireCalm() private view {
        require(!anyTrigger(), RiskManager_TriggerActive());
    }

    function _setCeiling(uint256 thousands) private {
        require(
            thousands <= RiskLimits.CEILING_MAXIMUM,
            RiskManager_CeilingTooHigh(thousands, RiskLimits.CEILING_MAXIMUM)
        );
        emit CeilingChanged(_modes[0].ceiling(), thousands);
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) _modes[feed] = _modes[feed].withCeiling(thousands);
    }

    /// @dev What slashable stake secures now, with the bond at the lowest of last price, 12 h average and witness.
    function _stakeThousands() private view returns (uint256) {
        uint256 price = StakeCap.PEGGED_PRICE;
        if (bondFeed != NO_FEED) {
            Words memory words = _wordsOf(bondFeed);
            price = StakeCap.bondPrice(words.latest, words.averages, words.witness, block.timestamp);
        }
        return StakeCap.thousands(registry.slashableStake(), bondUnit, price, haircutBps);
    }
}
