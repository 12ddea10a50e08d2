// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC7540Deposit } from "../../../contracts/interfaces/IERC7540.sol";
import { IERC7887Deposit, IERC7887Redeem } from "../../../contracts/interfaces/IERC7887.sol";
import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { VaultLeaving } from "./VaultLeaving.sol";

/// @notice V8: every exit of a vault, tried with risk and oracle dead in the state the world is in, and then taken back.
abstract contract VaultExits is VaultLeaving {
    /// @dev An act of its own: what it finds stays found.
    function tryExits(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 h, ) = _pick(seed);
        uint256 snapshot = vm.snapshotState();
        _breakOutside();
        string memory failed = _tryExits(v, h);
        vm.revertToStateAndDelete(snapshot);
        if (bytes(failed).length != 0) _require(false, failed);
        _count("exits");
    }

    /// @dev What failed is carried over the way back in memory.
    function _tryExits(uint256 v, uint256 h) private returns (string memory) {
        if (!_tryClaims(v, h)) return "V8: what is claimable can be claimed, all of it and no more";
        if (!_tryTakingBack(v, h)) return "V8: what waits can be taken back";
        if (!_tryLeaving(v, h)) return "V8: all shares leave in kind";
        if (!_tryViews(v, h)) return "V5: what is asked for has no preview";
        return "";
    }

    function _tryClaims(uint256 v, uint256 h) private returns (bool) {
        IOptionsVault vault = vaults[v];
        address who = people[h];
        (uint256 assets, uint256 shares) = (vault.maxDeposit(who), vault.maxMint(who));
        if (_claims(v, who, "deposit(uint256,address,address)", assets + _scale(v))) return false;
        if (_claims(v, who, "mint(uint256,address,address)", shares + 1)) return false;
        uint256 held = vault.balanceOf(who);
        if (assets != 0 && !_claims(v, who, "deposit(uint256,address,address)", assets)) return false;
        if (assets == 0 && shares != 0 && !_claims(v, who, "mint(uint256,address,address)", shares)) return false;
        if (vault.balanceOf(who) != held + shares) return false;

        (assets, shares) = (vault.maxWithdraw(who), vault.maxRedeem(who));
        if (_claims(v, who, "redeem(uint256,address,address)", shares + 1)) return false;
        if (_claims(v, who, "withdraw(uint256,address,address)", assets + _scale(v))) return false;
        held = _held(v, who);
        if (assets != 0 && !_claims(v, who, "withdraw(uint256,address,address)", assets)) return false;
        return _held(v, who) == held + assets && vault.maxWithdraw(who) == 0;
    }

    function _tryTakingBack(uint256 v, uint256 h) private returns (bool ok) {
        IOptionsVault vault = vaults[v];
        address who = people[h];
        ok = true;
        if (vault.pendingDepositRequest(0, who) != 0) {
            (ok, ) = _call(v, who, abi.encodeCall(IERC7887Deposit.cancelDepositRequest, (0, who)));
        }
        if (ok && vault.claimableCancelDepositRequest(0, who) != 0) {
            (ok, ) = _call(v, who, abi.encodeCall(IERC7887Deposit.claimCancelDepositRequest, (0, who, who)));
        }
        if (ok && vault.pendingRedeemRequest(0, who) != 0) {
            (ok, ) = _call(v, who, abi.encodeCall(IERC7887Redeem.cancelRedeemRequest, (0, who)));
        }
        if (ok && vault.claimableCancelRedeemRequest(0, who) != 0) {
            (ok, ) = _call(v, who, abi.encodeCall(IERC7887Redeem.claimCancelRedeemRequest, (0, who, who)));
        }
    }

    function _tryLeaving(uint256 v, uint256 h) private returns (bool ok) {
        uint256 shares = vaults[v].balanceOf(people[h]);
        if (shares == 0 || !_canLeave(v, shares, true)) return true;
        (ok, ) = _call(v, people[h], abi.encodeCall(IOptionsVault.redeemInKind, (shares, people[h], people[h])));
    }

    /// @dev ERC-7540: previews revert; ERC-4626: conversions are everybody's.
    function _tryViews(uint256 v, uint256 h) private returns (bool) {
        string[4] memory previews = ["Deposit", "Mint", "Redeem", "Withdraw"];
        for (uint256 i; i < 4; ++i) {
            (bool ok, ) = _call(
                v,
                people[h],
                abi.encodeWithSignature(string.concat("preview", previews[i], "(uint256)"), 1)
            );
            if (ok) return false;
        }
        bytes memory data = abi.encodeCall(vaults[v].convertToAssets, (1e18));
        (, uint256 first) = _call(v, people[h], data);
        (, uint256 second) = _call(v, STRANGER, data);
        data = abi.encodeCall(IERC7540Deposit.claimableDepositRequest, (0, people[h]));
        (, uint256 claimable) = _call(v, STRANGER, data);
        return first == second && claimable == vaults[v].maxDeposit(people[h]);
    }

    function _claims(uint256 v, address who, string memory signature, uint256 amount) private returns (bool ok) {
        (ok, ) = _call(v, who, abi.encodeWithSignature(signature, amount, who, who));
    }
}
