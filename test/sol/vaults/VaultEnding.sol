// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC7540Redeem } from "../../../contracts/interfaces/IERC7540.sol";
import { IERC7887Deposit, IERC7887Redeem } from "../../../contracts/interfaces/IERC7887.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { VaultExits } from "./VaultExits.sol";
import { HOLDERS, VAULTS } from "./VaultWorld.sol";

/// @notice How every run ends: a week after the last expiry everybody leaves every vault, with risk and oracle dead.
abstract contract VaultEnding is VaultExits {
    /// V10.
    function finish() external {
        require(bytes(broken).length == 0, broken);
        _settleAll();
        _breakOutside();
        for (uint256 v; v < VAULTS; ++v) {
            uint256 made = ghosts[v].prices.length;
            // The last round is for the shares that the fee of the second one made.
            for (uint256 round; round < 3; ++round) _leaveAll(v);
            require(bytes(broken).length == 0, broken);
            _checkLeft(v, ghosts[v].prices.length != made);
        }
        _settleBooks();
    }

    function _leaveAll(uint256 v) private {
        if (_expiry(v) != 0 || _isWaited(v)) _close(v, STRANGER);
        for (uint256 h; h < HOLDERS; ++h) _bringHome(v, h);
        for (uint256 h; h < HOLDERS; ++h) _askForAll(v, h);
    }

    function _settleAll() private {
        _mendOutside();
        for (uint256 v; v < VAULTS; ++v) {
            uint256 expiry = _expiry(v);
            if (expiry != 0 && clock < expiry + 7 days) _pass(expiry + 7 days - clock, 2);
        }
        vm.warp(clock);
        for (uint256 v; v < VAULTS; ++v) {
            uint256 expiry = _expiry(v);
            if (expiry == 0 || _isPriced(v, expiry) || world.house.book(_bookAt(v, expiry)).legs.length == 0) continue;
            // Where nothing was told the last rung knows a price all the same.
            if (expiry % 3 != 0) _mark(expiry, price, 1_800);
            vm.prank(STRANGER);
            world.house.settleExpiry(_market(v), expiry, 0);
        }
    }

    /// @dev Everything that is his to claim, as assets and shares, at once.
    function _bringHome(uint256 v, uint256 h) private {
        address who = people[h];
        for (uint256 kind; kind < 2; ++kind) {
            Ask storage ask = ghosts[v].asks[kind][h];
            if (ask.cancelled != 0) {
                _must(
                    v,
                    who,
                    kind == DEPOSIT
                        ? abi.encodeCall(IERC7887Deposit.claimCancelDepositRequest, (0, who, who))
                        : abi.encodeCall(IERC7887Redeem.claimCancelRedeemRequest, (0, who, who))
                );
            }
            if (ask.matured != 0) {
                uint256 given = ask.matured * (kind == DEPOSIT ? _scale(v) : 1);
                string memory name =
                    kind == DEPOSIT ? "deposit(uint256,address,address)" : "redeem(uint256,address,address)";
                _must(v, who, abi.encodeWithSignature(name, given, who, who));
            } else if (ask.due != 0) {
                uint256 taken = ask.due * (kind == DEPOSIT ? 1 : _scale(v));
                string memory name =
                    kind == DEPOSIT ? "mint(uint256,address,address)" : "withdraw(uint256,address,address)";
                _must(v, who, abi.encodeWithSignature(name, taken, who, who));
            }
            (ask.cancelled, ask.matured, ask.due) = (0, 0, 0);
        }
    }

    function _askForAll(uint256 v, uint256 h) private {
        uint256 shares = vaults[v].balanceOf(people[h]);
        if (shares == 0) return;
        _must(v, people[h], abi.encodeCall(IERC7540Redeem.requestRedeem, (shares, people[h], people[h])));
        ghosts[v].shares += shares;
        ghosts[v].asks[REDEEM][h].pending += shares;
    }

    /// @dev Gifts to the vault's address, crumbs of rounding, the next starter's pay, and what virtual shares own.
    function _checkLeft(uint256 v, bool wasPriced) private view {
        Ghost storage ghost = ghosts[v];
        uint256 lies = _held(v, address(vaults[v]));
        require(lies == ghost.gifts + ghost.crumbUnits * _scale(v), "V10: nothing stays but gifts and crumbs");
        require(ghost.crumbUnits <= HOLDERS * ghost.prices.length, "V10: a crumb for a holder and a price");
        require(ghost.crumbShares <= HOLDERS * ghost.prices.length, "V10: of shares, too");
        uint256 supply = vaults[v].totalSupply();
        require(supply == ghost.crumbShares, "V10: nobody holds a share");
        if (!wasPriced) return;
        uint256 last = ghost.prices.length - 1;
        uint256 units = ghost.prices[last].units;
        uint256 virtual_ = (units * (VIRTUAL_SHARES + supply)) / ghost.prices[last].shares;
        require(_idle(v) <= virtual_ + 1, "V10: the virtual shares own the rest");
    }

    /// @dev Of who left in kind, and of bidders.
    function _settleBooks() private {
        for (uint256 i; i < books.length; ++i) {
            BookId[] memory ids = new BookId[](1);
            ids[0] = books[i];
            if (world.house.expiryState(books[i].market(), books[i].expiry()).price == 0) continue;
            world.house.settleBooks(ids);
            require(world.house.book(books[i]).legs.length == 0, "V10: every book settles");
        }
    }

    function _must(uint256 v, address who, bytes memory data) private {
        (bool ok, ) = _call(v, who, data);
        require(ok, "V10: at the end everybody leaves");
    }
}
