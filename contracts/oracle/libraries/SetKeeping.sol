// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, RELIABILITY_ONE, ROUND_SECONDS, SEATS } from "../../shared/OracleTypes.sol";
import { FaultMeter } from "./FaultMeter.sol";
import { InBand } from "./InBand.sol";
import { FeedInfo, OracleState, SET_LEAKING, SET_STALLED, SetPointer, SetWeights, Stall } from "./OracleState.sol";
import { RoundHead } from "./RoundHead.sol";
import { SeatCode } from "./SeatCode.sol";
import { StateReads } from "./StateReads.sol";
import { WeightLeak } from "./WeightLeak.sol";

/// @title Set keeping
/// @notice Sets, masks, counters, reliability and the leak of absent weight; a linked library, so that the oracle fits its
/// code limit. The oracle checks who calls.
library SetKeeping {
    uint256 private constant _RELIABILITY_NEW = (RELIABILITY_ONE * 3) / 4;
    uint256 private constant _RELIABILITY_MINIMUM = RELIABILITY_ONE / 2;

    /// @notice A seat is to keep a key that it does not have: its occupant was not there in the set before.
    error SetKeeping_NoKey(uint256 seat, uint32 validatorId);

    /// @notice What a round shows of who is there.
    struct Presence {
        uint256 leakState;
        uint256 nominal;
        uint256 signers;
        uint256 round;
        uint256 signedWeight;
    }

    /// @notice Adds a feed in the next free slot.
    function addFeed(
        OracleState storage self,
        string calldata description,
        uint64 tick
    ) external returns (uint256 feed) {
        feed = self.weights.feeds;
        require(feed < FEED_SLOTS, IPriceOracle.PriceOracle_NoFreeSlot(FEED_SLOTS));
        self.weights.feeds = uint8(feed + 1);
        require(tick != 0, IPriceOracle.PriceOracle_ZeroTick());
        self.feeds[feed] = FeedInfo(description, tick);

        emit IPriceOracle.FeedAdded(feed, description, tick);
    }

    /// @notice See {IPriceOracle.installSet}.
    function installSet(
        OracleState storage self,
        bytes calldata encoded,
        uint64 nominalWeight
    ) external returns (uint32 setId) {
        SetPointer memory pointer = self.set;
        (uint256 seats, uint256 count) = SeatCode.copy(encoded);
        (uint256 changed, uint256 total) = _merge(pointer.code, seats, count);
        address code = SeatCode.write(seats, count);
        setId = uint32(pointer.setId) + 1;
        require(code == SeatCode.addressOf(setId), SeatCode.SeatCode_NotStored());
        _welcome(self, changed);
        uint256 leakState = 0;
        if (pointer.flags & SET_LEAKING != 0) {
            leakState = self.leakState & ~_bytesOf(changed);
            self.leakState = leakState;
            if (leakState == 0) pointer.flags &= ~SET_LEAKING;
        }
        (pointer.code, pointer.setId) = (code, uint24(setId));
        (pointer.mask, pointer.changed) = (pointer.mask & ~uint32(changed), uint32(changed));
        self.set = pointer;
        bool isWhole = pointer.mask == 0 && leakState == 0;
        uint256 active = isWhole ? total : WeightLeak.activeWeight(SeatCode.load(code), pointer.mask, leakState);
        SetWeights memory weights = self.weights;
        (weights.active, weights.nominal, weights.total) = (
            uint48(active),
            StateReads.fit(nominalWeight),
            uint48(total)
        );
        self.weights = weights;

        emit IPriceOracle.SetInstalled(setId, code, uint64(total), nominalWeight);
    }

    /// @dev Seats whose occupant differs, and the new total weight. A validator without a key keeps the one it had there.
    function _merge(address oldCode, uint256 seats, uint256 count) private view returns (uint256, uint256) {
        (uint256 changed, uint256 total) = (0, 0);
        uint256 oldCount = oldCode == address(0) ? 0 : SeatCode.countOf(oldCode);
        uint256 oldSeats = oldCount == 0 ? 0 : SeatCode.load(oldCode);
        uint256 end = count > oldCount ? count : oldCount;
        unchecked {
            // At most 32 weights of 32 bits.
            for (uint256 seat = 0; seat < end; ++seat) {
                uint256 word = seat < count ? SeatCode.wordAt(seats, seat) : 0;
                uint256 oldWord = seat < oldCount ? SeatCode.wordAt(oldSeats, seat) : 0;
                uint32 id = SeatCode.validatorOf(word);
                bool isSame = id == SeatCode.validatorOf(oldWord);
                if (!isSame) changed |= 1 << seat;
                total += SeatCode.weightOf(word);
                if (id == 0 || SeatCode.signerOf(word) != address(0)) continue;
                // A weight without a key would belong to whoever has a signature of nobody.
                require(isSame, SetKeeping_NoKey(seat, id));
                SeatCode.setSigner(seats, seat, SeatCode.signerOf(oldWord));
            }
        }
        return (changed, total);
    }

    /// @dev New occupants start at reliability 0.75 and inherit nothing: not the bits of the latest round, not the counters.
    function _welcome(OracleState storage self, uint256 changed) private {
        for (uint256 half = 0; half < 2; ++half) {
            uint256 bits = (changed >> (16 * half)) & 0xffff;
            if (bits == 0) continue;
            uint256 word = self.reliability[half];
            for (; bits != 0; bits &= bits - 1) {
                uint256 shift = 16 * InBand.lowestBit(bits);
                word = (word & ~(uint256(0xffff) << shift)) | (_RELIABILITY_NEW << shift);
            }
            self.reliability[half] = word;
        }
        uint256 head = self.head;
        uint256 cleared = RoundHead.withoutSeats(head, changed);
        if (cleared != head) self.head = cleared;
    }

    function _bytesOf(uint256 bitmap) private pure returns (uint256 bytes_) {
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            if ((bitmap >> seat) & 1 != 0) bytes_ |= uint256(0xff) << (8 * seat);
        }
    }

    /// @notice Masks seats. Active weight changes by the seats that changed, so only those are looked at.
    function setMask(OracleState storage self, uint32 newMask) external {
        SetPointer memory pointer = self.set;
        uint256 leakState = pointer.flags & SET_LEAKING != 0 ? self.leakState : 0;
        uint256 seats = SeatCode.load(pointer.code);
        uint256 active = self.weights.active;
        active -= _weightOf(seats, newMask & ~pointer.mask, leakState);
        active += _weightOf(seats, pointer.mask & ~newMask, leakState);
        self.set.mask = newMask;
        self.weights.active = uint48(active);

        emit IPriceOracle.SeatsMasked(pointer.setId, pointer.mask, newMask);
    }

    /// @dev What the seats of a bitmap weigh, leaks counted.
    function _weightOf(uint256 seats, uint256 bitmap, uint256 leakState) private pure returns (uint256 weight) {
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            uint256 seat = InBand.lowestBit(bitmap);
            uint256 whole = SeatCode.weightOf(SeatCode.wordAt(seats, seat));
            weight += WeightLeak.reduced(whole, WeightLeak.stepsOf(leakState, seat));
        }
    }

    /// @notice See {IPriceOracle.closeEpoch}.
    function closeEpoch(OracleState storage self) external returns (IPriceOracle.EpochCounters memory counters) {
        uint256 head = self.head;
        uint256 rounds = RoundHead.epochRoundsOf(head);
        uint256 weights = StateReads.weightsWord(self);
        (uint256 part, uint256 band) = (StateReads.partReferenceOf(weights), StateReads.bandReferenceOf(weights));
        (uint256 partMeter, uint256 bandMeter) = (self.tookPartMeter, self.inBandMeter);
        counters.rounds = uint16(rounds);
        counters.tookPart = FaultMeter.counts(partMeter, part, rounds);
        counters.inBand = FaultMeter.counts(bandMeter, band, rounds);
        uint256 lateMeter = self.lateMeter;
        if (lateMeter != 0) {
            counters.late = FaultMeter.toBytes(lateMeter);
            self.lateMeter = 0;
        }
        _judgeReliability(self, counters);
        // The references stay: without a round they say nothing, and the next epoch's first round sets its own.
        if (partMeter != 0) self.tookPartMeter = 0;
        if (bandMeter != 0) self.inBandMeter = 0;
        self.head = RoundHead.withoutEpochRounds(head);

        emit IPriceOracle.EpochCounted(
            self.set.setId,
            counters.rounds,
            counters.tookPart,
            counters.inBand,
            counters.late
        );
    }

    /// @notice Sets what the counters of an epoch refer to, before its first round is folded and before its 241st.
    /// @dev Most seats do the same in every round of an epoch. So a meter counts the rounds in which a seat did not do what it
    /// did in the first one, and a round that is like it writes nothing. A meter holds no more than 240, so before it could
    /// run out the counters are turned to plain ones, and saturate.
    function refer(OracleState storage self, uint256 rounds, uint256 part, uint256 band) external {
        SetWeights storage weights = self.weights;
        if (rounds == 0) {
            (weights.partReference, weights.bandReference) = (uint32(part), uint32(band));
            return;
        }
        self.tookPartMeter = FaultMeter.complement(self.tookPartMeter, weights.partReference, rounds);
        self.inBandMeter = FaultMeter.complement(self.inBandMeter, weights.bandReference, rounds);
        (weights.partReference, weights.bandReference) = (0, 0);
    }

    /// @dev r moves an eighth toward the in-band share when that is lower, 1/32 when higher, within [0.5, 1].
    function _judgeReliability(OracleState storage self, IPriceOracle.EpochCounters memory counters) private {
        unchecked {
            // Counters of 8 bits and reliabilities of 16.
            for (uint256 half = 0; half < 2; ++half) {
                uint256 part = (counters.tookPart >> (128 * half)) & type(uint128).max;
                if (part == 0) continue;
                uint256 band = counters.inBand >> (128 * half);
                uint256 word = self.reliability[half];
                for (uint256 shift = 0; part != 0; shift += 16) {
                    uint256 took = part & 0xff;
                    if (took != 0) {
                        uint256 share = ((band & 0xff) * RELIABILITY_ONE) / took;
                        uint256 moved = movedReliability((word >> shift) & 0xffff, share);
                        word = (word & ~(uint256(0xffff) << shift)) | (moved << shift);
                    }
                    (part, band) = (part >> 8, band >> 8);
                }
                self.reliability[half] = word;
            }
        }
    }

    /// @notice One epoch's step of a reliability toward an in-band share, both with 2^15 = 1.
    function movedReliability(uint256 reliability, uint256 share) internal pure returns (uint256 moved) {
        unchecked {
            // Each difference is taken the way it is not negative.
            moved =
                share < reliability
                    ? reliability - (reliability - share) / 8
                    : reliability + (share - reliability) / 32;
        }
        if (moved < _RELIABILITY_MINIMUM) moved = _RELIABILITY_MINIMUM;
        if (moved > RELIABILITY_ONE) moved = RELIABILITY_ONE;
    }

    /// @dev Presence while no quorum is reached, and the way back from the leak.
    function trackPresence(OracleState storage self, Presence memory given, bool quorum) external {
        uint8 flags = self.set.flags;
        if (flags == 0 && quorum) return;
        if (flags & SET_LEAKING != 0) _restore(self, given);
        if (quorum) {
            if (flags & SET_STALLED != 0) self.set.flags &= ~SET_STALLED;
        } else if (given.signedWeight * 2 > given.nominal) {
            _countPresence(self, given);
        }
    }

    function _countPresence(OracleState storage self, Presence memory given) private {
        Stall memory stall = self.stall;
        uint256 slot = block.timestamp / WeightLeak.SLOT_SECONDS;
        if (self.set.flags & SET_STALLED == 0) {
            stall = Stall(uint32(given.round), uint32(slot), uint32(given.signers));
            self.set.flags |= SET_STALLED;
        } else if (stall.slot == slot) {
            stall.present |= uint32(given.signers);
        } else {
            uint256 slotStart = uint256(stall.slot) * WeightLeak.SLOT_SECONDS;
            if (slotStart >= uint256(stall.quorumRound) * ROUND_SECONDS + WeightLeak.START_SECONDS) {
                _leak(self, given.nominal, stall.present);
            }
            (stall.slot, stall.present) = (uint32(slot), uint32(given.signers));
        }
        self.stall = stall;
    }

    function _leak(OracleState storage self, uint256 nominal, uint256 present) private {
        (uint256 seats, uint256 mask) = (SeatCode.load(self.set.code), self.set.mask);
        uint256 floor = (nominal + 1) / 2;
        (uint256 state, uint256 active) = WeightLeak.leak(
            seats,
            mask,
            self.leakState,
            present,
            self.weights.active,
            floor
        );
        _storeLeak(self, state, active);
    }

    function _restore(OracleState storage self, Presence memory given) private {
        (uint256 state, bool stepped) = WeightLeak.restore(given.leakState, given.signers);
        if (state == given.leakState) return;
        if (stepped) {
            _storeLeak(self, state, WeightLeak.activeWeight(SeatCode.load(self.set.code), self.set.mask, state));
        } else {
            self.leakState = state;
        }
    }

    function _storeLeak(OracleState storage self, uint256 state, uint256 active) private {
        self.leakState = state;
        self.weights.active = uint48(active);
        self.set.flags = state != 0 ? self.set.flags | SET_LEAKING : self.set.flags & ~SET_LEAKING;

        emit IPriceOracle.WeightLeaked(self.set.setId, state, uint64(active));
    }
}
