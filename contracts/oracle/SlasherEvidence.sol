// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { ISlasher } from "../interfaces/ISlasher.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { PriceReport, SEATS } from "../shared/OracleTypes.sol";
import { Penalties } from "./libraries/Penalties.sol";
import { PriceReportLib } from "./libraries/PriceReportLib.sol";

/// @title Slasher evidence
/// @notice The reading half of the slasher: who signed a report, with what weight, and how far off it was. Writes nothing.
abstract contract SlasherEvidence is ISlasher {
    uint256 internal constant DEVIATION_PPM = 50_000;
    uint256 internal constant GROSS_DEVIATION_PPM = 200_000;
    uint256 internal constant DEVIATION_FACTOR = 6;
    /// @dev A round's own dispersion counts up to here: a coalition above a third sets it at will.
    uint256 internal constant DISPERSION_MAXIMUM_PPM = 15_000;
    /// @dev No seat weighs more: the cap of the registry.
    uint256 internal constant SEAT_SHARE_MAXIMUM = (Penalties.SHARE_ONE * 30) / 100;

    /// @dev Half the order of secp256k1: a signature with a larger s is the twin of one with a smaller.
    uint256 private constant _HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    bytes32 private constant _DOMAIN_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant _NAME_HASH = keccak256("Ballast Oracle");
    bytes32 private constant _VERSION_HASH = keccak256("1");

    IValidatorRegistry public immutable registry;
    IPriceOracle public immutable oracle;
    /// @dev Units of the bond token in one whole token.
    uint256 internal immutable _bondUnit;

    constructor(IValidatorRegistry registry_, IPriceOracle oracle_) {
        registry = registry_;
        oracle = oracle_;
        _bondUnit = 10 ** IERC20Metadata(registry_.bondToken()).decimals();
    }

    /// @dev The median of the report's round and the base its deviation costs; reverts when it is tolerable.
    function _deviation(
        PriceReport calldata report,
        uint256 feed
    ) internal view returns (IPriceOracle.RoundPrice memory median, uint256 percent) {
        median = _roundPrice(feed, report.round);
        require(median.published && median.clean, Slasher_RoundNotClean(feed, report.round));
        require(report.prices[feed] != 0, Slasher_Abstained(feed, report.round));

        uint256 dispersion = Math.max(
            oracle.metrics(feed).laggedDispersionPpm,
            Math.min(median.dispersionPpm, DISPERSION_MAXIMUM_PPM)
        );
        uint256 limit = Math.max(DEVIATION_PPM, DEVIATION_FACTOR * dispersion);
        uint256 off = _offPpm(report.prices[feed], median.price);
        require(off > limit, Slasher_WithinTolerance(off, limit));
        percent = off > GROSS_DEVIATION_PPM ? Penalties.GROSS_DEVIATION_PERCENT : Penalties.DEVIATION_PERCENT;
    }

    /// @dev Weight of the equivocator: the largest share it has in the sets it signed for and in the current one. An
    /// equivocator chooses what it signs, so a set in which it was small must not be a discount; one that sits in none of
    /// them counts with its bond, capped like a seat.
    function _equivocatorShare(
        IValidatorRegistry.Suspect memory accused,
        uint32 firstSet,
        uint32 secondSet
    ) internal view returns (uint256 share) {
        share = Penalties.shareUp(accused.weight, accused.setWeight);
        if (firstSet != accused.setId) share = Math.max(share, _shareIn(firstSet, accused));
        if (secondSet != accused.setId && secondSet != firstSet) {
            share = Math.max(share, _shareIn(secondSet, accused));
        }
        if (share != 0) return share;

        return Math.min(Penalties.shareUp(accused.bond / _bondUnit, accused.setWeight), SEAT_SHARE_MAXIMUM);
    }

    function _shareIn(uint32 setId, IValidatorRegistry.Suspect memory accused) internal view returns (uint256) {
        (uint256 seat, , uint256 weight) = _seatOf(setId, accused.validatorId, accused.seat);
        return seat == SEATS ? 0 : Penalties.shareUp(weight, oracle.setWeight(setId));
    }

    /// @dev Signer of the report, its validator and its weight in the round's set; reverts unless this fork's oracle
    /// verified a report of that seat for that round: accepted for the price, or credited late.
    function _acceptedSigner(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs
    ) internal view returns (IValidatorRegistry.Suspect memory, uint256 weight) {
        IPriceOracle.RoundHeader memory header = _header(report.round);
        require(report.setId == header.setId, Slasher_WrongSet(report.setId, header.setId));
        (IValidatorRegistry.Suspect memory accused, address signer) = _accusedOf(report, r, vs);

        uint256 seat;
        address seated;
        (seat, seated, weight) = _seatOf(report.setId, accused.validatorId, accused.seat);
        require(seat != SEATS, Slasher_NotSeated(accused.validatorId, report.setId));
        require(signer == seated, Slasher_RetiredKey(signer, seated));
        bool isInRound = ((header.signers | header.late) >> seat) & 1 == 1;
        require(isInRound, Slasher_NotInRound(accused.validatorId, report.round));
        return (accused, weight);
    }

    /// @dev Seat of a validator in a set, SEATS when it has none. `likelySeat` saves the search: seats are kept while seated.
    function _seatOf(
        uint32 setId,
        uint32 validatorId,
        uint256 likelySeat
    ) internal view returns (uint256 seat, address signer, uint256 weight) {
        // The likely seat first, then all in order; a validator without one starts at the first.
        for (uint256 i = 0; i <= SEATS; ++i) {
            seat = i == 0 ? likelySeat : i - 1;
            if (seat >= SEATS) continue;
            uint32 occupant;
            (signer, weight, occupant) = oracle.seatAt(setId, seat);
            if (occupant == validatorId) return (seat, signer, weight);
        }
        return (SEATS, address(0), 0);
    }

    function _header(uint64 round) internal view returns (IPriceOracle.RoundHeader memory header) {
        bool isKept;
        (isKept, header) = oracle.tryRoundHeader(round);
        require(isKept, Slasher_RoundNotKept(round));
    }

    function _roundPrice(uint256 feed, uint64 round) internal view returns (IPriceOracle.RoundPrice memory kept) {
        bool isKept;
        (isKept, kept) = oracle.tryRoundPrice(feed, round);
        require(isKept, Slasher_RoundNotKept(round));
    }

    /// @dev The one validator behind both reports.
    function _equivocator(
        PriceReport calldata first,
        bytes32 firstR,
        bytes32 firstVs,
        PriceReport calldata second,
        bytes32 secondR,
        bytes32 secondVs
    ) internal view returns (IValidatorRegistry.Suspect memory accused) {
        address firstSigner;
        (accused, firstSigner) = _accusedOf(first, firstR, firstVs);
        address secondSigner = _recover(second, secondR, secondVs);
        if (firstSigner == secondSigner) return accused;
        uint32 secondId = registry.validatorOf(secondSigner);
        require(secondId != 0, Slasher_UnknownSigner(secondSigner));
        require(accused.validatorId == secondId, Slasher_DifferentValidators(accused.validatorId, secondId));
    }

    function _accusedOf(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs
    ) internal view returns (IValidatorRegistry.Suspect memory accused, address signer) {
        signer = _recover(report, r, vs);
        accused = registry.suspectOf(signer);
        require(accused.validatorId != 0, Slasher_UnknownSigner(signer));
    }

    function _recover(PriceReport calldata report, bytes32 r, bytes32 vs) internal view returns (address signer) {
        bytes32 s = vs & bytes32(uint256(type(int256).max));
        require(uint256(s) <= _HALF_ORDER, Slasher_MalleableSignature(s, bytes32(_HALF_ORDER)));
        bytes32 digest = MessageHashUtils.toTypedDataHash(_domainSeparator(), PriceReportLib.structHash(report));
        signer = ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, s);
        require(signer != address(0), Slasher_UnknownSigner(signer));
    }

    /// @dev The oracle's domain. Built each time: after a split of the chain a kept one would serve the wrong side.
    function _domainSeparator() internal view returns (bytes32) {
        return keccak256(abi.encode(_DOMAIN_TYPE_HASH, _NAME_HASH, _VERSION_HASH, block.chainid, address(oracle)));
    }

    /// @dev Distance of `price` from `reference`, in parts per million of the latter, rounded down: for the accused.
    function _offPpm(uint256 price, uint256 median) internal pure returns (uint256) {
        return ((price > median ? price - median : median - price) * 1e6) / median;
    }
}
