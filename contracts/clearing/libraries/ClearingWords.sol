// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CollateralKind, Parameters } from "../../shared/ClearingTypes.sol";
import { Level } from "../../shared/OracleTypes.sol";

// Words of the Clearinghouse that every operation reads. They stay packed in memory too: what is not asked for is not
// unpacked, what did not change is not packed again. A `with…` takes values inside their bits; whoever computes one checks it.

/// @notice What a market is; written once. Risk contract u160 | feed u4 | collateral's own feed u4 | kind u4 | unit decimals u4 |
/// token index u32 | tip u40, from the low end; 0 is no market.
type MarketConfig is uint256;

/// @notice A market's {Parameters} but for the tip, in their order from the low end; written once.
type MarketParameters is uint256;

/// @notice What moves in a market: open notional u48 | insurance u64 | fees owed u56 | reserved u64 | sunset u1 | alarm u2 |
/// alarm until u21. Open notional is in USD with 2 decimals, the rest in ledger units. Insurance includes what is reserved for
/// closed expiries and for flagged books that lack cash; fees owed are earned for the reward pot and not yet moved there. The
/// alarm is a {Level} that lasts until a time, in 2,048 s.
type MarketAccount is uint256;

/// @notice One expiry of a market: open notional u64 | opening price u64 | last price u64 | pairs u8 | phase u8 | fees u48.
/// Open notional is the sum of size × max(strike, opening price), USD with 2 decimals. The opening price is the one at the
/// first opening while nothing is open, the last price the one read at the last opening, both with 8 decimals. Pairs of
/// strikes are those with open interest; fees are those earned for the reward pot, ledger units, saturating.
type Expiry is uint256;

using MarketConfigs for MarketConfig global;
using MarketParametersWords for MarketParameters global;
using MarketAccounts for MarketAccount global;
using Expiries for Expiry global;

/// @notice Where an expiry stands. Closed is a matter of the clock; Reserved is closed with its share of insurance set aside;
/// final it is when nothing is unresolved.
enum Phase {
    Unlisted,
    Open,
    Reserved,
    Priced
}

/// @dev `word` with the `width` bits from `offset` on replaced by `value`.
function replaceBits(uint256 word, uint256 offset, uint256 width, uint256 value) pure returns (uint256) {
    unchecked {
        return (word & ~(((1 << width) - 1) << offset)) | (value << offset);
    }
}

/// @title Market configuration
library MarketConfigs {
    function pack(
        address risk_,
        uint8 feed_,
        uint256 collateralFeed_,
        CollateralKind kind_,
        uint8 unitDecimals_,
        uint32 tokenIndex_,
        uint40 tip_
    ) internal pure returns (MarketConfig) {
        uint256 word = uint256(uint160(risk_)) | (uint256(feed_) << 160) | (collateralFeed_ << 164);
        word |= (uint256(kind_) << 168) | (uint256(unitDecimals_) << 172);
        word |= (uint256(tokenIndex_) << 176) | (uint256(tip_) << 208);
        return MarketConfig.wrap(word);
    }

    function exists(MarketConfig self) internal pure returns (bool) {
        return MarketConfig.unwrap(self) != 0;
    }

    function risk(MarketConfig self) internal pure returns (address) {
        return address(uint160(MarketConfig.unwrap(self)));
    }

    function feed(MarketConfig self) internal pure returns (uint256) {
        return (MarketConfig.unwrap(self) >> 160) & 0xf;
    }

    /// @notice Slot of the collateral's own price, {NO_FEED} for none.
    function collateralFeed(MarketConfig self) internal pure returns (uint256) {
        return (MarketConfig.unwrap(self) >> 164) & 0xf;
    }

    function kind(MarketConfig self) internal pure returns (CollateralKind) {
        return CollateralKind((MarketConfig.unwrap(self) >> 168) & 0xf);
    }

    /// @notice Decimals of the ledger unit: min(token decimals, 9).
    function unitDecimals(MarketConfig self) internal pure returns (uint256) {
        return (MarketConfig.unwrap(self) >> 172) & 0xf;
    }

    /// @notice Position in the list of tokens; keys free balances.
    function tokenIndex(MarketConfig self) internal pure returns (uint256) {
        return uint32(MarketConfig.unwrap(self) >> 176);
    }

    /// @notice Pay for flagging or settling a book, ledger units.
    function tip(MarketConfig self) internal pure returns (uint256) {
        return MarketConfig.unwrap(self) >> 208;
    }
}

