// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IClearinghouse } from "../../../contracts/interfaces/IClearinghouse.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { CollateralKind } from "../../../contracts/shared/ClearingTypes.sol";
import { InsuranceFund } from "../../../contracts/vaults/InsuranceFund.sol";

interface Clock {
    function warp(uint256 time) external;
    function prank(address sender) external;
}

/// @notice What a fund asks of the Clearinghouse, and a test that takes insurance away or reserves it.
contract ScriptedHouse {
    MockToken private immutable _token;
    uint256 private immutable _scale;
    uint256 public insurance;
    uint256 public reserved;
    mapping(address owner => uint256) private _free;

    constructor(MockToken token, uint256 scale) {
        (_token, _scale) = (token, scale);
    }

    function lose(uint256 units) external {
        insurance -= units;
    }

    function reserve(uint256 units) external {
        reserved = units;
    }

    function gain(uint256 units) external {
        _token.mint(address(this), units * _scale);
        insurance += units;
    }

    function oracle() external view returns (IPriceOracle) {
        return IPriceOracle(address(this));
    }

    function marketIndex(bytes32) external pure returns (uint256) {
        return 1;
    }

    function freeBalance(address owner, address) external view returns (uint256) {
        return _free[owner];
    }

    function marketState(uint256) external view returns (IClearingViews.MarketView memory state) {
        (state.insurance, state.reserved) = (insurance, reserved);
    }

    function deposit(address, uint256 units, address owner) external {
        require(_token.transferFrom(msg.sender, address(this), units * _scale), "transfer");
        _free[owner] += units;
    }

    function withdraw(address, uint256 units, address to) external {
        _free[msg.sender] -= units;
        require(_token.transfer(to, units * _scale), "transfer");
    }

    function fundInsurance(uint256, uint256 units) external {
        _free[msg.sender] -= units;
        insurance += units;
    }

    function withdrawInsurance(uint256, uint256 units, address to) external {
        require(units <= insurance - reserved, "reserved");
        insurance -= units;
        _free[to] += units;
    }
}

