// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Numbers of the risk room (DESIGN §4). Shares in bps, times in seconds.
library RiskLimits {
    // Live age, in heartbeats; more than that many.
    uint256 internal constant AGE_CAUTIOUS = 2;
    uint256 internal constant AGE_REDUCE_ONLY = 4;
    uint256 internal constant AGE_HALTED = 10;

    // Dwell before doubling, uptime.
    uint256 internal constant DWELL_CAUTIOUS = 10 minutes;
    uint256 internal constant DWELL_REDUCE_ONLY = 15 minutes;
    uint256 internal constant DWELL_HALTED = 30 minutes;
    uint256 internal constant DWELL_MAXIMUM = 4 hours;
    uint256 internal constant REPEAT_SECONDS = 24 hours;
    uint256 internal constant RAMP_SECONDS = 6 hours;
    uint256 internal constant RAMP_START_BPS = 2_500;

    uint256 internal constant MULTIPLIER_BPS = 12_500;
    uint256 internal constant CAUTIOUS_CAP_BPS = 5_000;
    uint256 internal constant SLICE_DISPERSION_PPM = 15_000;

    /// @dev What a captured set can take before a witness trips, and what it can where none is fresh.
    uint256 internal constant LOSS_SHARE_BPS = 800;
    uint256 internal constant LOSS_SHARE_UNWITNESSED_BPS = 4_000;
    /// @dev 0.8 · ⅓ / 8 % = 10 / 3.
    uint256 internal constant STAKE_NUMERATOR = 10;
    uint256 internal constant STAKE_DENOMINATOR = 3;
    uint256 internal constant HAIRCUT_MAXIMUM_BPS = 9_000;

    uint256 internal constant STAKE_CAUTIOUS_BPS = 1_500;
    uint256 internal constant STAKE_REDUCE_ONLY_BPS = 3_300;

    // Peg of a collateral, 8 decimals.
    uint256 internal constant PEG_CAUTIOUS = 0.97e8;
    uint256 internal constant PEG_REDUCE_ONLY = 0.90e8;

    // Prices that flagging looks at.
    uint256 internal constant EARLIER_SECONDS = 60;
    uint256 internal constant EARLIER_MAXIMUM_AGE = 10 minutes;

    // Guardian.
    uint256 internal constant GUARD_REDUCE_ONLY_SECONDS = 24 hours;
    uint256 internal constant GUARD_HALTED_SECONDS = 2 hours;
    uint256 internal constant GUARD_COOL_DOWN = 24 hours;
    uint256 internal constant GUARD_PERIOD = 30 days;

    // Sentinel.
    uint256 internal constant ADD_ON_MAXIMUM_BPS = 1_000;
    uint256 internal constant ADD_ON_STEP_BPS = 500;
    uint256 internal constant ADD_ON_STEP_SECONDS = 10 minutes;
    uint256 internal constant ADD_ON_DECAY_SECONDS = 1 hours;
    /// @dev Opening limits fall by this many times the add-on: by half at its most.
    uint256 internal constant ADD_ON_CAP_FACTOR = 5;

    // Paid duties.
    /// @dev Tips of one feed in an hour by the clock; the refresh of the stake counts as a feed of its own.
    uint256 internal constant TIPS_PER_HOUR = 3;
    /// @dev Bid time that a halt would lose is worth a poke from here on, while anything is true.
    uint256 internal constant POKE_BID_SECONDS = 30 minutes;
    /// @dev A fall of what stake secures is worth a refresh from here on.
    uint256 internal constant STAKE_FALL_BPS = 500;
    /// @dev What stake secured counts this long after its refresh.
    uint256 internal constant STAKE_FRESH_SECONDS = 24 hours;

    /// @dev Highest global ceiling of open notional, thousand dollars: a hundred thousand million dollars.
    uint256 internal constant CEILING_MAXIMUM = 1e8;
}
