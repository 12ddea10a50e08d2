// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../shared/OracleTypes.sol";
import { IRisk } from "./IRisk.sol";

/// @title Risk manager
/// @notice Breaker, permissions and caps. It judges: no price changes here, and nothing here liquidates. The mode of a feed is
/// the strictest of the oracle's stored signal with its dwell, the age of the price, the set's stake and the guardian.
/// Everything governed is bounded in code; what loosens goes through a role with 48 h delay and is refused while a trigger is
/// true. Times: unix seconds; dwell, grace and bid time: seconds of oracle uptime.
interface IRiskManager is IRisk {
    /// @param mode Strictest of all.
    /// @param phase 0 none, 1 ramp, 2 closed, 3 second half of grace, 4 first half of grace.
    /// @param capBps Share of the caps that openings may use.
    /// @param dwellCautious Dwell in force, seconds; the others alike.
    struct Stand {
        Level mode;
        uint8 phase;
        uint16 capBps;
        uint32 dwellCautious;
        uint32 dwellReduceOnly;
        uint32 dwellHalted;
    }

    error RiskManager_ZeroAddress();
    error RiskManager_UnknownFeed(uint256 given, uint256 count);
    error RiskManager_TriggerActive();
    error RiskManager_CeilingTooHigh(uint256 given, uint256 maximum);
    error RiskManager_BadHaircut(uint256 given, uint256 maximum);
    /// @notice A guardian may ask for ReduceOnly or Halted.
    error RiskManager_BadGuardianLevel(uint256 given);
    error RiskManager_GuardTooLong(uint256 given, uint256 limit);
    /// @notice Three acts in 30 days, and a day after each: the next is possible at `earliest`.
    error RiskManager_GuardianExhausted(uint256 time, uint256 earliest);
    error RiskManager_NotAReporter(address caller);
    error RiskManager_AddOnTooLarge(uint256 given, uint256 maximum);

    /// @param cause Rows of the trigger table that are true now, as bits of {Signal}.
    /// @param tripped Levels that tripped since the last poke: bit 0 Cautious, 1 ReduceOnly, 2 Halted.
    /// @param movePpm Distance of the price to its 5 min, 30 min and 12 h averages.
    /// @param signedWeightBps Moving average of the signed share of active weight.
    /// @param paid The caller was credited a tip.
    event FeedPoked(
        address indexed caller,
        uint256 indexed feed,
        Level mode,
        uint256 cause,
        uint256 tripped,
        uint256[3] movePpm,
        uint256 dispersionPpm,
        uint256 witnessDistanceBps,
        uint256 signedWeightBps,
        bool paid
    );
    event Guarded(address indexed guardian, uint256 feeds, Level level, uint256 until);
    event Loosened(address indexed caller, uint256 indexed feed);
    event CeilingChanged(uint256 oldThousands, uint256 newThousands);
    event StakeSwitched(bool isOn);
    event StakeRefreshed(address indexed caller, uint256 lossBps, Level level, uint256 capThousands, bool paid);
    event ReportersChanged(address[3] oldReporters, address[3] newReporters);
    event AddOnReported(address indexed reporter, uint256 indexed feed, uint256 given, uint256 addOnBps);
    event AddOnZeroed(address indexed guardian, uint256 indexed feed);

    /// @notice Uptime in which bids were possible: liquidation clocks run on differences of it. Late by at most what passed
    /// between the last poke and a halt, never early. Up to the latest round; a reading for a liquidation adds what passed since.
    function bidTime(uint256 feed) external view returns (uint256);
    /// @notice Mode, phase and dwells of a feed.
    function standOf(uint256 feed) external view returns (Stand memory);
    /// @notice True while any trigger of the oracle or of the set's stake is true: nothing may be loosened.
    function anyTrigger() external view returns (bool);
    /// @notice The current set: fewest validators that can stall it and capture it, and the sum of squared shares (1e4 = one
    /// has all). By weight it takes a third, and more than two thirds. Seats that are jailed or leaving do not count; what an
    /// outage leaked away does.
    function concentration() external view returns (uint256 toStall, uint256 toCapture, uint256 herfindahl);

    /// @notice Records repeats and bid time of a feed. No trip needs it: it makes dwells longer and clocks exact. Open to anyone
    /// always; paid a tip when it recorded what would have been missed: a trip, a level seen clear, half an hour of bid time
    /// while anything is true, the end of the guardian's halt. At most three tips per feed and hour.
    function poke(uint256 feed) external;
    /// @notice Reads stake and what it lost in 24 h from the registry. The level clears one step per 15 min. Paid like a poke
    /// when the level changed or what stake secures fell by 5 %; what nobody refreshed for a day secures nothing.
    function refreshStake() external;

    /// @notice Guardian. Tightens `feeds` (bits): ReduceOnly for at most 24 h or Halted for at most 2 h.
    function guard(uint256 feeds, Level level, uint256 duration) external;
    /// @notice Guardian. Ends the sentinel's add-on of a feed.
    function zeroAddOn(uint256 feed) external;
    /// @notice Reporter. Says what initial margin should be raised by, bps of notional; two of three agreeing move it.
    function report(uint256 feed, uint256 addOnBps) external;

    /// @notice Timelock. Ends the guardian's hold and the doubling of dwells of a feed; the dwells themselves stay. It takes 48 h,
    /// longer than one hold: it is for trips that go on doubling for days, and for a stolen guardian's later acts.
    function loosen(uint256 feed) external;
    /// @notice Timelock. Global ceiling of open notional, thousand dollars; may be lowered while a trigger is true. No guardian's
    /// role: lowering to nothing would be a halt without his limits.
    function setCeiling(uint256 thousands) external;
    /// @notice Timelock. Whether slashable stake counts. Off until capture is slashed for.
    function switchStake(bool isOn) external;
    /// @notice Timelock.
    function setReporters(address[3] calldata reporters) external;
}
