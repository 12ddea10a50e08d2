// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { EXPIRIES, MARKETS, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolPrices } from "./ProtocolPrices.sol";
import { HEARTBEAT, ROUND, VALIDATORS, countOf, keyOf, numbered, reporterOf } from "./ProtocolWorld.sol";

/// @notice How time passes, and what keepers do in it.
abstract contract ProtocolDuties is ProtocolPrices {
    enum Witness {
        Honest,
        Silent,
        Lying,
        Stuck
    }

    bool internal keepersDead;
    bool internal sentinelHigh;
    Witness[2] internal witnessKind;
    uint256 internal witnessLieBps = 10_000;
    uint256 internal lookedAt;
    uint256 private _turn;

    // Time

    /// A quarter of a minute to five, with a round at its end.
    function tick(uint256 seed) external acting {
        seed = _mix(seed);
        _pass(15 + (seed % (HEARTBEAT - 15)), seed >> 16);
        _relay(seed >> 32);
        if (seed & (1 << 8) != 0) _duties(seed >> 64);
        _count("tick");
    }

    /// Rounds at full pace: half an hour or less.
    function rounds(uint256 seed) external acting {
        seed = _mix(seed);
        _work(2 + (seed % 5), seed);
        _count("rounds");
    }

    /// Hours at full pace.
    function hours_(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed % 4 != 0) return;
        _work(12 + ((seed >> 8) % 24), seed);
        _count("hours");
    }

    /// Into the last minutes before an expiry and over it, at full pace.
    function workOverExpiry(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed & (1 << 200) != 0) return;
        for (uint256 e; e < EXPIRIES; ++e) {
            uint256 expiry = _expiry(e);
            if (clock >= expiry) continue;
            if (seed % 2 == 0 && clock + 6 hours < expiry) return;
            _approach(expiry, seed);
            while (clock < expiry + 3 minutes) {
                _work(1, _mix(seed + clock));
                if (clock >= expiry) _trySettling(1 + ((seed >> 24) % MARKETS), e);
            }
            _count("over expiry");
            return;
        }
    }

    /// Over an expiry from somewhere in the last hour on, and long after it, nobody signs.
    function darkExpiry(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed & (1 << 200) != 0) return;
        for (uint256 e; e < EXPIRIES; ++e) {
            uint256 expiry = _expiry(e);
            if (clock >= expiry) continue;
            _approach(expiry, seed);
            while (clock + ((seed >> 16) % 45 minutes) < expiry) _work(1, _mix(seed + clock));
            if (clock < expiry) _pass(expiry + ((seed >> 24) % 26 hours) - clock, seed >> 16);
            if ((seed >> 9) % 2 == 0) _relay(seed >> 32);
            _trySettling(1 + ((seed >> 32) % MARKETS), e);
            _count("dark expiry");
            return;
        }
    }

    /// @dev To three quarters of an hour before it; rounds on the way when it is not far.
    function _approach(uint256 expiry, uint256 seed) private {
        if (clock + 45 minutes >= expiry) return;
        uint256 left = expiry - 45 minutes - clock;
        if (left < 2 hours) _work(left / HEARTBEAT, seed >> 16);
        else _pass(left, seed >> 16);
    }

    /// On to a rung of the ladder, with a round or without.
    function waitForRung(uint256 seed) external acting {
        seed = _mix(seed);
        for (uint256 e; e < EXPIRIES; ++e) {
            if (clock < _expiry(e) || clock > _expiry(e) + 72 hours) continue;
            uint256 wait = [uint256(2 minutes), 2 hours, 24 hours, 72 hours][(seed >> 8) % 4];
            if (clock < _expiry(e) + wait) _pass(_expiry(e) + wait - clock, seed >> 16);
            if ((seed >> 16) % 2 == 0) _relay(seed >> 32);
            _trySettling(1 + ((seed >> 24) % MARKETS), e);
            _count("rung");
            return;
        }
    }

    /// @dev A keeper settles what is due.
    function _trySettling(uint256 market, uint256 e) private {
        if (keepersDead) return;
        try this.settleDue(market, e) {} catch {}
    }

    /// @dev Its own call, so that a refusal can be caught.
    function settleDue(uint256 market, uint256 e) external {
        require(msg.sender == address(this), "not for others");
        _settle(market, e);
    }

    /// @dev A round every heartbeat, and keepers now and then.
    function _work(uint256 count, uint256 seed) internal {
        for (uint256 i; i < count; ++i) {
            seed = _mix(seed);
            _pass(HEARTBEAT - (seed % 30), seed >> 16);
            _relay(seed >> 32);
            if (++_turn % 4 == 0) _duties(seed >> 64);
        }
    }

    // Keepers

    function keep(uint256 seed) external acting {
        seed = _mix(seed);
        _duties(seed);
        _count("keep");
    }

    /// @dev What is due and pays; the sentinel's reporters go on whatever keepers do.
    function _duties(uint256 seed) internal {
        if (sentinelHigh) _report(1_000);
        _pushWitnesses();
        if (keepersDead) return;
        _look();
        rooms.risk.poke(0);
        try rooms.registry.closeEpoch() {
            _count("epoch");
        } catch {}
        _creditLate();
        if (seed % 16 == 0) rooms.risk.refreshStake();
    }

    /// @dev What the witnesses publish by themselves.
    function _pushWitnesses() private {
        for (uint256 i; i < 2; ++i) {
            if (witnessKind[i] == Witness.Silent) continue;
            if (witnessKind[i] == Witness.Stuck) continue;
            uint256 price = witnessKind[i] == Witness.Lying ? (truth * witnessLieBps) / 10_000 : truth;
            rooms.witnesses[i].push(int256(price), clock);
        }
    }

    function _look() internal {
        try rooms.router.pokeWitness(0) {
            lookedAt = clock;
            _count("look");
        } catch {}
        bool isPublished = _notePublication();
        if (isPublished) ++roundsAtLevel;
        _noteLevel(isPublished);
    }

    /// @dev Who signed the round before the latest in time and was left out of it.
    function _creditLate() private {
        Draft memory draft = lastDraft;
        IPriceOracle.Health memory health = rooms.oracle.health();
        uint256 late = _eligible(health) & ~silent & ~lying & ~lastSigners;
        if (late == 0) return;
        // A round is sealed by the next.
        _pass(ROUND, 0);
        _relay(_mix(clock));
        for (uint256 i; i < VALIDATORS; ++i) {
            if ((late >> i) & 1 == 0 || draft.prices[i] == 0) continue;
            (bytes32 r, bytes32 vs) = _signReport(draft, i, draft.prices[i]);
            try
                rooms.oracle.creditLate(
                    _reportOf(draft, draft.prices[i]),
                    rooms.registry.validator(uint32(i + 1)).seat,
                    uint64(draft.anchorBlock),
                    r,
                    vs
                )
            {
                _count("late credit");
            } catch {}
        }
    }

    /// Law 2: what a reporter or a guardian says moves no maintenance.
    function sentinel(uint256 seed) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        uint256 before = _maintenance(id);
        _report((seed >> 8) % 1_001);
        _require(before == _maintenance(id), "S3: a sentinel moves no maintenance margin");
        _count("sentinel");
    }

    function _report(uint256 addOnBps) private {
        for (uint256 i; i < 2; ++i) {
            vm.prank(reporterOf(i));
            rooms.risk.report(0, addOnBps);
        }
    }

    function _maintenance(BookId id) internal view returns (uint256) {
        IClearingViews.RequirementView memory needed = world.house.requirement(id);
        return needed.maintenance.amount;
    }

    // Settlement by validators' signatures

    function signPrice(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        uint256 e = clock < _expiry(1) ? 0 : 1;
        IPriceOracle.Health memory health = rooms.oracle.health();
        uint256 signers = _eligible(health) & ~silent;
        uint64 price = uint64((truth * (9_900 + ((seed >> 32) % 200))) / 10_000);
        if (countOf(signers) * 3 <= 2 * VALIDATORS) return;
        bytes32 content = keccak256(
            abi.encode(
                keccak256("SettlementPrice(uint8 feed,uint32 expiry,uint64 price,uint32 setId)"),
                0,
                _expiry(e),
                price,
                health.setId
            )
        );
        (uint8[] memory seats, bytes[] memory signatures) = _signAll(signers, content);
        vm.prank(actors[a]);
        world.house.postSettlementPrice(market, _expiry(e), price, health.setId, seats, signatures);
        _count("signed price");
    }

    /// What a witness said at an expiry.
    function proveWitness(uint256 seed) external acting {
        seed = _mix(seed);
        uint256 expiry = _expiry(clock < _expiry(1) ? 0 : seed % EXPIRIES);
        uint256 source = (seed >> 8) % 2;
        _pushWitnesses();
        uint80 count = rooms.witnesses[source].latestRound();
        for (uint80 round = count; round > 1; --round) {
            (, , , uint256 updatedAt, ) = rooms.witnesses[source].getRoundData(round - 1);
            if (updatedAt > expiry) continue;
            world.house.recordWitness(0, expiry, source, round - 1);
            _count("witness proof");
            return;
        }
    }

    /// S7: not before its rung is open, and a clean window lies between the prices that stood in it.
    function _priced(uint256 market, uint256 e) internal override {
        IClearingViews.ExpiryView memory pot = _state(market, e);
        uint256 age = clock - _expiry(e);
        if (latest.round * ROUND < _expiry(e)) _noteWindow(e, latest.price);
        uint256[9] memory opens = [
            uint256(0),
            2 minutes,
            2 hours,
            3 hours,
            24 hours,
            24 hours,
            72 hours,
            7 days,
            7 days
        ];
        _require(pot.rung != 0 && age >= opens[pot.rung], "S7: no rung before its time");
        if (pot.rung <= 2 || pot.rung == 4) {
            bool isInside = windowLow[e] <= pot.price && pot.price <= windowHigh[e];
            _require(isInside, "S7: a mean of the window's prices");
        }
        _count(numbered("rung ", pot.rung));
        _count("settle");
    }

    function _signAll(
        uint256 signers,
        bytes32 content
    ) private returns (uint8[] memory seats, bytes[] memory signatures) {
        uint256 count = countOf(signers);
        (seats, signatures) = (new uint8[](count), new bytes[](count));
        uint256 n;
        for (uint8 seat; seat < 32; ++seat) {
            uint256 validator = _occupantOf(seat);
            if (validator == VALIDATORS || (signers >> validator) & 1 == 0) continue;
            seats[n] = seat;
            signatures[n++] = _sign(keyOf(validator), content);
        }
    }
}
