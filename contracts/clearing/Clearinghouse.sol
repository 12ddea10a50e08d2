// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC5267 } from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import { IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { Multicall } from "@openzeppelin/contracts/utils/Multicall.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IClearingViews } from "../interfaces/IClearingViews.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRisk } from "../interfaces/IRisk.sol";
import { BookId, splitId } from "../shared/BookId.sol";
import { CollateralKind } from "../shared/ClearingTypes.sol";
import { LegWord } from "../shared/LegWord.sol";
import { SeriesId } from "../shared/SeriesId.sol";
import { Custody } from "./Custody.sol";
import { Markets } from "./Markets.sol";
import { Book, BookWords } from "./libraries/BookWords.sol";
import { State } from "./libraries/ClearingState.sol";
import { MarketConfig } from "./libraries/ClearingWords.sol";
import { OpenInterest } from "./libraries/OpenInterest.sol";
import { SeriesNames } from "./libraries/SeriesNames.sol";
import { ViewModule } from "./modules/ViewModule.sol";

/// @title Clearinghouse
/// @notice See {IClearinghouse}. One immutable singleton: storage, custody, markets and longs are here; books, moves, fills,
/// liquidation, settlement and most views are modules, contracts whose code runs on this storage by delegatecall. Their addresses are fixed
/// at deployment; together they would be larger than a contract may be.
contract Clearinghouse is Custody, Markets, Multicall, IERC6909Metadata {
    using BookWords for State;

    /// @notice Where the code of the functions below lies.
    struct Modules {
        address books;
        address moves;
        address fills;
        address settlement;
        address liquidation;
    }

    /// @dev Sizes have six decimals.
    uint8 private constant _SIZE_DECIMALS = 6;

    address public immutable bookModule;
    address public immutable moveModule;
    address public immutable fillModule;
    address public immutable settlementModule;
    address public immutable liquidationModule;
    address public immutable viewModule;

    constructor(
        IPriceOracle oracle_,
        address rewardPot_,
        address authority,
        Modules memory modules
    ) Custody(rewardPot_) Markets(oracle_, authority) {
        bookModule = _withCode(modules.books);
        moveModule = _withCode(modules.moves);
        fillModule = _withCode(modules.fills);
        settlementModule = _withCode(modules.settlement);
        liquidationModule = _withCode(modules.liquidation);
        viewModule = address(new ViewModule()); // knows nobody, so there is nothing to tell it
    }

    // Books

    /// @inheritdoc IClearinghouse
    function fund(BookId, uint256) external {
        _run(bookModule);
    }

    /// @inheritdoc IClearinghouse
    function defund(BookId, uint256, address) external {
        _run(bookModule);
    }

    /// @inheritdoc IClearinghouse
    function mint(BookId, LegAmount[] calldata, address) external {
        _run(bookModule);
    }

    /// @inheritdoc IClearinghouse
    function burn(BookId, LegAmount[] calldata) external {
        _run(bookModule);
    }

    /// @inheritdoc IClearinghouse
    function depositLong(BookId, uint256, uint256) external {
        _run(bookModule);
    }

    /// @inheritdoc IClearinghouse
    function withdrawLong(BookId, uint256, uint256, address) external {
        _run(bookModule);
    }

    // Moves

    /// @inheritdoc IClearinghouse
    function splitBook(BookId, address, uint256, uint256) external returns (BookId) {
        _run(moveModule);
    }

    /// @inheritdoc IClearinghouse
    function transferBook(BookId, address, uint32) external returns (BookId) {
        _run(moveModule);
    }

    // Fills

    /// @inheritdoc IClearinghouse
    function fillQuotes(Fill[] calldata) external {
        _run(fillModule);
    }

    /// @inheritdoc IClearinghouse
    function cancelQuotes(uint64[] calldata) external {
        _run(fillModule);
    }

    /// @inheritdoc IClearinghouse
    function cancelBefore(uint256) external {
        _run(fillModule);
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        _look(fillModule);
    }

    // Liquidation

    /// @inheritdoc IClearinghouse
    function flag(BookId) external {
        _run(liquidationModule);
    }

    /// @inheritdoc IClearinghouse
    function unflag(BookId) external {
        _run(liquidationModule);
    }

    /// @inheritdoc IClearinghouse
    function bid(BookId, BookId, uint256, uint256) external returns (uint256, uint256) {
        _run(liquidationModule);
    }

    /// @inheritdoc IClearinghouse
    function absorb(BookId) external returns (BookId) {
        _run(liquidationModule);
    }

    /// @inheritdoc IClearinghouse
    function lockTranche(uint256, uint256) external {
        _run(liquidationModule);
    }

    /// @inheritdoc IClearinghouse
    function releaseTranche(uint256, uint256) external {
        _run(liquidationModule);
    }

    // Settlement

    /// @inheritdoc IClearinghouse
    function settleExpiry(uint256, uint256, uint64) external {
        _run(settlementModule);
    }

    /// @inheritdoc IClearinghouse
    function settleBooks(BookId[] calldata) external {
        _run(settlementModule);
    }

    /// @inheritdoc IClearinghouse
    function redeem(uint256, uint256) external returns (uint256) {
        _run(settlementModule);
    }

    /// @inheritdoc IClearinghouse
    function recordWitness(uint256, uint256, uint256, uint80) external {
        _run(settlementModule);
    }

    /// @inheritdoc IClearinghouse
    function postSettlementPrice(uint256, uint256, uint64, uint32, uint8[] calldata, bytes[] calldata) external {
        _run(settlementModule);
    }

    /// @inheritdoc IClearinghouse
    function challengeSettlementPrice(uint256, uint256) external {
        _run(settlementModule);
    }

    // Rights

    /// @inheritdoc IClearinghouse
    function setManager(address manager, uint256 rights) external {
        require(manager != address(0), Clearinghouse_ZeroAddress());
        _state.rights[msg.sender][manager] = rights;
        emit ManagerSet(msg.sender, manager, rights);
    }

    /// @inheritdoc IClearinghouse
    function managerRights(address owner, address manager) external view returns (uint256) {
        return _state.rights[owner][manager];
    }

    /// @inheritdoc IClearinghouse
    function openInterest(uint256 seriesId) external view returns (uint256) {
        (, uint256 market, uint256 expiry, uint256 strike, bool isCall) = SeriesId.unpack(seriesId);
        uint256 step = _state.parameters[market].strikeStep();
        if (step == 0 || strike % step != 0) return 0;
        return OpenInterest.sizeOf(_state, market, expiry, strike / step, isCall);
    }

    /// @inheritdoc IClearinghouse
    function book(BookId id) external view returns (BookView memory shown) {
        Book memory stored;
        _state.load(stored, id);
        shown.cash = stored.cash;
        shown.tips = stored.tips;
        shown.state = uint256(stored.state);
        shown.legs = new LegView[](stored.legs.count);
        for (uint256 i; i < stored.legs.count; ++i) {
            uint256 leg = stored.legs.words[i];
            shown.legs[i] = LegView(uint40(LegWord.strikeOf(leg)), LegWord.isCallOf(leg), int96(LegWord.sizeOf(leg)));
        }
    }

    /// @inheritdoc IClearinghouse
    function nextSplit(BookId id, address toOwner) external view returns (BookId) {
        return splitId(id, toOwner, _state.splits[id.owner()] + 1);
    }

    /// @inheritdoc IClearinghouse
    function filledAmount(address maker, uint64 nonce) external view returns (uint256) {
        return (_state.filled[maker][nonce / 4] >> (64 * (nonce % 4))) & type(uint64).max;
    }

    // Views of margin, previews and settlement

    /// @inheritdoc IClearingViews
    function requirement(BookId) external view returns (RequirementView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function requirementOf(uint256, uint256, LegView[] calldata) external view returns (RequirementView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function readingOf(uint256, uint256) external view returns (bool, IRisk.Reading memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function equity(BookId) external view returns (int256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function maxLoss(BookId) external view returns (uint256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function maxDefund(BookId) external view returns (uint256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function previewMint(BookId, LegAmount[] calldata) external view returns (MintPreview memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function previewWithdraw(address, uint256) external view returns (uint256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function previewRedeem(address, uint256, uint256) external view returns (uint256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function receiptOf(address, uint256, uint256) external view returns (ReceiptView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function auction(BookId) external view returns (AuctionView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function isLiquidatable(BookId) external view returns (bool) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function trancheOf(uint256) external view returns (TrancheView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function marketCount() external view returns (uint256) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function marketState(uint256) external view returns (MarketView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function expiryState(uint256, uint256) external view returns (ExpiryView memory) {
        _look(viewModule);
    }

    /// @inheritdoc IClearingViews
    function liveSeries(uint256, uint256) external view returns (SeriesView[] memory) {
        _look(viewModule);
    }

    // Longs

    /// @notice "ETH-USD 27MAR26 3000 capped call 6000"; empty for an id of no market.
    function name(uint256 id) public view returns (string memory) {
        (bool isId, uint256 market, uint256 expiry, uint256 strike, bool isCall) = SeriesId.unpack(id);
        MarketConfig config = _state.configs[market];
        if (!isId || !config.exists()) return "";
        return
            SeriesNames.nameOf(
                oracle.feedDescription(config.feed()),
                expiry,
                strike,
                isCall,
                config.kind() == CollateralKind.Quote,
                _state.parameters[market].capBps()
            );
    }

    /// @notice The same as the name: a series has no shorter one.
    function symbol(uint256 id) external view returns (string memory) {
        return name(id);
    }

    /// @notice Six for every series.
    function decimals(uint256) external pure returns (uint8) {
        return _SIZE_DECIMALS;
    }

    function _insurerOf(uint256 market) internal view override returns (address) {
        return _insurer(market);
    }

    function _withCode(address module) private view returns (address) {
        require(module.code.length != 0, Clearinghouse_ZeroAddress());
        return module;
    }

    /// @dev Runs this call's own data as code of `module` on this contract's storage and ends the call with its answer. In
    /// Solidity: `(bool ok, bytes memory answer) = module.delegatecall(msg.data)`, then return or revert with `answer`;
    /// written out because only this ends the calling function, whatever it returns, without decoding.
    function _run(address module) private {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let ok := delegatecall(gas(), module, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            switch ok
            case 0 {
                revert(free, returndatasize())
            }
            default {
                return(free, returndatasize())
            }
        }
    }

    /// @dev The same for a view. Solidity allows no delegatecall in one, for the callee might write; so the pointer is cast. What
    /// is run is a view there too, and a caller's STATICCALL lets nothing be written anyway.
    function _look(address module) private view {
        function(address) internal run = _run;
        function(address) internal view look;
        assembly ("memory-safe") {
            look := run
        }
        look(module);
    }
}
