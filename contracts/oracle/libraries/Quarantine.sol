// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { ROUND_SECONDS } from "../../shared/OracleTypes.sol";

/// @notice A jump that waits for confirmation, in one word.
struct Pending {
    uint64 price; // first price of the jump
    uint32 firstRound;
    uint32 lastRound;
    uint16 agreeing; // rounds that went this way, the first included; saturating
    bool far; // 20 % tier
    bool afterGap;
}

/// @notice What the witness says to a candidate price.
enum Testimony {
    None, // no fresh witness
    Supports, // checked after the jump began and within 8 %
    Contradicts
}

/// @title Quarantine
/// @notice A large move is withheld, never altered, until later rounds go the same way (DESIGN §3).
library Quarantine {
    uint256 internal constant JUMP_PPM = 80_000;
    uint256 internal constant FAR_JUMP_PPM = 200_000;
    uint256 internal constant GAP_SECONDS = 10 minutes;
    uint256 internal constant UNWITNESSED_SECONDS = 30 minutes;
    uint256 internal constant UNWITNESSED_ROUNDS = 20;
    uint256 internal constant AGREEING_ROUNDS = 2;
    uint256 internal constant AGREEING_ROUNDS_AFTER_GAP = 3;

    function unpack(uint256 word) internal pure returns (Pending memory pending) {
        pending.price = uint64(word);
        pending.firstRound = uint32(word >> 64);
        pending.lastRound = uint32(word >> 96);
        pending.agreeing = uint16(word >> 128);
        pending.far = (word >> 144) & 1 != 0;
        pending.afterGap = (word >> 145) & 1 != 0;
    }

    function pack(Pending memory pending) internal pure returns (uint256 word) {
        word = uint256(pending.price) | (uint256(pending.firstRound) << 64) | (uint256(pending.lastRound) << 96);
        word |= uint256(pending.agreeing) << 128;
        if (pending.far) word |= 1 << 144;
        if (pending.afterGap) word |= 1 << 145;
    }

    /// @notice Move from `oldPrice` to `price` over √max(1, Δt / 60 s), in ppm, rounded down.
    function scaledJump(uint256 oldPrice, uint256 price, uint256 elapsed) internal pure returns (uint256 jump) {
        unchecked {
            uint256 move = price > oldPrice ? price - oldPrice : oldPrice - price;
            jump = (move * 1e6) / oldPrice;
            if (elapsed > 60) jump = (jump * 1e6) / FixedPointMathLib.sqrt((elapsed * 1e12) / 60);
        }
    }

    /// @notice Judges a candidate while no jump waits. @return waits It has to wait; `pending` is the new entry then.
    function open(
        uint256 price,
        uint256 round,
        uint256 jump,
        uint256 elapsed
    ) internal pure returns (bool waits, Pending memory pending) {
        if (jump < JUMP_PPM) return (false, pending);
        pending.price = uint64(price);
        pending.firstRound = uint32(round);
        pending.lastRound = uint32(round);
        pending.agreeing = 1;
        pending.far = jump >= FAR_JUMP_PPM;
        pending.afterGap = elapsed > GAP_SECONDS;
        return (true, pending);
    }

    /// @notice True when `price` has gone at least three quarters as far from `published` as the waiting price, the same way.
    function agrees(Pending memory pending, uint256 published, uint256 price) internal pure returns (bool) {
        unchecked {
            if ((price > published) != (pending.price > published) || price == published) return false;
            (uint256 gone, uint256 waiting) = price > published
                ? (price - published, pending.price - published)
                : (published - price, published - pending.price);
            return gone * 4 >= waiting * 3;
        }
    }

    /// @notice Counts an agreeing round. @return confirmed The candidate may be published.
    /// @dev A candidate of the 20 % tier restarts a wait that began below it: the smaller jump's rounds are no evidence.
    function confirm(
        Pending memory pending,
        uint256 price,
        uint256 round,
        uint256 jump,
        Testimony testimony
    ) internal pure returns (bool confirmed) {
        unchecked {
            if (jump >= FAR_JUMP_PPM && !pending.far) {
                pending.far = true;
                pending.price = uint64(price);
                pending.firstRound = uint32(round);
                if (testimony != Testimony.Supports) pending.agreeing = 0;
            }
            pending.lastRound = uint32(round);
            if (pending.agreeing < type(uint16).max) pending.agreeing += 1;
            uint256 needed = pending.afterGap ? AGREEING_ROUNDS_AFTER_GAP : AGREEING_ROUNDS;
            if (pending.agreeing < needed) return false;
            if (!pending.far || testimony == Testimony.Supports) return true;
            if (testimony == Testimony.Contradicts) return false;
            return
                (round - pending.firstRound) * ROUND_SECONDS >= UNWITNESSED_SECONDS &&
                pending.agreeing >= UNWITNESSED_ROUNDS;
        }
    }
}
