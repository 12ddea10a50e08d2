// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { VaultReads } from "./VaultReads.sol";
import { HOLDERS, LEVERAGED, VAULTS } from "./VaultWorld.sol";

/// @notice What must hold between any two calls; ids as in docs/INVARIANTS.md.
abstract contract VaultPromises is VaultReads {
    function checkActions() external view {
        require(bytes(broken).length == 0, broken);
    }

    /// V3: what waits, was taken back or is due lies in the vault, tokens and shares, to the unit.
    function checkWhatWaits() external view {
        for (uint256 v; v < VAULTS; ++v) {
            Ghost storage ghost = ghosts[v];
            uint256 units = ghost.units + ghost.crumbUnits;
            uint256 shares = ghost.shares + ghost.crumbShares;
            uint256 held = vaults[v].balanceOf(address(vaults[v]));
            uint256 sum = held;
            for (uint256 h; h < HOLDERS; ++h) {
                units += ghost.asks[DEPOSIT][h].cancelled + ghost.asks[REDEEM][h].due;
                shares += ghost.asks[REDEEM][h].cancelled + ghost.asks[DEPOSIT][h].due;
                sum += vaults[v].balanceOf(people[h]);
            }
            uint256 tokens = units * _scale(v) + ghost.gifts;
            require(_held(v, address(vaults[v])) == tokens, "V3: what waits and what is due is there");
            require(held == shares, "V3: so are the shares");
            require(sum == vaults[v].totalSupply(), "V3: every share is somebody's");
        }
    }

    /// V3: shares are worth no more than what lies behind them; no view of that ever reverts.
    function checkWorth() external view {
        for (uint256 v; v < VAULTS; ++v) {
            Worth memory worth = _worth(v);
            uint256 total = vaults[v].totalAssets();
            require(total <= worth.cash * _scale(v), "V3: shares are worth no more than what is there");
            require(vaults[v].convertToAssets(worth.supply) <= total + _scale(v), "V3: all of them, too");
            uint256 some = vaults[v].convertToShares(1_234_567_891e9);
            require(vaults[v].convertToAssets(some) <= 1_234_567_891e9, "V3: there and back brings nothing");
        }
    }

    /// V5: requests are what their controllers, operators and prices made of them.
    function checkRequests() external view {
        for (uint256 v; v < VAULTS; ++v) {
            IOptionsVault.Waiting memory waiting = vaults[v].waiting();
            require(waiting.units == ghosts[v].units, "V5: what waits to join is what was asked");
            require(waiting.shares == ghosts[v].shares, "V5: so is what waits to leave");
            require(waiting.managed == ghosts[v].managed, "V6: the cap counts what the last price left");
            for (uint256 h; h < HOLDERS; ++h) {
                _checkDeposit(v, people[h], ghosts[v].asks[DEPOSIT][h]);
                _checkRedemption(v, people[h], ghosts[v].asks[REDEEM][h]);
            }
        }
    }

    /// V6: a price is made once.
    function checkPrices() external view {
        for (uint256 v; v < VAULTS; ++v) {
            uint256 made = ghosts[v].prices.length;
            require(vaults[v].waiting().number == made, "V6: prices have numbers");
            for (uint256 i; i < made; ++i) _checkPrice(v, i);
            IOptionsVault.SharePrice memory next = vaults[v].priceOf(made);
            require(next.units == 0 && next.shares == 0, "V6: the next price is not known");
        }
    }

    /// V7: what is written is carried by cash to the unit, but where the terms say less, and the clock is what its rule makes it.
    function checkEpochs() external view {
        for (uint256 v; v < VAULTS; ++v) {
            IOptionsVault.Epoch memory epoch = vaults[v].epoch();
            if (epoch.expiry == 0) continue;
            Auction storage auction = ghosts[v].auction;
            require(epoch.elapsed == auction.elapsed, "V7: the auction's clock counts what its rule lets it");
            require(epoch.wasNormal == auction.wasNormal, "V7: a look remembers the mode");
            require(epoch.isOver == auction.isOver, "V7: an auction is over once the price has moved, and stays so");
            uint256 cash = world.house.book(_bookAt(v, epoch.expiry)).cash;
            bool isSafe = v == LEVERAGED || cash >= world.house.maxLoss(_bookAt(v, epoch.expiry));
            require(isSafe, "V7: a fully funded vault stays so");
        }
    }

    function _checkDeposit(uint256 v, address who, Ask storage ask) private view {
        IOptionsVault vault = vaults[v];
        uint256 scale = _scale(v);
        require(vault.pendingDepositRequest(0, who) == ask.pending * scale, "V5: a deposit waits as it was asked");
        require(vault.maxDeposit(who) == ask.matured * scale, "V5: a deposit is claimable once priced");
        require(vault.maxMint(who) == ask.due, "V5: for the shares of its price");
        require(vault.claimableCancelDepositRequest(0, who) == ask.cancelled * scale, "V5: or taken back");
    }

    function _checkRedemption(uint256 v, address who, Ask storage ask) private view {
        IOptionsVault vault = vaults[v];
        require(vault.pendingRedeemRequest(0, who) == ask.pending, "V5: a redemption waits as it was asked");
        require(vault.maxRedeem(who) == ask.matured, "V5: a redemption is claimable once priced");
        require(vault.maxWithdraw(who) == ask.due * _scale(v), "V5: for the assets of its price");
        require(vault.claimableCancelRedeemRequest(0, who) == ask.cancelled, "V5: or taken back");
    }

    function _checkPrice(uint256 v, uint256 i) private view {
        IOptionsVault.SharePrice memory price = vaults[v].priceOf(i);
        IOptionsVault.SharePrice storage known = ghosts[v].prices[i];
        require(price.units == known.units && price.shares == known.shares, "V6: a price of a share never changes");
    }
}
