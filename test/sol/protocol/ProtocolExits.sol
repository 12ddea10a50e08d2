// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { Phase } from "../../../contracts/clearing/libraries/ClearingWords.sol";
import { IRewardPot } from "../../../contracts/interfaces/IRewardPot.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { EXPIRIES, MARKETS, STRIKES, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolLiquidators } from "./ProtocolLiquidators.sol";
import { RELAYER } from "./ProtocolWorld.sol";

/// @notice S14: every exit that the laws promise, tried in the state the world is in and then taken back.
abstract contract ProtocolExits is ProtocolLiquidators {
    /// @dev What failed is carried over the way back in memory.
    function _s14_exitsAreOpen(uint256 seed) internal {
        BookId id = books[seed % books.length];
        uint256 snapshot = vm.snapshotState();
        string memory failed = _tryExits(id, seed >> 8);
        vm.revertToStateAndDelete(snapshot);
        if (bytes(failed).length != 0) _require(false, failed);
    }

    function _tryExits(BookId id, uint256 seed) private returns (string memory) {
        if (!_tryMoney(id)) return "S14: free balance moves in and out";
        if (!_tryClosing(id, seed)) return "S14: shorts close against longs";
        if (!_tryTaking(id)) return "S14: cash above maximum loss leaves";
        if (!_trySplitting(id)) return "S14: a fully funded book splits";
        if (!_trySettling(seed)) return "S14: a week after its expiry everything is priced";
        if (!_tryLeaving(id, seed)) return "S14: settled books and priced longs are paid";
        return "";
    }

    function _tryMoney(BookId id) private returns (bool) {
        address owner = id.owner();
        address token = _token(id.market());
        uint256 free = world.house.freeBalance(owner, token);
        if (free == 0) return true;
        vm.prank(owner);
        try world.house.fund(id, 1) {} catch {
            return false;
        }
        if (free == 1) return true;
        vm.prank(owner);
        try world.house.withdraw(token, free - 1, owner) {} catch {
            return false;
        }
        IRewardPot(rooms.pot).payTips(RELAYER);
        return true;
    }

    function _tryClosing(BookId id, uint256 seed) private returns (bool) {
        IClearingRecords.LegView[] memory legs = world.house.book(id).legs;
        if (legs.length == 0 || clock >= id.expiry()) return true;
        IClearingRecords.LegView memory leg = legs[seed % legs.length];
        uint256 series = _idOf(id.market(), _eOf(id), leg.strike, leg.isCall);
        uint256 held = world.house.balanceOf(id.owner(), series);
        if (held == 0) return true;
        if (leg.size >= 0 && _isFlagged(id)) return true;
        vm.prank(id.owner());
        if (leg.size >= 0) {
            try world.house.depositLong(id, series, held) {} catch {
                return false;
            }
            return true;
        }
        uint256 most = uint256(int256(-leg.size)) < held ? uint256(int256(-leg.size)) : held;
        IClearingRecords.LegAmount[] memory wanted = new IClearingRecords.LegAmount[](1);
        wanted[0] = IClearingRecords.LegAmount(leg.strike, leg.isCall, uint64(most));
        try world.house.burn(id, wanted) {} catch {
            return false;
        }
        return true;
    }

    function _tryTaking(BookId id) private returns (bool) {
        uint256 cash = world.house.book(id).cash;
        uint256 needed = world.house.maxLoss(id);
        if (cash <= needed) return true;
        if (_isFlagged(id)) {
            try world.house.unflag(id) {} catch {
                return false;
            }
        }
        vm.prank(id.owner());
        try world.house.defund(id, cash - needed, id.owner()) {} catch {
            return false;
        }
        return true;
    }

    function _trySplitting(BookId id) private returns (bool) {
        IClearingRecords.BookView memory book = world.house.book(id);
        if (book.legs.length == 0 || book.cash < world.house.maxLoss(id) || _isFlagged(id)) return true;
        vm.prank(id.owner());
        try world.house.splitBook(id, id.owner(), 1, 1) {} catch {
            return false;
        }
        return true;
    }

    function _trySettling(uint256 seed) private returns (bool) {
        uint256 market = 1 + (seed % MARKETS);
        for (uint256 e; e < EXPIRIES; ++e) {
            if (clock < _expiry(e) + 7 days) continue;
            Phase phase = Phase(_state(market, e).phase);
            if (phase == Phase.Unlisted || phase == Phase.Priced) continue;
            try world.house.settleExpiry(market, _expiry(e), _pointer(e)) {} catch {
                return false;
            }
        }
        return true;
    }

    /// @dev Of an expiry that has a price.
    function _tryLeaving(BookId id, uint256 seed) private returns (bool) {
        (uint256 market, uint256 e) = (id.market(), _eOf(id));
        IClearingViews.ExpiryView memory pot = _state(market, e);
        if (pot.price == 0) return true;
        BookId[] memory ids = new BookId[](1);
        ids[0] = id;
        world.house.settleBooks(ids);
        if (world.house.book(id).legs.length != 0) return false;
        uint256 series = _series(market, e, seed % (2 * STRIKES));
        uint256 held = world.house.balanceOf(id.owner(), series);
        vm.prank(id.owner());
        try world.house.redeem(series, held) {} catch {
            return false;
        }
        return true;
    }
}