/// @title Market parameters
library MarketParametersWords {
    function pack(Parameters memory p) internal pure returns (MarketParameters) {
        uint256 word = uint256(p.initialShockBps) | (uint256(p.maintenanceShockBps) << 16);
        word |= (uint256(p.initialFloorBps) << 32) | (uint256(p.maintenanceFloorBps) << 48);
        word |= (uint256(p.capBps) << 64) | (uint256(p.mintFee) << 80) | (uint256(p.expiryCapPercent) << 88);
        word |= (uint256(p.strikeStep) << 96) | (uint256(p.minimumSize) << 136);
        return MarketParameters.wrap(word | (uint256(p.dust) << 168));
    }

    function unpack(MarketParameters self, uint256 tip) internal pure returns (Parameters memory p) {
        p.initialShockBps = uint16(initialShockBps(self));
        p.maintenanceShockBps = uint16(maintenanceShockBps(self));
        p.initialFloorBps = uint16(initialFloorBps(self));
        p.maintenanceFloorBps = uint16(maintenanceFloorBps(self));
        p.capBps = uint16(capBps(self));
        p.mintFee = uint8(mintFee(self));
        p.expiryCapPercent = uint8(expiryCapPercent(self));
        p.strikeStep = uint40(strikeStep(self));
        p.minimumSize = uint32(minimumSize(self));
        p.dust = uint48(dust(self));
        p.tip = uint40(tip);
    }

    function initialShockBps(MarketParameters self) internal pure returns (uint256) {
        return uint16(MarketParameters.unwrap(self));
    }

    function maintenanceShockBps(MarketParameters self) internal pure returns (uint256) {
        return uint16(MarketParameters.unwrap(self) >> 16);
    }

    function initialFloorBps(MarketParameters self) internal pure returns (uint256) {
        return uint16(MarketParameters.unwrap(self) >> 32);
    }

    function maintenanceFloorBps(MarketParameters self) internal pure returns (uint256) {
        return uint16(MarketParameters.unwrap(self) >> 48);
    }

    function capBps(MarketParameters self) internal pure returns (uint256) {
        return uint16(MarketParameters.unwrap(self) >> 64);
    }

    function mintFee(MarketParameters self) internal pure returns (uint256) {
        return uint8(MarketParameters.unwrap(self) >> 80);
    }

    function expiryCapPercent(MarketParameters self) internal pure returns (uint256) {
        return uint8(MarketParameters.unwrap(self) >> 88);
    }

    function strikeStep(MarketParameters self) internal pure returns (uint256) {
        return uint40(MarketParameters.unwrap(self) >> 96);
    }

    function minimumSize(MarketParameters self) internal pure returns (uint256) {
        return uint32(MarketParameters.unwrap(self) >> 136);
    }

    function dust(MarketParameters self) internal pure returns (uint256) {
        return uint48(MarketParameters.unwrap(self) >> 168);
    }
}

