// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC6909 } from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { BookId } from "../shared/BookId.sol";
import {
    Context,
    EXPIRY_SECOND,
    MAXIMUM_TENOR,
    State,
    Token,
    balanceKey,
    expiryKey
} from "./libraries/ClearingState.sol";

/// @title Base of the Clearinghouse
/// @notice Storage, rights and loading that the Clearinghouse and its modules share. The variables of this contract come
/// first in every one of them, so a module called by delegatecall finds the Clearinghouse's own.
abstract contract ClearingBase is ERC6909, ReentrancyGuardTransient, IClearingRecords {
    /// @notice Mint, burn, move longs into and out of books, take quotes.
    uint256 public constant RIGHT_TRADE = 1;
    /// @notice Take cash out of books, into the owner's free balance.
    uint256 public constant RIGHT_DEFUND = 2;
    /// @notice Put books into the owner's hands.
    uint256 public constant RIGHT_RECEIVE = 4;

    State internal _state;

    /// @dev The owner himself, or a manager with the right.
    function _requireRight(address owner, uint256 right) internal view {
        require(
            msg.sender == owner || _state.rights[owner][msg.sender] & right != 0,
            Clearinghouse_Unauthorized(msg.sender, owner, right)
        );
    }

    /// @dev Any day's 08:00 UTC; how far ahead it may lie is a matter of opening.
    function _load(uint256 market, uint256 expiry) internal view returns (Context memory context) {
        _requireMarket(market);
        require(
            expiry % 1 days == EXPIRY_SECOND,
            Clearinghouse_BadExpiry(expiry, block.timestamp, block.timestamp + MAXIMUM_TENOR)
        );
        context.market = market;
        context.expiry = expiry;
        context.config = _state.configs[market];
        context.parameters = _state.parameters[market];
        context.account = _state.accounts[market];
        context.oldNotional = context.account.openNotional;
        context.series = _state.expiries[expiryKey(market, expiry)];
        context.oldExpiryNotional = context.series.openNotional;
    }

    /// @dev Writes what trading moves. The global sum follows the market's.
    function _store(Context memory context) internal {
        _state.accounts[context.market] = context.account;
        _storeExpiry(context);
        if (context.account.openNotional != context.oldNotional) {
            _state.openNotional = uint64(_state.openNotional + context.account.openNotional - context.oldNotional);
        }
    }

    function _storeExpiry(Context memory context) internal {
        _state.expiries[expiryKey(context.market, context.expiry)] = context.series;
    }

    function _requireMarket(uint256 market) internal view {
        require(market != 0 && market <= _state.marketCount, Clearinghouse_UnknownMarket(market, _state.marketCount));
    }

    function _tokenIndex(address token) internal view returns (uint256 index) {
        index = _state.tokenIndexOf[token];
        require(index != 0, Clearinghouse_UnknownToken(token));
    }

    /// @dev Token units in a ledger unit.
    function _scale(Token storage record) internal view returns (uint256) {
        return 10 ** uint256(record.tokenDecimals - record.unitDecimals);
    }

    /// @dev Token units that `amount` ledger units are paid with while `balance` are here. A token that shrank pays everybody the
    /// same share (law 6), rounded down.
    function _paidDown(Token storage record, uint256 amount, uint256 balance) internal view returns (uint256 paid) {
        paid = amount * _scale(record);
        uint256 total = record.owed * _scale(record);
        if (balance < total) paid = Math.mulDiv(paid, balance, total);
    }

    function _credit(address owner, uint256 tokenIndex, uint256 amount) internal {
        _state.freeBalances[balanceKey(owner, tokenIndex)] += amount;
    }

    function _debit(address owner, uint256 tokenIndex, uint256 amount) internal {
        uint256 key = balanceKey(owner, tokenIndex);
        uint256 available = _state.freeBalances[key];
        require(
            available >= amount,
            Clearinghouse_InsufficientBalance(owner, _state.tokens[tokenIndex].token, amount, available)
        );
        unchecked {
            _state.freeBalances[key] = available - amount;
        }
    }

    function _expired(BookId id) internal view returns (bool) {
        return block.timestamp >= id.expiry();
    }
}
