// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PriceReport } from "../../../contracts/shared/OracleTypes.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { ProtocolDuties } from "./ProtocolDuties.sol";
import { EVERY_VALIDATOR, FAULTS, GUARDIAN, VALIDATORS, countOf, numbered } from "./ProtocolWorld.sol";

/// @notice The fault injector. It does what the deployed contracts let such a faulty actor do, and nothing else; governance
/// is gone from the beginning.
abstract contract ProtocolFaults is ProtocolDuties {
    enum Fault {
        Silence,
        MinorityLies,
        ThirdLies,
        MajorityLies,
        Relayer,
        Witness,
        Halt,
        ClockLag,
        Gap,
        Keepers,
        SentinelStuck,
        Equivocation
    }

    uint256 private constant _MAJORITY_SECONDS = 20 minutes;

    uint256 internal guardedUntil;
    Level internal guardedLevel;
    uint256 private _guards;
    uint256[3] private _guardedAt;
    // An equivocator's second vector.
    Draft private _otherDraft;
    uint256 private _otherPrice;
    uint256 private _equivocator;

    /// Switches something on.
    function inject(uint256 seed) external acting {
        Fault fault = Fault(faultOf(seed));
        seed = _mix(seed) >> 16;
        if (fault == Fault.Silence) _fallSilent(seed);
        else if (fault == Fault.MinorityLies) _lie(2, seed);
        else if (fault == Fault.ThirdLies) _lie(3, seed);
        else if (fault == Fault.MajorityLies) _lie(5, seed);
        else if (fault == Fault.Relayer) relayer = Relayer(1 + (seed % 5));
        else if (fault == Fault.Witness) _breakWitness(seed);
        else if (fault == Fault.Halt)
            _pass(10 minutes + ((seed >> 8) % (seed % 4 == 0 ? 30 hours : 3 hours)), seed >> 32);
        else if (fault == Fault.ClockLag) clockLag = 60 + (seed % 14 minutes);
        else if (fault == Fault.Gap) truth = (truth * [uint256(60), 75, 85, 106, 115, 140][seed % 6]) / 100;
        else if (fault == Fault.Keepers) keepersDead = true;
        else if (fault == Fault.SentinelStuck) sentinelHigh = true;
        else _equivocate(seed);
        _count(numbered("fault ", uint256(fault)));
    }

    /// @notice What `inject` makes of a number. Gaps are four times as likely as others: without one nobody is liquidated.
    function faultOf(uint256 seed) public pure returns (uint256) {
        uint256 drawn = _mix(seed) % (FAULTS + 3);
        return drawn < FAULTS ? drawn : uint256(Fault.Gap);
    }

    /// Switches one thing off, or everything.
    function heal(uint256 seed) external acting {
        seed = _mix(seed);
        uint256 which = seed % 12;
        if (which == 0 || which > 7) (lying, lieUntil) = (0, 0);
        if (which == 1 || which > 7) silent = 0;
        if (which == 2 || which > 7) relayer = Relayer.Honest;
        if (which == 3 || which > 7) (witnessKind[0], witnessKind[1]) = (Witness.Honest, Witness.Honest);
        if (which == 4 || which > 7) clockLag = 0;
        if (which == 5 || which > 7) keepersDead = false;
        if (which == 6 || which > 7) sentinelHigh = false;
        _count("heal");
    }

    /// A stolen guardian tightens whenever he may. Law 2: no maintenance margin moves.
    function guard(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed & (3 << 200) != 0) return;
        Level level = seed % 2 == 0 ? Level.ReduceOnly : Level.Halted;
        uint256 longest = level == Level.Halted ? 2 hours : 24 hours;
        uint256 duration = (seed >> 8) % 3 == 0 ? longest : 1 + ((seed >> 16) % (longest + longest / 8));
        BookId id = books[(seed >> 64) % books.length];
        uint256 before = _maintenance(id);
        vm.prank(GUARDIAN);
        rooms.risk.guard(1, level, duration);
        _require(before == _maintenance(id), "S3: a guardian moves no maintenance margin");
        _require(duration <= longest, "S9: no longer than a guardian may");
        _require(guardedUntil == 0 || clock >= guardedUntil + 24 hours, "S9: a day between a guardian's acts");
        uint256 third = _guardedAt[_guards % 3];
        _require(third == 0 || clock >= third + 30 days, "S9: three acts in thirty days");
        _guardedAt[_guards++ % 3] = clock;
        (guardedLevel, guardedUntil) = (level, clock + duration);
        _count("guard");
    }

    /// ... and ends the opening in a market for good.
    function sunset(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed % 32 != 0) return;
        vm.prank(GUARDIAN);
        world.house.sunset(2);
        _count("sunset");
    }

    function _fallSilent(uint256 seed) private {
        uint256 wanted = [uint256(1), 2, 3, 7][seed % 4];
        silent = _draw(wanted, seed >> 8);
        everFaulty |= silent;
        _noteMajority();
    }

    /// @dev Prices multiplied by a little or a lot, or stuck where the truth was. A majority soon stops.
    function _lie(uint256 wanted, uint256 seed) private {
        lying = _draw(wanted, seed >> 8);
        everFaulty |= lying;
        lieBps = [uint256(9_300), 9_700, 10_030, 10_250, 10_650, 12_500, 5_000, 10_000_000][(seed >> 64) % 8];
        stuckAt = (seed >> 72) % 4 == 0 ? truth : 0;
        lieUntil = wanted > VALIDATORS / 2 ? clock + _MAJORITY_SECONDS : 0;
        _noteMajority();
    }

    /// @dev Of those who are left, liars may be the most.
    function _noteMajority() private {
        if (countOf(lying) > 1 && countOf(lying | silent) > VALIDATORS / 2) hasMajorityLied = true;
    }

    function _breakWitness(uint256 seed) private {
        witnessKind[seed % 2] = Witness(1 + ((seed >> 8) % 3));
        if ((seed >> 16) % 3 == 0) witnessKind[1 - (seed % 2)] = Witness(1 + ((seed >> 24) % 3));
        witnessLieBps = [uint256(8_500), 9_600, 10_120, 10_400, 11_500, 20_000][(seed >> 32) % 6];
    }

    function _draw(uint256 wanted, uint256 seed) private pure returns (uint256 chosen) {
        if (wanted >= VALIDATORS) return EVERY_VALIDATOR;
        for (uint256 i = seed % VALIDATORS; countOf(chosen) < wanted; i = (i + 3) % VALIDATORS) chosen |= 1 << i;
    }

    // Evidence

    /// @dev A validator signs a second vector for the latest round.
    function _equivocate(uint256 seed) private {
        uint256 i = seed % VALIDATORS;
        if (lastDraft.prices[i] == 0) return;
        everFaulty |= 1 << i;
        _otherDraft = lastDraft;
        _otherPrice = lastDraft.prices[i] + 1 + ((seed >> 8) % 1_000);
        _equivocator = i + 1;
    }

    /// Whoever signed twice loses his seat, whoever lied a part of his bond.
    function accuse(uint256 seed) external acting {
        for (uint256 n; n < VALIDATORS; ++n) {
            if ((sealedDraft.liars >> n) & 1 != 0 && sealedDraft.prices[n] != 0)
                _submitDeviation(sealedDraft, n, sealedDraft.prices[n]);
        }
        if (_equivocator == 0) return;
        uint256 i = _equivocator - 1;
        _accuse(i, _otherDraft, _otherDraft.prices[i], _otherPrice);
        _equivocator = 0;
        _count("accuse");
        seed;
    }

    /// S6 and S8: a sealed round takes no report any more, and whatever is made of an honest validator's reports, it costs
    /// nothing.
    function frame(uint256 seed) external acting {
        seed = _mix(seed);
        uint256 i = seed % VALIDATORS;
        Draft memory draft = lastDraft;
        uint256 price = draft.prices[i];
        if ((seed >> 8) % 2 == 0 && price != 0) {
            Draft memory other = draft;
            (bytes32 r, bytes32 vs) = _signReport(draft, i, price);
            PriceReport memory first = _reportOf(draft, price);
            other.anchorBlock -= 1;
            other.anchorHash = blockhash(other.anchorBlock);
            (bytes32 otherR, bytes32 otherVs) = _signReport(other, i, price);
            PriceReport memory second = _reportOf(other, price);
            try rooms.slasher.submitEquivocation(first, r, vs, second, otherR, otherVs) {
                _require(false, "S8: the same vector twice is no fault");
            } catch {}
            _count("frame");
            return;
        }
        // A round that is sealed; of one who lied in it, if there is one.
        draft = sealedDraft;
        if (draft.round != 0) _require(!_send(draft, _signersOf(draft)), "S6: a sealed round stays as it is");
        for (uint256 n; n < VALIDATORS && (draft.liars >> i) & 1 == 0; ++n) i = (i + 1) % VALIDATORS;
        if (draft.prices[i] == 0) return;
        _submitDeviation(draft, i, draft.prices[i]);
        _count("deviation tried");
    }

    function _submitDeviation(Draft memory draft, uint256 i, uint256 price) private {
        (bytes32 r, bytes32 vs) = _signReport(draft, i, price);
        try rooms.slasher.submitDeviation(_reportOf(draft, price), r, vs, 0) {
            bool isMinority = countOf(draft.liars) * 3 < countOf(_signersOf(draft));
            _require(!isMinority || (draft.liars >> i) & 1 != 0, "S8: an honest report is no deviation");
            _count("deviation");
        } catch {}
    }

    function _accuse(uint256 i, Draft memory draft, uint256 price, uint256 otherPrice) private {
        (bytes32 r, bytes32 vs) = _signReport(draft, i, price);
        (bytes32 otherR, bytes32 otherVs) = _signReport(draft, i, otherPrice);
        rooms.slasher.submitEquivocation(_reportOf(draft, price), r, vs, _reportOf(draft, otherPrice), otherR, otherVs);
    }
}