/// @title Market accounts
library MarketAccounts {
    uint256 internal constant LARGEST_NOTIONAL = type(uint48).max;
    uint256 internal constant LARGEST_INSURANCE = type(uint64).max;
    uint256 internal constant LARGEST_FEES = type(uint56).max;
    uint256 private constant _ALARM_UNIT = 2048;

    function openNotional(MarketAccount self) internal pure returns (uint256) {
        return uint48(MarketAccount.unwrap(self));
    }

    function insurance(MarketAccount self) internal pure returns (uint256) {
        return uint64(MarketAccount.unwrap(self) >> 48);
    }

    function feesOwed(MarketAccount self) internal pure returns (uint256) {
        return uint56(MarketAccount.unwrap(self) >> 112);
    }

    function reserved(MarketAccount self) internal pure returns (uint256) {
        return uint64(MarketAccount.unwrap(self) >> 168);
    }

    function isSunset(MarketAccount self) internal pure returns (bool) {
        return (MarketAccount.unwrap(self) >> 232) & 1 != 0;
    }

    /// @notice What the market's own rows of the trigger table ask for at `time`.
    function alarmAt(MarketAccount self, uint256 time) internal pure returns (Level) {
        uint256 alarm = MarketAccount.unwrap(self) >> 233;
        // None was ever raised: nothing to compare.
        if (alarm == 0) return Level.Normal;
        unchecked {
            return time < (alarm >> 2) * _ALARM_UNIT ? Level(alarm & 3) : Level.Normal;
        }
    }

    function withOpenNotional(MarketAccount self, uint256 value) internal pure returns (MarketAccount) {
        return MarketAccount.wrap(replaceBits(MarketAccount.unwrap(self), 0, 48, value));
    }

    function withInsurance(MarketAccount self, uint256 value) internal pure returns (MarketAccount) {
        return MarketAccount.wrap(replaceBits(MarketAccount.unwrap(self), 48, 64, value));
    }

    function withFeesOwed(MarketAccount self, uint256 value) internal pure returns (MarketAccount) {
        return MarketAccount.wrap(replaceBits(MarketAccount.unwrap(self), 112, 56, value));
    }

    function withReserved(MarketAccount self, uint256 value) internal pure returns (MarketAccount) {
        return MarketAccount.wrap(replaceBits(MarketAccount.unwrap(self), 168, 64, value));
    }

    function withSunset(MarketAccount self) internal pure returns (MarketAccount) {
        return MarketAccount.wrap(MarketAccount.unwrap(self) | (1 << 232));
    }

    /// @notice Raises an alarm for `duration` seconds from `time`, up to half an hour longer. A stricter one that still lasts
    /// stays as it is.
    /// @param level Normal, Cautious or ReduceOnly.
    function withAlarm(
        MarketAccount self,
        Level level,
        uint256 time,
        uint256 duration
    ) internal pure returns (MarketAccount) {
        if (level == Level.Normal || level < self.alarmAt(time)) return self;
        uint256 until = (time + duration) / _ALARM_UNIT + 1;
        return MarketAccount.wrap(replaceBits(MarketAccount.unwrap(self), 233, 23, (until << 2) | uint256(level)));
    }
}

/// @title Expiries
library Expiries {
    uint256 internal constant LARGEST_FEES = type(uint48).max;

    function openNotional(Expiry self) internal pure returns (uint256) {
        return uint64(Expiry.unwrap(self));
    }

    function openingPrice(Expiry self) internal pure returns (uint256) {
        return uint64(Expiry.unwrap(self) >> 64);
    }

    function lastPrice(Expiry self) internal pure returns (uint256) {
        return uint64(Expiry.unwrap(self) >> 128);
    }

    function pairs(Expiry self) internal pure returns (uint256) {
        return uint8(Expiry.unwrap(self) >> 192);
    }

    function phase(Expiry self) internal pure returns (Phase) {
        return Phase(uint8(Expiry.unwrap(self) >> 200));
    }

    function fees(Expiry self) internal pure returns (uint256) {
        return Expiry.unwrap(self) >> 208;
    }

    function withOpenNotional(Expiry self, uint256 value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 0, 64, value));
    }

    function withOpeningPrice(Expiry self, uint256 value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 64, 64, value));
    }

    function withLastPrice(Expiry self, uint256 value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 128, 64, value));
    }

    function withPairs(Expiry self, uint256 value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 192, 8, value));
    }

    function withPhase(Expiry self, Phase value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 200, 8, uint256(value)));
    }

    function withFees(Expiry self, uint256 value) internal pure returns (Expiry) {
        return Expiry.wrap(replaceBits(Expiry.unwrap(self), 208, 48, value));
    }
}
