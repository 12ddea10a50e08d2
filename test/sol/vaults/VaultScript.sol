// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRisk } from "../../../contracts/interfaces/IRisk.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { Liquidation, LiquidationReading } from "../../../contracts/shared/RiskTypes.sol";
import { START, vm } from "../clearing/ClearingWorld.sol";
import { VaultReads } from "./VaultReads.sol";
import { AUCTION, LEVERAGED, VAULTS, WEEK } from "./VaultWorld.sol";

/// @notice What happens around the vaults: time, uptime, prices, modes, levels, failures and settlements, all scripted.
abstract contract VaultScript is VaultReads {
    uint256 private constant _CALM = 32_767;

    ScriptedRisk private _risk;
    ScriptedMarks private _marks;
    uint256 internal price = 3_000e8;
    uint256 internal average = 3_000e8;
    uint256 internal realisedBps = 6_000;
    uint256 internal uptime;
    Level private _mode;
    ScriptedRisk.Failure private _failure;
    bool internal isOracleDead;
    /// @dev Uptime since each of the oracle's levels was true, and the one that is, from 1.
    uint256[4] private _since = [_CALM, _CALM, _CALM, _CALM];
    uint256 private _level;
    uint64[] private _boundaries;
    mapping(uint256 expiry => bool) private _isTold;

    constructor(ScriptedRisk risk, ScriptedMarks marks) {
        (_risk, _marks) = (risk, marks);
        clock = START;
        // What the oracle says after an expiry of which nothing was told: the last rung settles at it.
        marks.setLatest(price, START);
        _tell();
    }

    // Acts of the world

    /// @dev A little, a part of a day, or as long as an auction falls.
    function passTime(uint256 seed) external {
        seed = _mix(seed);
        if (seed % 3 == 0) _pass(AUCTION + ((seed >> 8) % 1 hours), 2);
        else _pass(1 + ((seed >> 8) % (seed % 3 == 1 ? 1 days : 1 hours)), seed >> 128);
    }

    /// @dev Small moves and large ones; a mode, a level or a failure once in a while.
    function changeRisk(uint256 seed, uint256 move) external {
        seed = _mix(seed);
        uint256 reach = seed % 4 == 0 ? 3_000 : 300;
        price = (price * (10_000 - reach + (move % (2 * reach + 1)))) / 10_000;
        if (price < 1_500e8 || price > 6_000e8) price = 3_000e8;
        average = (price * ((seed >> 8) % 4 == 0 ? 9_650 + ((seed >> 16) % 700) : 10_000)) / 10_000;
        uint256 kind = (seed >> 32) % 16;
        _mode = kind < 11 ? Level.Normal : Level(1 + (kind % 4));
        _failure = kind == 15 ? ScriptedRisk.Failure((seed >> 40) % 5) : ScriptedRisk.Failure.None;
        isOracleDead = (seed >> 48) % 32 == 0;
        _level = (seed >> 56) % 8 == 0 ? 1 + ((seed >> 64) % 4) : 0;
        // One that came and went before anybody looked.
        if ((seed >> 72) % 8 == 0) _since[(seed >> 80) % 4] = 0;
        realisedBps = 2_000 + ((seed >> 96) % 12_000);
        _tell();
    }

    /// @dev Down to where a leveraged vault is short of maintenance.
    function crash(uint256 seed) external {
        uint256 expiry = _expiry(LEVERAGED);
        if (expiry == 0 || world.house.book(_bookAt(LEVERAGED, expiry)).legs.length == 0) return;
        price = (price * (70 + (_mix(seed) % 15))) / 100;
        if (price < 1_000e8) price = 3_000e8;
        average = price;
        _tell();
    }

    /// @dev Past the expiry of an epoch, on to a rung of its ladder, whose price is known.
    function passExpiry(uint256 seed, uint256 move) external {
        seed = _mix(seed);
        uint256 expiry = _expiry(seed % VAULTS);
        if (expiry == 0) return;
        uint256 wait = [uint256(0), 2 minutes, 2 minutes, 2 hours, 25 hours, 7 days][(seed >> 8) % 6];
        if (clock < expiry + wait) _pass(expiry + wait - clock, seed >> 128);
        if (clock > expiry) _mark(expiry, (price * (75 + (move % 50))) / 100, (seed >> 16) % 4 == 0 ? 700 : 1_800);
    }

    /// @dev Anybody settles an expiry and books in it.
    function settle(uint256 seed) external {
        seed = _mix(seed);
        uint256 v = seed % VAULTS;
        uint256 expiry = _expiry(v);
        if (expiry == 0 || clock < expiry) return;
        vm.warp(clock);
        vm.prank(STRANGER);
        world.house.settleExpiry(_market(v), expiry, 0);
        _count("settled expiry");
    }

    // What the others need

    function _pass(uint256 passed, uint256 kind) internal {
        uint256 up =
            kind % 8 == 0
                ? 0
                : kind % 8 == 1
                    ? passed / 2
                    : passed;
        clock += passed;
        uptime += up;
        for (uint256 i; i < 4; ++i) _since[i] = _since[i] + up < _CALM ? _since[i] + up : _CALM;
        _tell();
    }

    /// @dev A moment after a boundary, ahead; calm, mostly.
    function _goTo(uint256 offset, uint256 seed) internal {
        uint256 moment = _boundary() + offset;
        if (moment < clock) moment += WEEK;
        if (seed % 8 != 0) {
            (_mode, _failure, isOracleDead, _level) = (Level.Normal, ScriptedRisk.Failure.None, false, 0);
            average = price;
        }
        _pass(moment - clock, seed >> 8);
    }

    /// @dev Seconds of uptime since any level was true.
    function _calmSeconds() internal view returns (uint256 calm) {
        calm = _CALM;
        for (uint256 i; i < 4; ++i) {
            if (_since[i] < calm) calm = _since[i];
        }
    }

    /// @dev The mode of a market, Halted without a price.
    function _readingOf(uint256 v, uint256 expiry) internal view returns (uint256 mode, IRisk.Reading memory reading) {
        bool hasPrice;
        (hasPrice, reading) = world.house.readingOf(_market(v), expiry);
        mode = uint256(hasPrice ? reading.mode : Level.Halted);
    }

    function _mark(uint256 expiry, uint256 settled, uint256 coverage) internal {
        if (_isTold[expiry]) return;
        // Marks are a chain.
        uint64 previous = _boundaries.length == 0 ? 0 : _boundaries[_boundaries.length - 1];
        if (previous > expiry) return;
        _isTold[expiry] = true;
        _boundaries.push(uint64(expiry));
        _marks.setMark(
            0,
            uint64(expiry),
            IPriceOracle.Mark({
                price: uint64(settled),
                round: uint64(expiry / 15 - 1),
                sum: uint96(settled * coverage),
                coverage: uint16(coverage),
                divergentSeconds: 0,
                quarantined: false,
                halted: false,
                previousBoundary: previous
            })
        );
    }

    /// @dev Exits must pass while everything outside fails.
    function _breakOutside() internal {
        _risk.fail(ScriptedRisk.Failure.Reverts);
        _marks.setFailure(true, false);
    }

    function _mendOutside() internal {
        _risk.fail(_failure);
        _marks.setFailure(isOracleDead, false);
    }

    function _tell() internal {
        if (_level != 0) _since[_level - 1] = 0;
        (uint64 low, uint64 high) = (uint64(price - price / 1_000), uint64(price + price / 1_000));
        _risk.set(
            IRisk.Reading({
                mode: _mode,
                opens: _mode <= Level.Cautious,
                price: uint64(price),
                low: low,
                high: high,
                age: 5,
                average12h: uint64(price),
                volatilityBps: 12_000,
                multiplierBps: _mode == Level.Cautious ? 12_500 : 10_000,
                addOnBps: 0,
                notionalCap: 1e15,
                lossShareBps: 0
            })
        );
        _risk.setLiquidation(LiquidationReading(Liquidation.Full, true, uint64(uptime), uint64(price), low, high));
        IPriceOracle.FeedMetrics memory metrics;
        metrics.uptime = uint64(uptime);
        metrics.average30m = uint64(average);
        metrics.variancePerYearWad = realisedBps * realisedBps * 1e10;
        metrics.sinceCautious = uint32(_since[0]);
        metrics.sinceRecovery = uint32(_since[1]);
        metrics.sinceReduceOnly = uint32(_since[2]);
        metrics.sinceHalted = uint32(_since[3]);
        _marks.setMetrics(metrics);
        _mendOutside();
    }
}
