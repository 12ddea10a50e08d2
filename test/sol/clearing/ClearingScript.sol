// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRisk } from "../../../contracts/interfaces/IRisk.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { ClearingEnding } from "./ClearingEnding.sol";
import { EXPIRIES, START, vm } from "./ClearingWorld.sol";

/// @notice What happens around the Clearinghouse: prices, modes, failures and marks, all of them scripted.
abstract contract ClearingScript is ClearingEnding {
    uint256 private constant _HALF_HOUR = 1_800;
    uint256 private constant _SEAT_KEY = 0x5ea7;

    ScriptedRisk private _risk;
    ScriptedMarks private _marks;
    uint256 private _price = 3_000e8;
    /// Marks so far: the chain of boundaries, and what was said of an expiry.
    uint64[] private _boundaries;
    mapping(uint256 e => bool) private _isTold;
    ScriptedRisk.Failure private _failure;
    bool private _reverts;

    constructor(ScriptedRisk risk, ScriptedMarks marks) {
        (_risk, _marks) = (risk, marks);
        ScriptedMarks.Seat[] memory seats = new ScriptedMarks.Seat[](1);
        seats[0] = ScriptedMarks.Seat(vm.addr(_SEAT_KEY), 100);
        marks.setSeats(seats, 0);
        _mark(START, 3_000e8, 1_800, false);
        marks.setLatest(3_000e8, START);
        _setRisk(0, 3_000e8);
    }

    // The world outside

    function passTime(uint256 seed) external acting {
        seed = _mix(seed);
        clock += 1 + (seed % (seed % 3 == 0 ? 1 days : 2 hours));
    }

    /// Past the next expiry and on to a rung of its ladder.
    function passExpiry(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed % 2 != 0) return;
        uint256 e = clock < _expiry(0) ? 0 : 1;
        uint256 wait = [uint256(2 minutes), 2 hours, 24 hours, 72 hours, 7 days][(seed >> 8) % 5];
        if (clock < _expiry(e) + wait) clock = _expiry(e) + wait;
    }

    function changeRisk(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        _price = (_price * (70 + (move % 71))) / 100;
        if (_price < 1_500e8 || _price > 6_000e8) _price = 3_000e8;
        _setRisk(seed, _price);
    }

    /// What the oracle keeps of an expiry: clean, thin, dirty, late, or it fails.
    function tell(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        if (_isTold[seed % EXPIRIES] || clock <= _expiry(seed % EXPIRIES)) return;
        _tell(seed % EXPIRIES, (seed >> 8) % 6, (_price * (60 + (move % 90))) / 100);
    }

    /// @dev Not of an expiry before one that was told of: marks are a chain.
    function _tell(uint256 e, uint256 kind, uint256 price) internal {
        if (_isTold[e]) return;
        uint256 expiry = _expiry(e);
        for (uint256 i; i <= e; ++i) _isTold[i] = true;
        if (kind == 0 || kind == 1) _mark(expiry, price, 1_800, false);
        else if (kind == 2) _mark(expiry, price, 700, false);
        else if (kind == 3) _mark(expiry, price, 1_800, true);
        else if (kind == 4 && clock > expiry + 6 hours) {
            _mark(expiry - 2 hours, _price, 1_800, false);
            _mark(expiry + 5 hours, price, 900, false);
            _marks.setLatest(price, expiry + 5 hours + 1);
        } else if (kind == 5) {
            _reverts = true;
            _marks.setFailure(true, false);
        }
    }

    function healOracle() external acting {
        _reverts = false;
        _marks.setFailure(false, false);
    }

    function witness(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        uint256 expiry = _expiry(seed % EXPIRIES);
        uint256 source = (seed >> 8) % 4;
        uint80 round = uint80(expiry);
        uint256 price = (_price * (80 + (move % 40))) / 100;
        _marks.setWitness(
            0,
            source,
            round,
            ScriptedMarks.Witness(uint64(price), uint64(expiry - 60), uint64(expiry + 60))
        );
        world.house.recordWitness(0, expiry, source, round);
    }

    function signPrice(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        uint64 price = uint64((_price * (80 + (move % 40))) / 100);
        bytes32 content = keccak256(
            abi.encode(
                keccak256("SettlementPrice(uint8 feed,uint32 expiry,uint64 price,uint32 setId)"),
                0,
                _expiry(e),
                price,
                1
            )
        );
        uint8[] memory seats = new uint8[](1);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _sign(_SEAT_KEY, content);
        vm.prank(actors[a]);
        world.house.postSettlementPrice(market, _expiry(e), price, 1, seats, signatures);
    }

    /// @dev Exits must pass while everything outside fails.
    function _breakOutside() internal override {
        _failure = _risk.failure();
        _risk.fail(ScriptedRisk.Failure.Reverts);
        _marks.setFailure(true, false);
    }

    function _mendOutside() internal override {
        _risk.fail(_failure);
        _marks.setFailure(_reverts, false);
    }

    /// @dev The first covered mark after an expiry without a window of its own.
    function _pointer(uint256 e) internal view override returns (uint64) {
        for (uint256 i; i < _boundaries.length; ++i) {
            if (_boundaries[i] == _expiry(e)) return 0;
            if (_boundaries[i] > _expiry(e)) return _boundaries[i];
        }
        return 0;
    }

    function _setRisk(uint256 seed, uint256 price) private {
        uint256 kind = seed % 16;
        Level mode =
            kind < 10
                ? Level.Normal
                : kind < 12
                    ? Level.Cautious
                    : kind < 14
                        ? Level.ReduceOnly
                        : Level.Halted;
        _risk.set(
            IRisk.Reading({
                mode: mode,
                opens: mode <= Level.Cautious,
                price: uint64(price),
                low: uint64(price - price / 1_000),
                high: uint64(price + price / 1_000),
                age: 5,
                average12h: 3_000e8,
                volatilityBps: 12_000,
                multiplierBps: mode == Level.Cautious ? 12_500 : 10_000,
                addOnBps: 0,
                notionalCap: 1e15,
                lossShareBps: 0
            })
        );
        _risk.fail(kind == 15 ? ScriptedRisk.Failure((seed >> 8) % 5) : ScriptedRisk.Failure.None);
    }

    function _mark(uint256 boundary, uint256 price, uint256 coverage, bool isDirty) private {
        uint64 previous = _boundaries.length == 0 ? 0 : _boundaries[_boundaries.length - 1];
        _boundaries.push(uint64(boundary));
        _marks.setMark(
            0,
            uint64(boundary),
            IPriceOracle.Mark({
                price: uint64(price),
                round: uint64(boundary / 15 - 1),
                sum: uint96(price * coverage),
                coverage: uint16(coverage),
                divergentSeconds: 0,
                quarantined: isDirty,
                halted: false,
                previousBoundary: previous
            })
        );
        assert(boundary % _HALF_HOUR == 0);
    }
}
