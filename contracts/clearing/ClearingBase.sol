// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC6909 } from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { BookId } from "../shared/BookId.sol";
import { Level } from "../shared/OracleTypes.sol";
import {
    AccountCursor,
    Context,
    EXPIRY_SECOND,
    MAXIMUM_TENOR,
    State,
    Token,
    balanceKey,
    expiryKey
} from "./libraries/ClearingState.sol";
import { Expiry, MarketAccount, MarketConfig } from "./libraries/ClearingWords.sol";

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

    /// @dev What is fixed of a market; a context for exits needs no more.
    function _loadMarket(Context memory context, uint256 market, uint256 expiry) internal view {
        MarketConfig config = _configOf(market);
        _requireExpirySecond(expiry);
        context.market = market;
        context.expiry = expiry;
        context.config = config;
        context.parameters = _state.parameters[market];
        context.terms.kind = config.kind();
        context.terms.unitDecimals = config.unitDecimals();
        context.terms.capBps = context.parameters.capBps();
    }

    /// @dev With what trading moves.
    function _load(Context memory context, uint256 market, uint256 expiry) internal view {
        _loadMarket(context, market, expiry);
        context.account.word = _state.accounts[market];
        context.account.original = context.account.word;
        context.series = _state.expiries[expiryKey(market, expiry)];
        context.oldSeries = context.series;
    }

    /// @dev Writes what trading moves. The global sum follows the market's.
    function _store(Context memory context) internal {
        AccountCursor memory account = context.account;
        if (MarketAccount.unwrap(account.word) != MarketAccount.unwrap(account.original)) {
            _state.accounts[context.market] = account.word;
            uint256 notional = account.word.openNotional();
            uint256 oldNotional = account.original.openNotional();
            unchecked {
                // The sum of what every market holds.
                if (notional != oldNotional) _state.openNotional += notional - oldNotional;
            }
            account.original = account.word;
        }
        if (Expiry.unwrap(context.series) != Expiry.unwrap(context.oldSeries)) {
            _state.expiries[expiryKey(context.market, context.expiry)] = context.series;
        }
    }

    function _configOf(uint256 market) internal view returns (MarketConfig config) {
        config = _state.configs[market];
        // Not `require`: its arguments would be read on success too.
        if (!config.exists()) revert Clearinghouse_UnknownMarket(market, _state.marketCount);
    }

    /// @dev Any day's 08:00 UTC; how far ahead it may lie is a matter of opening.
    function _requireExpirySecond(uint256 expiry) internal view {
        require(
            expiry % 1 days == EXPIRY_SECOND,
            Clearinghouse_BadExpiry(expiry, block.timestamp, block.timestamp + MAXIMUM_TENOR)
        );
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
        if (available < amount) {
            revert Clearinghouse_InsufficientBalance(owner, _state.tokens[tokenIndex].token, amount, available);
        }
        unchecked {
            _state.freeBalances[key] = available - amount;
        }
    }

    /// @dev What the market's own rows of the trigger table ask for now.
    function _alarmOf(uint256 market) internal view returns (Level) {
        return _state.accounts[market].alarmAt(block.timestamp);
    }

    function _expired(BookId id) internal view returns (bool) {
        return block.timestamp >= id.expiry();
    }
}
