// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC7540Deposit, IERC7540Operator, IERC7540Redeem } from "../../../contracts/interfaces/IERC7540.sol";
import { IERC7887Deposit, IERC7887Redeem } from "../../../contracts/interfaces/IERC7887.sol";
import { VaultPeople } from "./VaultPeople.sol";
import { HOLDERS, VAULTS } from "./VaultWorld.sol";

/// @notice Asking to join and to leave, taking back, claiming, and what shares are otherwise good for. Each act knows before
/// whether it must succeed.
abstract contract VaultAsking is VaultPeople {
    function askDeposit(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 owner, uint256 controller) = _pick(seed);
        address caller = _callerFor(seed >> 32, owner);
        uint256 units = _amount(amount ^ seed);
        // A coin has parts that the ledger has not.
        bool isWhole = _scale(v) == 1 || (seed >> 64) % 8 != 0;
        uint256 assets = units * _scale(v) + (isWhole ? 0 : 1);
        Ghost storage ghost = ghosts[v];
        uint256 held = _held(v, people[owner]);
        bool isGiven = isWhole && units != 0 && held >= assets && _may(v, caller, owner);
        bool fits = ghost.units + units + ghost.managed <= _cap(v);
        (bool ok, ) = _call(
            v,
            caller,
            abi.encodeCall(IERC7540Deposit.requestDeposit, (assets, people[controller], people[owner]))
        );
        _require(ok == (isGiven && fits), "V9: owner or operator asks to deposit, whole units within the cap");
        if (isGiven && !fits) _count("at the cap");
        if (!ok) return;
        _require(_held(v, people[owner]) == held - assets, "V5: a deposit takes what it says");
        ghost.units += units;
        ghost.asks[DEPOSIT][controller].pending += units;
        _count("deposit asked");
        if (units < 1_000) _count("dust asked");
    }

    function askRedeem(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 owner, uint256 controller) = _pick(seed);
        address caller = _callerFor(seed >> 32, owner);
        uint256 held = vaults[v].balanceOf(people[owner]);
        uint256 shares = _some(amount ^ seed, held);
        bool isAllowed = _mayTake(v, caller, owner, shares);
        (bool ok, ) = _call(
            v,
            caller,
            abi.encodeCall(IERC7540Redeem.requestRedeem, (shares, people[controller], people[owner]))
        );
        _require(ok == (isAllowed && shares != 0 && shares <= held), "V9: who may take shares asks to redeem");
        if (!ok) return;
        ghosts[v].shares += shares;
        ghosts[v].asks[REDEEM][controller].pending += shares;
        _count("redemption asked");
        _countCaller(v, caller, owner);
    }

    function takeBack(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 v, , uint256 controller) = _pick(seed);
        uint256 kind = (seed >> 24) % 2;
        Ask storage ask = ghosts[v].asks[kind][controller];
        address caller = _callerFor(seed >> 32, controller);
        bytes memory data =
            kind == DEPOSIT
                ? abi.encodeCall(IERC7887Deposit.cancelDepositRequest, (0, people[controller]))
                : abi.encodeCall(IERC7887Redeem.cancelRedeemRequest, (0, people[controller]));
        (bool ok, ) = _call(v, caller, data);
        _require(
            ok == (ask.pending != 0 && _may(v, caller, controller)),
            "V9: what waits is its controller's to take back"
        );
        if (!ok) return;
        if (kind == DEPOSIT) ghosts[v].units -= ask.pending;
        else ghosts[v].shares -= ask.pending;
        (ask.cancelled, ask.pending) = (ask.cancelled + ask.pending, 0);
        _count("taken back");
    }

    function claimBack(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 receiver, uint256 controller) = _pick(seed);
        uint256 kind = (seed >> 24) % 2;
        Ask storage ask = ghosts[v].asks[kind][controller];
        address caller = _callerFor(seed >> 32, controller);
        uint256 before = _balance(v, kind == REDEEM, people[receiver]);
        bytes memory data =
            kind == DEPOSIT
                ? abi.encodeCall(IERC7887Deposit.claimCancelDepositRequest, (0, people[receiver], people[controller]))
                : abi.encodeCall(IERC7887Redeem.claimCancelRedeemRequest, (0, people[receiver], people[controller]));
        (bool ok, uint256 answer) = _call(v, caller, data);
        bool isAllowed = _may(v, caller, controller);
        _require(ok == (ask.cancelled != 0 && isAllowed), "V9: what was taken back is its controller's to claim");
        if (!ok) return;
        uint256 arrived = _balance(v, kind == REDEEM, people[receiver]) - before;
        uint256 expected = ask.cancelled * (kind == DEPOSIT ? _scale(v) : 1);
        _require(arrived == expected && answer == expected, "V5: what was taken back arrives whole");
        ask.cancelled = 0;
        _count("claimed back");
    }

    /// @dev By what was given or by what is due, all of it or a part.
    function claim(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 receiver, uint256 controller) = _pick(seed);
        (uint256 kind, bool byGiven) = ((seed >> 24) % 2, (seed >> 25) % 2 == 0);
        Ask storage ask = ghosts[v].asks[kind][controller];
        uint256 most = byGiven ? ask.matured : ask.due;
        uint256 part = _some(amount ^ seed, most);
        address caller = _callerFor(seed >> 32, controller);
        (bool ok, uint256 answer, uint256 arrived) = _claim(v, caller, [kind, receiver, controller], byGiven, part);
        bool isAllowed = _may(v, caller, controller);
        _require(ok == (part != 0 && part <= most && isAllowed), "V9: its controller claims what is claimable");
        if (!ok) return;
        (uint256 given, uint256 taken) = byGiven ? (part, answer) : (answer, part);
        _require(arrived == taken, "V5: a claim arrives");
        _require(taken * ask.matured <= given * ask.due || ask.matured == 0, "V5: a claim rounds against the claimer");
        bool isExact =
            byGiven
                ? (taken + 1) * ask.matured > given * ask.due
                : given == 0 || (given - 1) * ask.due < ask.matured * taken;
        _require(isExact, "V5: by less than a unit");
        _require(!byGiven || part != ask.matured || taken == ask.due, "V5: the last claim gets all that is due");
        (ask.matured, ask.due) = (ask.matured - given, ask.due - taken);
        _count(kind == DEPOSIT ? bytes32("shares claimed") : bytes32("assets claimed"));
    }

    function sendShares(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 from, uint256 to) = _pick(seed);
        uint256 held = vaults[v].balanceOf(people[from]);
        uint256 shares = _some(amount ^ seed, held);
        (bool ok, ) = _call(v, people[from], abi.encodeCall(IERC20.transfer, (people[to], shares)));
        _require(ok == (shares <= held), "V9: shares are their holder's to send");
        if (ok && shares != 0) _count("shares sent");
    }

    function allow(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 owner, ) = _pick(seed);
        address other = (seed >> 60) % 2 == 0 ? people[(owner + 1) % HOLDERS] : _anybody(seed >> 32);
        if ((seed >> 64) % 2 == 0) {
            uint256 shares = (seed >> 70) % 2 == 0 ? 1e30 : _some(amount ^ seed, vaults[v].balanceOf(people[owner]));
            _call(v, people[owner], abi.encodeCall(IERC20.approve, (other, shares)));
            return;
        }
        bool isOperator = (seed >> 65) % 2 == 0 && other != STRANGER;
        _call(v, people[owner], abi.encodeCall(IERC7540Operator.setOperator, (other, isOperator)));
        operators[v][people[owner]][other] = isOperator;
        _require(vaults[v].isOperator(people[owner], other) == isOperator, "V9: an operator is whom one names");
        _count("operator named");
    }

    function _pick(uint256 seed) internal pure returns (uint256 v, uint256 a, uint256 b) {
        return (
            seed % VAULTS,
            (seed >> 8) % HOLDERS,
            (seed >> 16) % 4 == 0 ? (seed >> 18) % HOLDERS : (seed >> 8) % HOLDERS
        );
    }

    /// @dev Owner, operator, or who has an allowance.
    function _mayTake(uint256 v, address caller, uint256 owner, uint256 shares) internal view returns (bool) {
        return _may(v, caller, owner) || vaults[v].allowance(people[owner], caller) >= shares;
    }

    function _countCaller(uint256 v, address caller, uint256 owner) internal {
        if (caller == people[owner]) return;
        _count(_may(v, caller, owner) ? bytes32("by an operator") : bytes32("by allowance"));
    }

    function _balance(uint256 v, bool ofShares, address who) private view returns (uint256) {
        return ofShares ? vaults[v].balanceOf(who) : _held(v, who);
    }

    /// @param who Kind, receiver and controller.
    /// @return ok Whether it went through. @return answer And @return arrived in what a ghost counts: units and shares.
    function _claim(
        uint256 v,
        address caller,
        uint256[3] memory who,
        bool byGiven,
        uint256 part
    ) private returns (bool ok, uint256 answer, uint256 arrived) {
        bool isDeposit = who[0] == DEPOSIT;
        // Assets go in where a deposit is claimed by what was given, or a redemption by what is due.
        bool asksAssets = isDeposit == byGiven;
        address receiver = people[who[1]];
        uint256 before = _balance(v, isDeposit, receiver);
        (ok, answer) = _call(
            v,
            caller,
            abi.encodeWithSignature(
                isDeposit
                    ? byGiven
                        ? "deposit(uint256,address,address)"
                        : "mint(uint256,address,address)"
                    : byGiven
                        ? "redeem(uint256,address,address)"
                        : "withdraw(uint256,address,address)",
                part * (asksAssets ? _scale(v) : 1),
                receiver,
                people[who[2]]
            )
        );
        if (!ok) return (ok, answer, arrived);
        arrived = (_balance(v, isDeposit, receiver) - before) / (isDeposit ? 1 : _scale(v));
        if (!asksAssets) answer /= _scale(v);
    }
}
