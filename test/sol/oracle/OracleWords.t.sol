// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Averages, FeedWords, Latest } from "../../../contracts/oracle/libraries/FeedWords.sol";
import { Pending, Quarantine, Testimony } from "../../../contracts/oracle/libraries/Quarantine.sol";
import { Head, RoundHead } from "../../../contracts/oracle/libraries/RoundHead.sol";
import { Witness, WitnessWord } from "../../../contracts/oracle/libraries/WitnessWord.sol";

/// @notice Every packed word of the oracle gives back what was put in, and touches no neighbour.
contract OracleWordsTest {
    uint256 private constant _LEVEL = 110;
    uint256 private constant _SOURCE = 113;

    function testFuzz_LatestRoundTrips(uint256 word) external pure {
        if ((word >> _LEVEL) & 7 > 4) word &= ~(uint256(3) << _LEVEL);
        if ((word >> _SOURCE) & 7 > 4) word &= ~(uint256(3) << _SOURCE);
        Latest memory latest = FeedWords.unpackLatest(word);
        require(FeedWords.packLatest(latest) == word, "latest");
        require(uint256(FeedWords.levelOf(word)) == uint256(latest.level), "level");
        require(uint256(FeedWords.sourceOf(word)) == uint256(latest.source), "source");
        require(FeedWords.isPending(word) == latest.pending, "pending");
        require(FeedWords.dispersionPpmOf(word) == uint256(latest.dispersion) * 10, "dispersion");
    }

    function testFuzz_AveragesRoundTrip(uint256 word) external pure {
        Averages memory averages = FeedWords.unpackAverages(word);
        require(FeedWords.packAverages(averages) == word, "averages");
    }

    function testFuzz_HeadRoundTrips(uint256 word) external pure {
        Head memory head = RoundHead.unpack(word);
        require(RoundHead.pack(head) == word, "head");
    }

    function testFuzz_HeadIsChangedInPlaceAsUnpacked(uint256 word, uint32 bitmap) external pure {
        Head memory head = RoundHead.unpack(word);
        require(RoundHead.epochRoundsOf(word) == head.epochRounds, "rounds of the epoch");
        head.epochRounds = 0;
        require(RoundHead.withoutEpochRounds(word) == RoundHead.pack(head), "none left");
        head = RoundHead.unpack(word);
        (head.partBits, head.bandBits) = (head.partBits & ~bitmap, head.bandBits & ~bitmap);
        require(RoundHead.withoutSeats(word, bitmap) == RoundHead.pack(head), "seats gone, the rest as it was");
    }

    function testFuzz_WitnessHalvesAreIndependent(uint256 word, uint128 half) external pure {
        Witness memory witness = WitnessWord.unpack(half, 0);
        uint256 odd = WitnessWord.pack(word, 1, witness);
        require(odd >> 128 == half, "written half");
        require(uint128(odd) == uint128(word), "other half");
        uint256 even = WitnessWord.pack(word, 0, witness);
        require(uint128(even) == half && even >> 128 == word >> 128, "even feed");
    }

    function testFuzz_FarPriceIsTheUnpackedTruth(uint128 half, uint40 time, uint16 limit, bool odd) external pure {
        uint256 word = odd ? uint256(half) << 128 : half;
        Witness memory witness = WitnessWord.unpack(word, odd ? 1 : 0);
        bool far = WitnessWord.distanceOf(witness) > limit;
        bool fresh = time <= WitnessWord.checkedAt(witness) + WitnessWord.FRESH_SECONDS;
        uint256 expected = far && fresh ? witness.price : 0;
        require(WitnessWord.farPrice(word, odd ? 1 : 0, time, limit) == expected, "far price");
    }

    function testFuzz_PendingRoundTrips(uint256 word) external pure {
        word &= (1 << 146) - 1;
        require(Quarantine.pack(Quarantine.unpack(word)) == word, "pending");
    }

    /// @notice One way, at least three quarters as far; never the other way.
    function testFuzz_AgreesIsOneSided(uint64 published, uint64 waiting, uint64 price) external pure {
        if (published == 0 || waiting == published) return;
        Pending memory pending;
        pending.price = waiting;
        int256 gone = int256(uint256(price)) - int256(uint256(published));
        int256 wait = int256(uint256(waiting)) - int256(uint256(published));
        bool expected =
            (gone > 0) == (wait > 0) && gone != 0 && (gone < 0 ? -gone : gone) * 4 >= (wait < 0 ? -wait : wait) * 3;
        require(Quarantine.agrees(pending, published, price) == expected, "agrees");
    }

    /// @notice A jump of the 20 % tier is never confirmed against a contradicting witness, however long it waits.
    function testFuzz_AFarJumpNeverPassesAContradiction(
        uint32 firstRound,
        uint16 agreeing,
        uint32 later,
        uint64 price
    ) external pure {
        Pending memory pending = Pending(price, firstRound, firstRound, agreeing, true, false);
        uint256 round = uint256(firstRound) + later;
        require(!Quarantine.confirm(pending, price, round, 1e6, Testimony.Contradicts), "confirmed");
    }
}
