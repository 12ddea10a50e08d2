// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Odd token
/// @notice A token with the habits that break custody: fees on transfer, no return value, reverts on zero, shrinking balances,
/// call-backs into whoever it is told.
contract OddToken {
    uint8 public immutable decimals;
    uint256 public feeBps;
    bool public refusesZero;
    address public calls;
    bytes public callData;
    bytes public callAnswer;
    bool public callSucceeded;

    mapping(address account => uint256) private _shares;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    uint256 private _rateBps = 10_000;

    error ZeroRefused();
    error TooLittle(uint256 given, uint256 held);

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function setFee(uint256 bps) external {
        feeBps = bps;
    }

    function setRefusesZero(bool value) external {
        refusesZero = value;
    }

    /// @notice Every balance shrinks to this share of itself.
    function shrinkTo(uint256 rateBps) external {
        _rateBps = rateBps;
    }

    function setCall(address target, bytes calldata data) external {
        (calls, callData) = (target, data);
    }

    function mint(address to, uint256 amount) external {
        _shares[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function balanceOf(address account) public view returns (uint256) {
        return (_shares[account] * _rateBps) / 10_000;
    }

    /// @dev Returns nothing, like some stables of old.
    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        require(amount != 0 || !refusesZero, ZeroRefused());
        uint256 shares = (amount * 10_000) / _rateBps;
        require(shares <= _shares[from], TooLittle(amount, balanceOf(from)));
        _shares[from] -= shares;
        _shares[to] += shares - (shares * feeBps) / 10_000;
        if (calls != address(0)) (callSucceeded, callAnswer) = calls.call(callData);
    }
}
