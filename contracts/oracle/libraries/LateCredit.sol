// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { IAnchor } from "../../interfaces/IAnchor.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, PriceReport, ROUND_SECONDS, SEATS } from "../../shared/OracleTypes.sol";
import { FaultMeter } from "./FaultMeter.sol";
import { OracleState, RING_WORDS, SET_STALLED } from "./OracleState.sol";
import { Members, RelayCodec } from "./RelayCodec.sol";
import { PriceReportLib } from "./PriceReportLib.sol";
import { RoundRing } from "./RoundRing.sol";
import { SeatCode } from "./SeatCode.sol";
import { StateReads } from "./StateReads.sol";
import { TipMath } from "./TipMath.sol";

/// @title Late credit
/// @notice A validator that relayers left out shows its own report: presence against downtime and leak, never a price, never
/// reliability (a sleeper could copy the median). A linked library, so that the oracle fits its code limit.
library LateCredit {
    using StateReads for OracleState;

    uint256 private constant _AGE_LIMIT = 10 minutes;

    struct Claim {
        uint256 seat;
        uint64 anchorBlock;
        bytes32 r;
        bytes32 vs;
        bytes32 domainSeparator;
    }

    /// @notice Credits `claim.seat` for `report`. Once per seat and sealed round, within ten minutes of it.
    function credit(
        OracleState storage self,
        PriceReport calldata report,
        Claim memory claim,
        IAnchor anchor
    ) external {
        uint256 seat = claim.seat;
        (bool kept, uint256[RING_WORDS] storage entry) = self.ringAt(report.round);
        uint256 header = entry[0];
        bool creditable =
            kept &&
                self.isSealed(report.round) &&
                RoundRing.setIdOf(header) == report.setId &&
                block.timestamp <= uint256(report.round) * ROUND_SECONDS + _AGE_LIMIT;
        require(creditable, IPriceOracle.PriceOracle_NotCreditable(report.round));
        uint256 counted = RoundRing.signersOf(header) | RoundRing.lateOf(header);
        _verify(self, report, claim, anchor, counted);
        _requirePart(report, seat, self.weights.feeds);

        entry[0] = RoundRing.withLate(header, seat);
        uint256 credited = FaultMeter.at(self.lateMeter, seat);
        self.lateMeter = FaultMeter.add(self.lateMeter, 1 << seat);
        if (self.set.flags & SET_STALLED != 0) self.stall.present |= uint32(1 << seat);
        if (TipMath.isLatePaid(credited)) self.tips[msg.sender] += TipMath.lateCredit(self.tipBase);

        emit IPriceOracle.LateReportCredited(report.round, seat, msg.sender);
    }

    function _verify(
        OracleState storage self,
        PriceReport calldata report,
        Claim memory claim,
        IAnchor anchor,
        uint256 counted
    ) private view {
        uint256 seat = claim.seat;
        Members memory members = self.membersOf(report.setId, self.weightsWord());
        require(
            seat < SEATS && (members.excluded >> seat) & 1 == 0,
            IPriceOracle.PriceOracle_SeatExcluded(seat, members.excluded)
        );
        require((counted >> seat) & 1 == 0, IPriceOracle.PriceOracle_AlreadyCounted(report.round, seat));
        bytes32 hash = RelayCodec.anchorHash(anchor, claim.anchorBlock);
        require(hash == report.anchorHash, IPriceOracle.PriceOracle_UnknownAnchor(claim.anchorBlock, block.number));
        address signer = SeatCode.signerOf(SeatCode.wordAt(members.seats, seat));
        bytes32 digest = MessageHashUtils.toTypedDataHash(claim.domainSeparator, PriceReportLib.structHash(report));
        RelayCodec.checkDigest(digest, claim.r, claim.vs, seat, signer);
    }

    /// @dev As in a relay: no price for a slot that does not exist, and three quarters of the live feeds to have taken part.
    function _requirePart(PriceReport calldata report, uint256 seat, uint256 feeds) private pure {
        uint256 priced = 0;
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
            if (report.prices[feed] == 0) continue;
            require(feed < feeds, IPriceOracle.PriceOracle_UnknownFeeds(1 << feed, (1 << feeds) - 1));
            ++priced;
        }
        require(priced * 4 >= feeds * 3, IPriceOracle.PriceOracle_EmptyReport(seat));
    }
}
