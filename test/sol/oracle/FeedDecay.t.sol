// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Source } from "../../../contracts/shared/OracleTypes.sol";
import { Candidate, CandidateWord } from "../../../contracts/oracle/libraries/CandidateWord.sol";
import { FeedCalm } from "../../../contracts/oracle/libraries/FeedCalm.sol";
import { Decay, FeedFold } from "../../../contracts/oracle/libraries/FeedFold.sol";
import { Step } from "../../../contracts/oracle/libraries/FeedStep.sol";
import { FeedWords, Latest } from "../../../contracts/oracle/libraries/FeedWords.sol";

/// @notice A calm step leaves in its round the decay that the fold computes, for one round (known in advance) as for any.
contract FeedDecayTest {
    uint256 private constant _ROUND = 116_000_000 - (116_000_000 % 120);

    function test_TheDecayOfOneRoundIsTheComputedOne() external pure {
        _check(1);
    }

    function testFuzz_TheDecayOfAnyIntervalIsTheComputedOne(uint8 rounds) external pure {
        _check(1 + (uint256(rounds) % 40));
    }

    function _check(uint256 rounds) private pure {
        Step memory step;
        step.round = _ROUND + rounds;
        step.heartbeat = 60;
        Latest memory latest;
        latest.price = 3000e8;
        latest.round = uint32(_ROUND);
        latest.source = Source.Quorum;
        uint256 candidate = CandidateWord.pack(3000e8, 0, false, Source.Quorum);
        FeedCalm.tryStep(FeedWords.packLatest(latest), 0, 0, candidate, step);
        Decay memory expected = FeedFold.decayOf(15 * rounds);
        require(step.decay.seconds_ == expected.seconds_, "seconds");
        require(step.decay.weight5m == expected.weight5m, "5 min");
        require(step.decay.weight30m == expected.weight30m, "30 min");
        require(step.decay.weight12h == expected.weight12h, "12 h");
    }

    /// @notice What the oracle packs in the common case is what the general packing gives.
    function testFuzz_ACleanCandidatePacksAlike(uint64 price, uint128 dispersion) external pure {
        uint256 packed = CandidateWord.packClean(price, dispersion);
        require(packed == CandidateWord.pack(price, dispersion, false, Source.Quorum), "word");
        Candidate memory candidate = CandidateWord.unpack(packed);
        require(candidate.price == price && candidate.dispersionPpm == dispersion, "fields");
    }
}
