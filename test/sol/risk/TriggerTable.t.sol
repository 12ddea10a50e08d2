// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { Signal, SignalInputs } from "../../../contracts/shared/Signal.sol";

/// @notice The trigger table row by row, at its bounds (DESIGN §4): one unit over a limit trips, the limit does not, and what
/// tripped holds until the metric is at the clear level.
contract TriggerTableTest {
    uint256 private constant _PPM = 1e4; // one percent
    Level private constant _NORMAL = Level.Normal;
    Level private constant _CAUTIOUS = Level.Cautious;
    Level private constant _REDUCE_ONLY = Level.ReduceOnly;
    Level private constant _HALTED = Level.Halted;

    function _calm() private pure returns (SignalInputs memory inputs) {
        inputs.signedWeightBps = 10_000;
        inputs.quorumStreak = 20;
    }

    /// @dev Judges and compares; `cause` is what tripped, 0 when nothing did.
    function _expect(SignalInputs memory inputs, Level tripped, Level held, uint256 cause) private pure {
        (Level t, Level h, uint256 c) = Signal.judge(inputs);
        require(t == tripped, "tripped");
        require(h == held, "held");
        require(c == cause, "cause");
    }

    function test_CalmIsNormal() external pure {
        _expect(_calm(), _NORMAL, _NORMAL, 0);
    }

    /// @notice Causes are read by their bits, off the chain too.
    function test_EachRowHasItsBit() external pure {
        uint256[14] memory causes = [
            Signal.CAUSE_AVERAGE_5M,
            Signal.CAUSE_AVERAGE_30M,
            Signal.CAUSE_AVERAGE_12H,
            Signal.CAUSE_JUMP,
            Signal.CAUSE_WEIGHT,
            Signal.CAUSE_RUNG,
            Signal.CAUSE_DISPERSION,
            Signal.CAUSE_WITNESS,
            Signal.CAUSE_NO_WITNESS,
            Signal.CAUSE_RESUME,
            Signal.CAUSE_DIVERGENT,
            Signal.CAUSE_IMPAIRED,
            Signal.CAUSE_CONFLICT,
            Signal.CAUSE_NEW
        ];
        for (uint256 i = 0; i < causes.length; ++i) require(causes[i] == 2 ** i, "its bit");
    }

    // ---- Averages: 5 / 10 / 20, 8 / 15 / 30, 20 / 35 / – %, clear at half

    function _move(uint256 row, uint256 ppm, Level tripped, Level held) private pure {
        SignalInputs memory inputs = _calm();
        if (row == 0) inputs.move5m = ppm;
        else if (row == 1) inputs.move30m = ppm;
        else inputs.move12h = ppm;
        _expect(inputs, tripped, held, tripped == _NORMAL ? 0 : Signal.CAUSE_AVERAGE_5M << row);
    }

    function _moveRow(uint256 row, uint256 cautious, uint256 reduceOnly, uint256 halted) private pure {
        _move(row, (cautious * _PPM) / 2, _NORMAL, _NORMAL);
        _move(row, (cautious * _PPM) / 2 + 1, _NORMAL, _CAUTIOUS);
        _move(row, cautious * _PPM, _NORMAL, cautious * 2 > reduceOnly ? _REDUCE_ONLY : _CAUTIOUS);
        _move(
            row,
            reduceOnly * _PPM + 1,
            _REDUCE_ONLY,
            halted != 0 && reduceOnly * 2 >= halted ? _HALTED : _REDUCE_ONLY
        );
        if (halted != 0) _move(row, halted * _PPM + 1, _HALTED, _HALTED);
        else _move(row, 100 * _PPM, _REDUCE_ONLY, _REDUCE_ONLY);
    }

    function test_FiveMinutes() external pure {
        _moveRow(0, 5, 10, 20);
        _move(0, 5 * _PPM + 1, _CAUTIOUS, _REDUCE_ONLY);
        _move(0, 10 * _PPM, _CAUTIOUS, _REDUCE_ONLY);
        _move(0, 20 * _PPM, _REDUCE_ONLY, _HALTED);
    }

    function test_ThirtyMinutes() external pure {
        _moveRow(1, 8, 15, 30);
        _move(1, 8 * _PPM + 1, _CAUTIOUS, _REDUCE_ONLY);
        _move(1, 15 * _PPM, _CAUTIOUS, _REDUCE_ONLY);
        _move(1, 30 * _PPM, _REDUCE_ONLY, _HALTED);
    }

    function test_TwelveHoursNeverHalts() external pure {
        _moveRow(2, 20, 35, 0);
        _move(2, 20 * _PPM + 1, _CAUTIOUS, _REDUCE_ONLY);
        _move(2, 35 * _PPM, _CAUTIOUS, _REDUCE_ONLY);
    }

    // ---- Jump: 5 / 8 / 20 %

    function _jump(uint256 ppm, bool afterGap, Level tripped) private pure {
        SignalInputs memory inputs = _calm();
        (inputs.jump, inputs.afterGap) = (ppm, afterGap);
        _expect(inputs, tripped, tripped, tripped == _NORMAL ? 0 : Signal.CAUSE_JUMP);
    }

    function test_Jump_NoHaltBehindAGap() external pure {
        _jump(5 * _PPM, false, _NORMAL);
        _jump(5 * _PPM + 1, false, _CAUTIOUS);
        _jump(8 * _PPM, false, _CAUTIOUS);
        _jump(8 * _PPM + 1, false, _REDUCE_ONLY);
        _jump(20 * _PPM, false, _REDUCE_ONLY);
        _jump(20 * _PPM + 1, false, _HALTED);
        _jump(20 * _PPM + 1, true, _REDUCE_ONLY);
    }

    // ---- Set: weight 72 → 80 %, divergent 5 of 20, rungs, impaired, resumed, new

    function test_SignedWeight() external pure {
        SignalInputs memory inputs = _calm();
        inputs.signedWeightBps = 7_200;
        _expect(inputs, _NORMAL, _CAUTIOUS, 0);
        inputs.signedWeightBps = 7_199;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_WEIGHT);
        inputs.signedWeightBps = 7_999;
        _expect(inputs, _NORMAL, _CAUTIOUS, 0);
        inputs.signedWeightBps = 8_000;
        _expect(inputs, _NORMAL, _NORMAL, 0);
    }

    function test_Divergent() external pure {
        SignalInputs memory inputs = _calm();
        inputs.divergentInTwenty = 4;
        _expect(inputs, _NORMAL, _NORMAL, 0);
        inputs.divergentInTwenty = 20;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_DIVERGENT);
        inputs.divergentInTwenty = 5;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_DIVERGENT);
    }

    function test_LowerRungsAreReduceOnly_AndHaltedWithoutAWitness() external pure {
        SignalInputs memory inputs = _calm();
        inputs.quorumStreak = 19;
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_RUNG);
        inputs.unwitnessed = true;
        _expect(inputs, _HALTED, _HALTED, Signal.CAUSE_RUNG);
    }

    function test_TooLittleWeightIsReduceOnly() external pure {
        SignalInputs memory inputs = _calm();
        inputs.impaired = true;
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_IMPAIRED);
    }

    function test_ResumedAndNewFeedsAreInRecovery_NotInReduceOnly() external pure {
        SignalInputs memory inputs = _calm();
        inputs.resumed = true;
        _expect(inputs, Level.Recovery, Level.Recovery, Signal.CAUSE_RESUME);
        inputs = _calm();
        (inputs.isNew, inputs.quorumStreak) = (true, 1);
        _expect(inputs, Level.Recovery, Level.Recovery, Signal.CAUSE_NEW);
    }

    // ---- Dispersion: 50 / 150 bps for 3 rounds, 400 for 5 without a witness near, clear at half

    function test_DispersionNeedsThreeRounds_AndFiveToHalt() external pure {
        SignalInputs memory inputs = _calm();
        (inputs.dispersion, inputs.wideCautious) = (5_001, 1);
        _expect(inputs, _NORMAL, _CAUTIOUS, 0);
        inputs.wideCautious = 2;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_DISPERSION);
        inputs.dispersion = 5_000;
        _expect(inputs, _NORMAL, _CAUTIOUS, 0);
        inputs.dispersion = 2_500;
        _expect(inputs, _NORMAL, _NORMAL, 0);
        (inputs.dispersion, inputs.wideReduceOnly) = (15_001, 2);
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_DISPERSION);
        inputs.wideReduceOnly = 1;
        _expect(inputs, _CAUTIOUS, _REDUCE_ONLY, Signal.CAUSE_DISPERSION);
        (inputs.dispersion, inputs.wideReduceOnly, inputs.wideHalted) = (40_001, 3, 4);
        inputs.witnessDistanceBps = 151;
        _expect(inputs, _HALTED, _HALTED, Signal.CAUSE_DISPERSION | Signal.CAUSE_WITNESS);
        inputs.wideHalted = 3;
        _expect(inputs, _REDUCE_ONLY, _HALTED, Signal.CAUSE_DISPERSION | Signal.CAUSE_WITNESS);
        (inputs.wideHalted, inputs.witnessDistanceBps) = (4, 75);
        _expect(inputs, _REDUCE_ONLY, _HALTED, Signal.CAUSE_DISPERSION);
        inputs.witnessAge = 1 hours + 1;
        _expect(inputs, _HALTED, _HALTED, Signal.CAUSE_DISPERSION | Signal.CAUSE_NO_WITNESS);
    }

    function test_DispersionAtALimitIsNotBeyondIt() external pure {
        SignalInputs memory inputs = _calm();
        (inputs.wideCautious, inputs.wideReduceOnly, inputs.wideHalted) = (9, 9, 9);
        inputs.witnessAge = 1 hours + 1;
        inputs.dispersion = 40_000;
        _expect(inputs, _REDUCE_ONLY, _HALTED, Signal.CAUSE_DISPERSION | Signal.CAUSE_NO_WITNESS);
        inputs.dispersion = 15_000;
        _expect(inputs, _CAUTIOUS, _REDUCE_ONLY, Signal.CAUSE_DISPERSION | Signal.CAUSE_NO_WITNESS);
        (inputs.dispersion, inputs.witnessAge) = (20_000, 1 hours);
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_DISPERSION);
    }

    /// @notice A witness of an hour that is 1.5 % away still speaks for the price.
    function test_AWitnessAtItsLimitsKeepsDispersionFromHalting() external pure {
        SignalInputs memory inputs = _calm();
        (inputs.dispersion, inputs.wideReduceOnly, inputs.wideHalted) = (40_001, 9, 9);
        (inputs.witnessAge, inputs.witnessDistanceBps) = (1 hours, 150);
        _expect(inputs, _REDUCE_ONLY, _HALTED, Signal.CAUSE_DISPERSION);
    }

    // ---- Witness: 1.5 % (or threshold + 1 %) / 3 / 8 % twice, none for 1 h / 24 h, sources 8 % apart

    function _witness(uint256 bps, uint256 threshold, uint256 samples, Level tripped, Level held) private pure {
        SignalInputs memory inputs = _calm();
        (inputs.witnessDistanceBps, inputs.witnessThresholdBps, inputs.witnessFarSamples) = (bps, threshold, samples);
        _expect(inputs, tripped, held, tripped == _NORMAL ? 0 : Signal.CAUSE_WITNESS);
    }

    function test_WitnessDistance() external pure {
        _witness(75, 0, 0, _NORMAL, _NORMAL);
        _witness(76, 0, 0, _NORMAL, _CAUTIOUS);
        _witness(150, 0, 0, _NORMAL, _CAUTIOUS);
        _witness(151, 0, 0, _CAUTIOUS, _REDUCE_ONLY);
        _witness(300, 0, 0, _CAUTIOUS, _REDUCE_ONLY);
        _witness(301, 0, 0, _REDUCE_ONLY, _REDUCE_ONLY);
        _witness(801, 0, 1, _REDUCE_ONLY, _HALTED);
        _witness(801, 0, 2, _HALTED, _HALTED);
        _witness(800, 0, 2, _REDUCE_ONLY, _HALTED);
        _witness(400, 0, 2, _REDUCE_ONLY, _REDUCE_ONLY);
    }

    function test_WitnessWithACoarseThreshold() external pure {
        _witness(200, 100, 0, _NORMAL, _REDUCE_ONLY);
        _witness(201, 100, 0, _CAUTIOUS, _REDUCE_ONLY);
        _witness(100, 100, 0, _NORMAL, _NORMAL);
    }

    function test_NoWitness() external pure {
        SignalInputs memory inputs = _calm();
        inputs.witnessAge = 1 hours;
        _expect(inputs, _NORMAL, _NORMAL, 0);
        inputs.witnessAge = 1 hours + 1;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_NO_WITNESS);
        inputs.witnessAge = 24 hours;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_NO_WITNESS);
        inputs.witnessAge = 24 hours + 1;
        inputs.witnessDistanceBps = 2_000;
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_NO_WITNESS);
    }

    function test_SourcesApartAreCautious_AContradictedPriceReduceOnly() external pure {
        SignalInputs memory inputs = _calm();
        inputs.conflicted = true;
        _expect(inputs, _CAUTIOUS, _CAUTIOUS, Signal.CAUSE_CONFLICT);
        (inputs.conflicted, inputs.contradicted) = (false, true);
        _expect(inputs, _REDUCE_ONLY, _REDUCE_ONLY, Signal.CAUSE_WITNESS);
    }

    // ---- Hysteresis

    function test_ALevelFallsAfterFiveClearRoundsInARow() external pure {
        (Level level, uint256 streak) = (_HALTED, 0);
        for (uint256 round = 1; round < 5; ++round) {
            (level, streak) = Signal.next(level, streak, _NORMAL, _CAUTIOUS);
            require(level == _HALTED && streak == round, "four rounds change nothing");
        }
        (Level broken, uint256 none) = Signal.next(level, streak, _NORMAL, _HALTED);
        require(broken == _HALTED && none == 0, "one round above the clear level starts again");
        (level, streak) = Signal.next(level, streak, _NORMAL, _CAUTIOUS);
        require(level == _CAUTIOUS && streak == 0, "down to what is held");
    }

    /// @notice Tightening is instant; nothing falls sooner than five rounds after it was last true or not clear.
    function testFuzz_TighteningIsInstant_LooseningTakesFiveRounds(uint256 seed) external pure {
        Level level;
        uint256 streak;
        uint256 sinceHeld = 5;
        for (uint256 round = 0; round < 64; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            Level tripped = seed % 3 == 0 ? Level((seed >> 8) % 5) : _NORMAL;
            Level held = Level((seed >> 16) % 5);
            if (held < tripped) held = tripped;
            Level old = level;
            sinceHeld = tripped >= old || held >= old ? 0 : sinceHeld + 1;
            (level, streak) = Signal.next(old, streak, tripped, held);
            require(level >= tripped, "never looser than what is true");
            if (level < old) require(sinceHeld >= 5 && level == held, "five clear rounds, down to what holds");
            if (level != old) sinceHeld = 0;
        }
    }

    /// @notice No metric loosens by growing.
    function testFuzz_AWorseMetricIsNeverLooser(uint32[8] calldata values, uint8 which, uint32 more) external pure {
        SignalInputs memory inputs = _calm();
        (inputs.move5m, inputs.move30m, inputs.move12h) = (values[0], values[1], values[2]);
        (inputs.jump, inputs.dispersion, inputs.witnessDistanceBps) = (values[3], values[4], values[5] % 4_096);
        inputs.witnessFarSamples = values[6] % 4;
        inputs.wideCautious = inputs.wideReduceOnly = inputs.wideHalted = values[7] % 8;
        (Level before, Level heldBefore, ) = Signal.judge(inputs);
        uint256 row = which % 6;
        if (row == 0) inputs.move5m += more;
        else if (row == 1) inputs.move30m += more;
        else if (row == 2) inputs.move12h += more;
        else if (row == 3) inputs.jump += more;
        else if (row == 4) inputs.dispersion += more;
        else inputs.witnessDistanceBps += more;
        (Level afterwards, Level heldAfter, ) = Signal.judge(inputs);
        require(afterwards >= before && heldAfter >= heldBefore, "tighter or the same");
    }
}
