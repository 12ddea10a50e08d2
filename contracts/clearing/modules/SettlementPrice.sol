// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { IWitnessRouter } from "../../interfaces/IWitnessRouter.sol";
import { Terms } from "../../shared/ClearingTypes.sol";
import { Payoff } from "../../shared/Payoff.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { Challenge, Context, Signed, expiryKey } from "../libraries/ClearingState.sol";
import { Phase } from "../libraries/ClearingWords.sol";
import { OpenInterest } from "../libraries/OpenInterest.sol";
import { SettlementFacts } from "../libraries/SettlementFacts.sol";
import { Facts, Rung, SettlementLadder } from "../libraries/SettlementLadder.sol";

/// @title Settlement prices
/// @notice What the ladder decides on: the oracle's marks, proven witnesses and signed prices.
abstract contract SettlementPrice is ClearingBase, EIP712 {
    /// @dev Gas for a read of the oracle in the last rung, many times what it needs.
    uint256 private constant _ORACLE_GAS = 1_000_000;
    uint256 private constant _LARGEST_BOND = 10_000;
    bytes32 private constant _PRICE_TYPE_HASH = keccak256(
        "SettlementPrice(uint8 feed,uint32 expiry,uint64 price,uint32 setId)"
    );

    IPriceOracle private immutable _oracle;
    IWitnessRouter private immutable _witnessRouter;

    constructor(IPriceOracle oracle_, IWitnessRouter witnessRouter_) EIP712("Ballast Clearinghouse", "1") {
        _oracle = oracle_;
        _witnessRouter = witnessRouter_;
    }

    /// @dev See {IClearinghouse}.
    function recordWitness(uint256 feed, uint256 expiry, uint256 source, uint80 roundId) external nonReentrant {
        uint256 closes = expiry + SettlementLadder.FOURTH_RUNG_OPENS;
        require(
            block.timestamp > expiry && block.timestamp < closes,
            Clearinghouse_WitnessClosed(expiry, block.timestamp, closes)
        );
        (bool ok, uint64 price, uint64 updatedAt, ) = _witnessRouter.tryPriceAt(feed, source, roundId, uint64(expiry));
        require(
            ok && price != 0 && updatedAt + _witnessRouter.sourceAt(feed, source).heartbeat >= expiry,
            Clearinghouse_BadWitness(feed, source, roundId)
        );

        _state.witnesses[expiryKey(feed, expiry)][source] = price;

        emit WitnessKept(feed, expiry, source, price);
    }

    /// @dev See {IClearinghouse}.
    function postSettlementPrice(
        uint256 market,
        uint256 expiry,
        uint64 price,
        uint32 setId,
        uint8[] calldata seats,
        bytes[] calldata signatures
    ) external nonReentrant {
        Context memory context;
        _loadMarket(context, market, expiry);
        uint256 closes = expiry + SettlementLadder.SIGNING_CLOSES;
        require(
            price != 0 && block.timestamp >= expiry + SettlementLadder.THIN_WINDOW_OPENS && block.timestamp < closes,
            Clearinghouse_SigningClosed(expiry, block.timestamp, closes)
        );
        Signed storage signed = _state.signed[expiryKey(market, expiry)];
        require(signed.postedAt == 0, Clearinghouse_AlreadySigned(market, expiry));
        uint256 weight = _signedWeight(context, price, setId, seats, signatures);
        // A window that exists rules; the price would never be looked at.
        (bool hasMark, IPriceOracle.Mark memory mark) = _oracle.tryMarkAt(context.config.feed(), uint64(expiry));
        require(
            !hasMark || uint256(mark.coverage) * 5 < 30 minutes,
            Clearinghouse_HasWindow(market, expiry, mark.coverage)
        );

        signed.price = price;
        signed.postedAt = uint40(block.timestamp);
        signed.poster = msg.sender;

        emit SettlementPricePosted(msg.sender, market, expiry, price, weight);
    }

    /// @dev See {IClearinghouse}.
    function challengeSettlementPrice(uint256 market, uint256 expiry) external nonReentrant {
        Context memory context;
        _load(context, market, expiry);
        uint256 key = expiryKey(market, expiry);
        Signed storage signed = _state.signed[key];
        require(
            signed.price != 0 &&
                context.series.phase() != Phase.Priced &&
                block.timestamp < signed.postedAt + SettlementLadder.CHALLENGE_SECONDS,
            Clearinghouse_NothingToChallenge(market, expiry)
        );
        Terms memory terms = context.terms;
        uint256 claims = Payoff.toUnitsUp(_claimsAt(context, signed.price), terms, signed.price);
        // Claims may be nothing at the posted price; voiding it must cost something all the same.
        uint256 bond = Math.max(Math.ceilDiv(claims, 100), context.parameters.dust());
        bond = Math.min(bond, _LARGEST_BOND * 10 ** terms.unitDecimals);

        _debit(msg.sender, context.config.tokenIndex(), bond);
        _state.challenges[key] = Challenge(msg.sender, SafeCast.toUint80(bond), signed.price);
        signed.price = 0;

        emit SettlementPriceChallenged(msg.sender, market, expiry, bond);
    }

    /// @dev The first rung that what is recorded allows. An oracle that fails for a week leaves the price of the last
    /// opening; a caller cannot starve it into failing.
    function _priceOf(Context memory context, uint64 after_) internal view returns (Rung rung, uint256 price) {
        uint256 feed = context.config.feed();
        if (block.timestamp >= context.expiry + SettlementLadder.LAST_RUNG_OPENS && !_answers(feed, context.expiry)) {
            return (Rung.LastOpening, context.series.lastPrice());
        }
        Facts memory facts = SettlementFacts.gather(_oracle, feed, context.expiry, after_);
        Signed storage signed = _state.signed[expiryKey(context.market, context.expiry)];
        facts.signedPrice = signed.price;
        facts.signedAt = signed.postedAt;
        uint64[4] storage witnesses = _state.witnesses[expiryKey(feed, context.expiry)];
        for (uint256 i; i < 4; ++i) facts.witnesses[i] = witnesses[i];
        return SettlementLadder.decide(facts);
    }

    /// @dev Payoff numerators of all open interest; at most {MAXIMUM_PAIRS} words.
    function _claimsAt(Context memory context, uint256 price) internal view returns (uint256 claims) {
        uint256 key = expiryKey(context.market, context.expiry);
        Terms memory terms = context.terms;
        for (uint256 i; i < context.series.pairs(); ++i) {
            uint256 pair = OpenInterest.pairAt(_state, key, i);
            uint256 word = _state.openInterest[(key << 32) | pair];
            for (uint256 lane; lane < 4; ++lane) {
                uint256 size = (word >> (64 * lane)) & type(uint64).max;
                if (size == 0) continue;
                uint256 strike = (2 * pair + lane / 2) * context.parameters.strikeStep();
                claims += size * Payoff.numeratorPerSize(strike, lane % 2 == 1, terms, price);
            }
        }
    }

    /// @dev The bond of a challenge goes by the final price.
    function _closeChallenge(Context memory context, uint256 price) internal {
        uint256 key = expiryKey(context.market, context.expiry);
        Challenge memory challenge = _state.challenges[key];
        if (challenge.challenger == address(0)) return;
        uint256 distance = challenge.price > price ? challenge.price - price : price - challenge.price;
        address to = distance * 50 <= price ? _state.signed[key].poster : challenge.challenger;

        delete _state.challenges[key];
        _credit(to, context.config.tokenIndex(), challenge.bond);

        emit ChallengeClosed(context.market, context.expiry, to, challenge.bond);
    }

    function _signedWeight(
        Context memory context,
        uint64 price,
        uint32 setId,
        uint8[] calldata seats,
        bytes[] calldata signatures
    ) private view returns (uint256 weight) {
        IPriceOracle.Health memory health = _oracle.health();
        require(setId == health.setId, Clearinghouse_WrongSet(setId, health.setId));
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_PRICE_TYPE_HASH, context.config.feed(), uint32(context.expiry), price, setId))
        );
        uint256 next;
        for (uint256 i; i < seats.length; ++i) {
            uint256 seat = seats[i];
            require(seat >= next && (health.mask >> seat) & 1 == 0, Clearinghouse_SeatsNotRising(i, seat));
            next = seat + 1;
            (address signer, uint64 seatWeight, ) = _oracle.seatAt(setId, seat);
            require(
                signer != address(0) && signer == ECDSA.recover(digest, signatures[i]),
                Clearinghouse_BadSignature(signer, digest)
            );
            weight += seatWeight;
        }
        require(weight * 3 > uint256(health.setWeight) * 2, Clearinghouse_NoQuorum(weight, health.setWeight));
    }

    /// @dev Both reads of the ladder come back, with something that is an answer.
    function _answers(uint256 feed, uint256 expiry) private view returns (bool) {
        uint256 needed = (2 * _ORACLE_GAS * 64) / 63 + 50_000;
        require(gasleft() >= needed, Clearinghouse_GasStarved(gasleft(), needed));
        (bool hasMark, bytes memory mark) = address(_oracle).staticcall{ gas: _ORACLE_GAS }(
            abi.encodeCall(IPriceOracle.tryMarkAt, (feed, uint64(expiry)))
        );
        (bool hasLatest, bytes memory latest) = address(_oracle).staticcall{ gas: _ORACLE_GAS }(
            abi.encodeCall(IPriceOracle.latestRoundData, (feed))
        );
        return hasMark && hasLatest && SettlementFacts.isAnswer(mark, latest);
    }
}