/// @notice Three holders in random order, between gains, losses and reserves, on a token of 6 and one of 18 decimals.
contract InsuranceFundTest {
    Clock private constant _VM = Clock(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 private constant _HOLDERS = 3;
    uint256 private constant _VIRTUAL = 1e6;

    /// @dev What a share brings, leaving and entering, as fractions.
    struct Price {
        uint256 net;
        uint256 gross;
        uint256 supply;
        uint256 generation;
    }

    MockToken private _token;
    ScriptedHouse private _house;
    InsuranceFund private _fund;
    uint256 private _scale;
    uint256 private _clock = 1_800_000_000;
    uint256 private _random;

    function _deploy(uint8 decimals) private {
        _scale = decimals > 9 ? 10 ** (uint256(decimals) - 9) : 1;
        _token = new MockToken("Token", "T", decimals);
        _house = new ScriptedHouse(_token, _scale);
        IClearingRecords.MarketParams memory params;
        params.collateral = address(_token);
        params.kind = CollateralKind.Quote;
        _fund = new InsuranceFund(IClearinghouse(address(_house)), params, new MockToken("B", "B", 18), "n", "s");
        _fund.wire();
        for (uint256 i; i < _HOLDERS; ++i) {
            _token.mint(_holder(i), 1e30);
            _VM.prank(_holder(i));
            _token.approve(address(_fund), type(uint256).max);
        }
        _VM.warp(_clock);
    }

    function _holder(uint256 i) private pure returns (address) {
        return address(uint160(0xa11ce + i));
    }

    function _next(uint256 limit) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return limit == 0 ? 0 : _random % limit;
    }

    function _price() private view returns (Price memory) {
        uint256 gross = _house.insurance();
        return Price(gross - _house.reserved(), gross, _fund.totalSupply(), _fund.generation());
    }

    /// @dev Of two prices of one generation, neither what leaving nor what entering counts fell.
    function _requireNotLower(Price memory before, Price memory later, string memory what) private pure {
        if (later.generation != before.generation) return;
        require((later.net + 1) * (before.supply + _VIRTUAL) >= (before.net + 1) * (later.supply + _VIRTUAL), what);
        require((later.gross + 1) * (before.supply + _VIRTUAL) >= (before.gross + 1) * (later.supply + _VIRTUAL), what);
    }

    function _enter(address who, uint256 units) private {
        Price memory before = _price();
        uint256 expected = _fund.previewDeposit(units * _scale);
        uint256 held = _fund.balanceOf(who);
        _VM.prank(who);
        try _fund.deposit(units * _scale, who) returns (uint256 shares) {
            require(shares == expected, "the preview is exact");
            Price memory later = _price();
            if (later.generation == before.generation) {
                require(_fund.balanceOf(who) == held + shares, "shares arrive");
                require(_worthDown(shares, later.gross, later.supply) <= units, "no more than was paid");
            } else {
                require(later.supply == shares, "a new generation has no other shares");
            }
            _requireNotLower(before, later, "entering lowers nobody's price");
        } catch {
            require(expected == 0, "only a crumb is refused");
        }
    }

    function _mint(address who, uint256 shares) private {
        if (_fund.previewMint(shares) > _fund.maxDeposit(who)) return;
        Price memory before = _price();
        uint256 expected = _fund.previewMint(shares);
        _VM.prank(who);
        uint256 assets = _fund.mint(shares, who);
        require(assets == expected, "the preview is exact");
        _requireNotLower(before, _price(), "minting lowers nobody's price");
    }

    function _leave(address who, uint256 part) private {
        uint256 shares = _fund.balanceOf(who);
        if (shares == 0) return;
        _VM.prank(who);
        _fund.requestRedeem(shares - (part % shares), who, who);
        _clock += 30 days;
        _VM.warp(_clock);
        uint256 most = _fund.maxRedeem(who);
        if (most == 0) {
            _VM.prank(who);
            _fund.cancelRedeemRequest(who);
            return;
        }
        Price memory before = _price();
        uint256 held = _token.balanceOf(who);
        uint256 worth = _fund.convertToAssets(most);
        if (part & 1 == 0) {
            _VM.prank(who);
            require(_fund.redeem(most, who, who) == worth, "pays what it says");
        } else {
            worth = _fund.maxWithdraw(who);
            _VM.prank(who);
            require(_fund.withdraw(worth, who, who) <= most, "for no more than there is");
        }
        require(_token.balanceOf(who) - held == worth, "arrives");
        _requireNotLower(before, _price(), "leaving lowers nobody's price");
        if (_fund.requestOf(who).shares == 0) return;
        _VM.prank(who);
        _fund.cancelRedeemRequest(who);
    }

    function _worthDown(uint256 shares, uint256 insurance, uint256 supply) private pure returns (uint256) {
        return (shares * (insurance + 1)) / (supply + _VIRTUAL);
    }

    function _step() private {
        uint256 kind = _next(9);
        address who = _holder(_next(_HOLDERS));
        uint256 free = _house.insurance() - _house.reserved();
        if (kind <= 2) _enter(who, 1 + _next(10 ** (1 + _next(13))));
        else if (kind == 3) _mint(who, 1 + _next(10 ** (1 + _next(18))));
        else if (kind <= 5) _leave(who, _next(type(uint256).max));
        else if (kind == 6) _house.gain(_next(10 ** (1 + _next(12))));
        else if (kind == 7) _house.lose(_next(4) == 0 ? free : _next(free + 1));
        else _house.reserve(_next(3) == 0 ? 0 : _next(_house.insurance() + 1));
    }

    function _run(uint8 decimals, uint256 seed) private {
        _deploy(decimals);
        _random = seed;
        for (uint256 i; i < 40; ++i) {
            _step();
            require(_token.balanceOf(address(_fund)) == 0, "nothing stays in the fund");
            require(_house.freeBalance(address(_fund), address(_token)) == 0, "nor in its free balance");
            require(_token.balanceOf(address(_house)) >= _house.insurance() * _scale, "insurance is there");
        }
        // Whatever happened, everybody's shares together are worth no more than there is.
        uint256 sum;
        for (uint256 i; i < _HOLDERS; ++i) sum += _fund.convertToAssets(_fund.balanceOf(_holder(i)));
        require(sum <= _fund.totalAssets(), "shares are covered");
    }

    function testFuzz_NobodyPaysForWhatOthersDo(uint256 seed) external {
        _run(6, seed);
    }

    function testFuzz_NobodyPaysForWhatOthersDoInACoin(uint256 seed) external {
        _run(18, seed);
    }

    function testFuzz_ComingAndGoingBringsNothing(uint64 insurance, uint64 first, uint64 amount) external {
        _deploy(6);
        if (first != 0 && first < 1e15) {
            _VM.prank(_holder(1));
            _fund.deposit(first, _holder(1));
        }
        _house.gain(insurance % 1e15);
        address who = _holder(0);
        uint256 paid = 1 + (amount % 1e15);
        if (_fund.previewDeposit(paid) == 0) return;
        uint256 before = _token.balanceOf(who);
        _VM.prank(who);
        _fund.deposit(paid, who);
        _leave(who, 0);
        require(_token.balanceOf(who) <= before, "no more than was paid");
    }
}
