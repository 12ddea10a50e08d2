// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IFlashLiquidator } from "../interfaces/IFlashLiquidator.sol";
import { BookId, toBookId } from "../shared/BookId.sol";
import { ledgerUnitOf } from "../shared/LedgerUnit.sol";

/// @title Flash liquidator
/// @notice See {IFlashLiquidator}.
contract FlashLiquidator is IFlashLiquidator, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    IClearinghouse public immutable house;
    uint32 private _lastSubId;

    constructor(IClearinghouse house_) {
        require(address(house_) != address(0), FlashLiquidator_ZeroAddress());
        house = house_;
    }

    /// @inheritdoc IFlashLiquidator
    function liquidate(Plan calldata plan) external nonReentrant returns (uint256 taken, uint256 profit) {
        IClearingRecords.MarketParams memory params = house.marketParams(plan.id.market());
        IERC20 token = IERC20(params.collateral);
        BookId into = nextBook(plan.id.market(), plan.id.expiry());
        ++_lastSubId;

        uint256 capital = plan.capital == 0 ? 0 : _bring(token, plan.capital);
        if (capital != 0) house.fund(into, capital);
        (taken, ) = house.bid(plan.id, into, plan.share, plan.minimumPayment);
        if (plan.fills.length != 0) house.fillQuotes(_asOwn(plan.fills, into, keccak256(abi.encode(params))));

        IClearingRecords.BookView memory book = house.book(into);
        require(book.legs.length == 0, FlashLiquidator_LegsLeft(into, book.legs.length));
        uint256 needed = capital + plan.minimumProfit;
        require(book.cash >= needed, FlashLiquidator_ProfitTooSmall(book.cash, needed));
        profit = book.cash - capital;
        house.defund(into, book.cash, address(this));

        emit Liquidated(msg.sender, plan.id, into, taken, profit);

        house.withdraw(address(token), book.cash, msg.sender);
    }

    /// @inheritdoc IFlashLiquidator
    function nextBook(uint256 market, uint256 expiry) public view returns (BookId) {
        return toBookId(address(this), market, expiry, uint256(_lastSubId) + 1);
    }

    /// @dev Pulls capital of the caller into the free balance. @return arrived What a token with a fee left of it, ledger units.
    function _bring(IERC20 token, uint256 units) private returns (uint256 arrived) {
        (, uint256 scale) = ledgerUnitOf(IERC20Metadata(address(token)).decimals());
        uint256 held = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), units * scale);
        uint256 received = Math.min(Math.saturatingSub(token.balanceOf(address(this)), held) / scale, units);
        require(received != 0, FlashLiquidator_NothingArrived(units, received));

        uint256 free = house.freeBalance(address(this), address(token));
        token.forceApprove(address(house), received * scale);
        house.deposit(address(token), received, address(this));
        arrived = house.freeBalance(address(this), address(token)) - free;
    }

    /// @dev The fills, into the book of this call.
    function _asOwn(
        IClearingRecords.Fill[] calldata given,
        BookId into,
        bytes32 marketHash
    ) private view returns (IClearingRecords.Fill[] memory fills) {
        fills = given;
        for (uint256 i; i < fills.length; ++i) {
            bool isHere = fills[i].quote.marketHash == marketHash && fills[i].quote.expiry == into.expiry();
            require(isHere, FlashLiquidator_WrongQuote(i));
            fills[i].takerOwner = address(this);
            fills[i].takerSubId = uint32(into.subId());
        }
    }
}
