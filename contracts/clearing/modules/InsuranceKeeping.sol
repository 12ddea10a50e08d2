// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { MarketAlarm } from "../../shared/MarketAlarm.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { AccountCursor, Context, Flow, Reserve, Tranche, expiryKey } from "../libraries/ClearingState.sol";
import { Expiry, MarketAccount, Phase } from "../libraries/ClearingWords.sol";
import { MarketFlow } from "../libraries/MarketFlow.sol";

/// @title Keeping insurance
/// @notice Who pays what a book cannot: insurance of its market, at most half of what is unreserved for one expiry; then the
/// backstop's tranche, the same way; never another market (law 6).
abstract contract InsuranceKeeping is ClearingBase {
    using MarketFlow for Flow;

    /// @dev Sets insurance and tranche aside for an expiry: at its first draw, or when it closed. What its flagged books had one
    /// by one is part of that from now on.
    function _setAside(Context memory context, uint256 expiry) internal {
        bool isOwn = expiry == context.expiry;
        uint256 key = expiryKey(context.market, expiry);
        Expiry series = isOwn ? context.series : _state.expiries[key];
        if (series.phase() != Phase.Open) return;
        Reserve memory reserve = _state.reserves[key];
        MarketAccount account = context.account.word;
        uint256 reserved = account.reserved() - reserve.flagged;
        // Nothing open, nothing to make good.
        bool isOpen = series.pairs() != 0;
        uint256 share = isOpen ? (account.insurance() - reserved) / 2 : 0;
        reserve.reserved = uint64(share);
        reserve.tranche = isOpen ? uint64(_trancheShare(context.market)) : 0;
        reserve.flagged = 0;
        context.account.word = account.withReserved(reserved + share);
        _state.reserves[key] = reserve;
        series = series.withPhase(Phase.Reserved);
        if (isOwn) context.series = series;
        else _state.expiries[key] = series;

        emit InsuranceSetAside(context.market, expiry, share, reserve.tranche);
    }

    /// @dev Half of the unreserved tranche, reserved from now on.
    function _trancheShare(uint256 market) private returns (uint256 share) {
        Tranche storage tranche = _state.tranches[market];
        (uint80 amount, uint80 reserved) = (tranche.amount, tranche.reserved);
        share = (amount - reserved) / 2;
        if (share != 0) tranche.reserved = reserved + uint80(share);
    }

    /// @dev Takes up to `wanted` out of what is set aside of insurance for the expiry. The market's own alarm follows.
    function _drawInsurance(
        AccountCursor memory account,
        uint256 market,
        uint256 key,
        uint256 wanted
    ) internal returns (uint256 drawn) {
        Reserve memory reserve = _state.reserves[key];
        drawn = Math.min(wanted, reserve.reserved - reserve.drawn);
        if (drawn == 0) return 0;
        reserve.drawn += uint64(drawn);
        _state.reserves[key] = reserve;
        MarketAccount word = account.word;
        uint256 left = word.insurance() - drawn;
        uint256 lately = _state.flows[market].addDraw(drawn);
        word = word.withInsurance(left).withReserved(word.reserved() - drawn);
        Level level = MarketAlarm.ofDraws(lately, left);
        account.word = word.withAlarm(level, block.timestamp, MarketAlarm.DRAWN_SECONDS);
    }

    /// @dev Takes up to `wanted` out of what is set aside of the backstop's tranche for the expiry.
    function _drawTranche(uint256 market, uint256 expiry, uint256 wanted) internal returns (uint256 drawn) {
        Reserve storage reserve = _state.reserves[expiryKey(market, expiry)];
        drawn = Math.min(wanted, reserve.tranche);
        if (drawn == 0) return 0;
        reserve.tranche -= uint64(drawn);
        Tranche storage tranche = _state.tranches[market];
        tranche.amount -= uint80(drawn);
        tranche.reserved -= uint80(drawn);

        emit TrancheDrawn(tranche.provider, market, expiry, drawn);
    }

    /// @dev Debt that neither covers: the market tightens for a day.
    function _raiseUnbacked(AccountCursor memory account) internal view {
        account.word = account.word.withAlarm(Level.ReduceOnly, block.timestamp, MarketAlarm.DRAWN_SECONDS);
    }

    /// @dev What was set aside and not drawn is the market's, and the backstop's, again.
    function _release(AccountCursor memory account, uint256 market, uint256 key) internal {
        Reserve memory reserve = _state.reserves[key];
        uint256 left = reserve.reserved - reserve.drawn;
        if (left != 0) account.word = account.word.withReserved(account.word.reserved() - left);
        if (reserve.tranche != 0) _state.tranches[market].reserved -= reserve.tranche;
        if (left == 0 && reserve.tranche == 0) return;
        _state.reserves[key] = Reserve(reserve.drawn, reserve.drawn, 0, reserve.flagged);
    }
}
