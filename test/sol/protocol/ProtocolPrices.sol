// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { Level, Source } from "../../../contracts/shared/OracleTypes.sol";
import { EXPIRIES, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolRelay } from "./ProtocolRelay.sol";
import { HEARTBEAT, ROUND, VALIDATORS, countOf, least, numbered } from "./ProtocolWorld.sol";

/// @notice The true price, what validators and relayers make of it, and the ghost of everything the oracle published.
abstract contract ProtocolPrices is ProtocolRelay {
    enum Relayer {
        Honest,
        /// @dev The fewest that make a quorum, highest or lowest prices first.
        Subset,
        /// @dev Minutes too late.
        Late,
        /// @dev More than half, less than two thirds.
        SubQuorum,
        /// @dev A bare quorum, then everybody.
        Upgrading,
        Withholding
    }

    /// @notice The latest publication. `uptime` counts a heartbeat at most for every gap; `truth` is that of the round, and
    /// `isHonest` when a quorum with less than a third of liars made it.
    struct Published {
        uint256 round;
        uint256 price;
        uint256 uptime;
        uint256 truth;
        bool isHonest;
    }

    uint256 private constant _WINDOW = 30 minutes;
    uint256 internal constant RESUME = 10 * HEARTBEAT;
    uint256 internal constant SEALED = 4;

    uint256 internal truth = 3_000e8;
    uint256 internal height;

    // What is wrong now, and what was ever wrong.
    uint256 internal lying;
    /// @dev What liars tell: this share of the truth, or `stuckAt` where that is set.
    uint256 internal lieBps = 10_000;
    uint256 internal stuckAt;
    uint256 internal lieUntil;
    uint256 internal silent;
    uint256 internal everFaulty;
    bool internal hasMajorityLied;
    Relayer internal relayer;
    uint256 internal clockLag;

    // Ghosts of the oracle.
    Published internal latest;
    Draft internal lastDraft;
    /// @dev The round before.
    Draft internal sealedDraft;
    uint256 internal lastSigners;
    Published[SEALED] internal sealed_;
    uint256 internal sealedCount;
    Level internal stored;
    uint256 internal roundsAtLevel;
    /// @dev Uptime + 1 at which a level was last seen stored, by level; and at which prices last resumed.
    uint256[5] internal seenAt;
    uint256 internal resumedAt;
    /// @dev Ends of half hours that saw a publication, rising.
    uint64[] internal boundaries;
    uint256[EXPIRIES] internal windowLow;
    uint256[EXPIRIES] internal windowHigh;

    /// @dev The chain moves on; the truth walks, by about a percent in ten minutes.
    function _pass(uint256 time, uint256 seed) internal {
        clock += time;
        height += 1 + time / 12;
        vm.warp(clock);
        vm.roll(height);
        uint256 step = least(truth / 200, (truth * time) / 60_000);
        truth = truth + (seed % (2 * step + 1)) - step;
        if (truth < 1_800e8 || truth > 5_000e8) truth = 3_000e8;
        if (lieUntil != 0 && clock >= lieUntil) (lying, lieUntil) = (0, 0);
    }

    /// @dev One round, as honest, faulty and absent validators and the relayer make it.
    function _relay(uint256 seed) internal {
        Relayer kind = relayer;
        if (kind == Relayer.Withholding) return;
        if (kind == Relayer.Honest && (seed >> 200) % 32 == 0) kind = Relayer.Upgrading;
        IPriceOracle.Health memory health = rooms.oracle.health();
        Draft memory draft = _draft(clock + clockLag, health.setId);
        if (draft.round <= health.latestRound) return;
        uint256 eligible = _eligible(health) & ~silent;
        (draft.truth, draft.liars) = (truth, lying);
        _fillPrices(draft, eligible, seed);
        if (eligible == 0) return;
        uint256 chosen = _choose(draft, eligible, kind);
        if (kind == Relayer.Late) _pass(60 + (seed % 420), seed >> 8);
        bool mustLand = _isDue(draft, chosen, health);

        bool landed = _send(draft, chosen);
        _require(landed || !mustLand, "L1: what a quorum signed lands");
        if (landed) _landed(draft, chosen);
        if (!landed || kind != Relayer.Upgrading) return;
        _require(!_send(draft, chosen), "S6: a version adds signers");
        if (_send(draft, eligible)) {
            _count("superset");
            _landed(draft, eligible);
            _require(!_send(draft, chosen), "S6: no version takes signers away");
        }
    }

    /// @dev Honest reports lie within a tenth of a percent of the truth.
    function _fillPrices(Draft memory draft, uint256 eligible, uint256 seed) private view {
        for (uint256 i; i < VALIDATORS; ++i) {
            if ((eligible >> i) & 1 == 0) continue;
            uint256 noise = (seed >> (16 + 8 * i)) % 201;
            uint256 price = (truth * (99_900 + noise)) / 100_000;
            if ((lying >> i) & 1 != 0) price = stuckAt != 0 ? stuckAt : (price * lieBps) / 10_000;
            draft.prices[i] = price;
        }
    }

    function _choose(Draft memory draft, uint256 eligible, Relayer kind) private view returns (uint256 chosen) {
        if (kind == Relayer.Honest || kind == Relayer.Late) return eligible;
        uint256 all = countOf(eligible);
        uint256 wanted = kind == Relayer.SubQuorum ? all / 2 + 1 : (2 * all) / 3 + 1;
        for (uint256 n; n < wanted; ++n) {
            uint256 best = VALIDATORS;
            for (uint256 i; i < VALIDATORS; ++i) {
                if (((eligible & ~chosen) >> i) & 1 == 0) continue;
                // Highest or lowest first, as the clock has it.
                bool isBetter = best == VALIDATORS || (draft.prices[i] > draft.prices[best]) == (clock % 2 == 0);
                if (isBetter) best = i;
            }
            if (best != VALIDATORS) chosen |= 1 << best;
        }
    }

    /// @dev More than two thirds of the active weight signed, nothing asks for a witness, and the round is near.
    function _isDue(Draft memory draft, uint256 chosen, IPriceOracle.Health memory health) private view returns (bool) {
        uint256 signers = countOf(chosen);
        bool isWhole = health.activeWeight * 3 >= health.nominalWeight * 2 && !health.leaking;
        uint256 weight = (health.setWeight * signers) / VALIDATORS;
        bool isNear = clock <= draft.round * ROUND + 10 minutes && draft.round > latest.round;
        bool isPlain = rooms.registry.refilledAt() == 0;
        return isWhole && isNear && isPlain && signers > 2 && weight * 3 > uint256(health.activeWeight) * 2;
    }

    function _landed(Draft memory draft, uint256 signers) private {
        _count("relay");
        _notePublication();
        bool isNew = draft.round != lastDraft.round;
        if (isNew) {
            roundsAtLevel += 1;
            sealedDraft = lastDraft;
        }
        lastDraft = draft;
        lastSigners = signers;
        _noteLevel(isNew);
        if (latest.round != draft.round) return;
        (latest.truth, latest.isHonest) = (draft.truth, false);
        _checkRange(draft, signers);
    }

    /// @dev S5 and O1. A majority's price lies near the witness instead, or the feed is Halted.
    function _checkRange(Draft memory draft, uint256 signers) private {
        (, IPriceOracle.RiskReading memory reading) = rooms.oracle.tryReadRisk(0);
        if (reading.source != Source.Quorum) return;
        IPriceOracle.Health memory health = rooms.oracle.health();
        if (countOf(lying) * 3 >= countOf(_eligible(health)) || health.leaking) return;
        (uint256 low, uint256 high) = (type(uint256).max, 0);
        for (uint256 i; i < VALIDATORS; ++i) {
            if (((signers & ~lying) >> i) & 1 == 0) continue;
            if (draft.prices[i] < low) low = draft.prices[i];
            if (draft.prices[i] > high) high = draft.prices[i];
        }
        _count("range");
        latest.isHonest = true;
        _require(low <= latest.price && latest.price <= high, "S5: between two honest reports");
    }

    /// @dev Call after whatever may publish: a relay, a look at the witnesses.
    function _notePublication() internal returns (bool isNew) {
        (uint80 round, int256 answer, , , ) = rooms.oracle.latestRoundData(0);
        (uint256 price, Published memory before) = (uint256(answer), latest);
        if (round == before.round) {
            latest.price = price; // a version with more signers
            return false;
        }
        _require(round > before.round, "S6: rounds rise");
        uint256 gap = (round - before.round) * ROUND;
        if (before.round != 0) {
            latest.uptime += least(gap, HEARTBEAT);
            if (gap > RESUME || round * ROUND > clock + 10 minutes) resumedAt = latest.uptime + 1;
            sealed_[sealedCount++ % SEALED] = before;
            _noteWindows(before, round);
            _checkJump(before.price, price, gap);
        }
        uint64 boundary = uint64((round * ROUND) / _WINDOW + 1) * uint64(_WINDOW);
        if (boundaries.length == 0 || boundaries[boundaries.length - 1] != boundary) boundaries.push(boundary);
        (latest.round, latest.price) = (round, price);
        return true;
    }

    /// @dev S9: a stored level rises at once and falls only when it was clear for five rounds.
    function _noteLevel(bool isNew) internal {
        (, IPriceOracle.RiskReading memory reading) = rooms.oracle.tryReadRisk(0);
        Level level = reading.level;
        if (level < stored) _require(isNew && roundsAtLevel >= 5, "S9: a level clears after five rounds");
        if (level != stored) (stored, roundsAtLevel) = (level, 0);
        for (uint256 i; i <= uint256(level); ++i) seenAt[i] = latest.uptime + 1;
        _count(numbered("level ", uint256(level)));
    }

    /// @dev S9: a jump trips its row in the round that publishes it. A tenth of the limit covers rounding of the root.
    function _checkJump(uint256 from, uint256 to, uint256 gap) private {
        uint256 moved = ((to > from ? to - from : from - to) * 1e6) / from;
        uint256 minutes_ = gap > 60 ? gap / 60 : 1;
        uint256 squared = (moved * moved) / (minutes_ + 1);
        (, IPriceOracle.RiskReading memory reading) = rooms.oracle.tryReadRisk(0);
        if (squared > uint256(55_000) ** 2) _require(reading.level >= Level.Cautious, "S9: a jump of 5 % trips");
        if (squared > uint256(88_000) ** 2) _require(reading.level >= Level.ReduceOnly, "S9: a jump of 8 % trips");
    }

    /// @dev Prices that stood at some time in the half hour before an expiry.
    function _noteWindows(Published memory before, uint256 round) private {
        for (uint256 e; e < EXPIRIES; ++e) {
            uint256 expiry = _expiry(e);
            if (before.round * ROUND >= expiry || round * ROUND <= expiry - _WINDOW) continue;
            _noteWindow(e, before.price);
        }
    }

    function _noteWindow(uint256 e, uint256 price) internal {
        if (windowLow[e] == 0 || price < windowLow[e]) windowLow[e] = price;
        if (price > windowHigh[e]) windowHigh[e] = price;
    }

    /// @dev The first covered half hour after an expiry, or the last there is.
    function _pointer(uint256 e) internal view override returns (uint64 boundary) {
        for (uint256 i; i < boundaries.length; ++i) {
            if (boundaries[i] <= _expiry(e)) continue;
            boundary = boundaries[i];
            (bool ok, IPriceOracle.Mark memory mark) = rooms.oracle.tryMarkAt(0, boundary);
            if (ok && mark.coverage != 0) return boundary;
        }
    }

    function _age() internal view returns (uint256) {
        return clock > latest.round * ROUND ? clock - latest.round * ROUND : 0;
    }

    /// @dev Uptime since something was last seen, without end where it never was.
    function _since(uint256 at) internal view returns (uint256) {
        return at == 0 ? type(uint256).max : latest.uptime + 1 - at;
    }
}
