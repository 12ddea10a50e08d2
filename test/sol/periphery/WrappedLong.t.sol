// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909, IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { ERC6909 } from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import { IWrappedLong } from "../../../contracts/interfaces/IWrappedLong.sol";
import { WrappedLong } from "../../../contracts/periphery/WrappedLong.sol";
import { WrappedLongFactory } from "../../../contracts/periphery/WrappedLongFactory.sol";

/// @notice Longs as the Clearinghouse keeps them, given to anybody.
contract Longs is ERC6909, IERC6909Metadata {
    function give(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount);
    }

    function name(uint256) external pure returns (string memory) {
        return "ETH-USD 27MAR26 3000 capped call 6000";
    }

    function symbol(uint256) external pure returns (string memory) {
        return "ETH-USD 27MAR26 3000 capped call 6000";
    }

    function decimals(uint256) external pure returns (uint8) {
        return 6;
    }
}

/// @notice A holder of longs and tokens.
contract Holder {
    Longs private immutable _longs;
    WrappedLong private immutable _wrapper;

    constructor(Longs longs, WrappedLong wrapper) {
        (_longs, _wrapper) = (longs, wrapper);
        _longs.setOperator(address(wrapper), true);
    }

    function wrap(uint256 amount, address to) external {
        _wrapper.wrap(amount, to);
    }

    function unwrap(uint256 amount, address to) external {
        _wrapper.unwrap(amount, to);
    }

    function transfer(address to, uint256 amount) external {
        require(_wrapper.transfer(to, amount), "transfer");
    }

    function donate(uint256 id, uint256 amount) external {
        _longs.transfer(address(_wrapper), id, amount);
    }
}

/// @notice Four holders do anything in any order, some of it wrong.
contract WrapperHandler {
    uint256 private constant _SERIES = 7;
    uint256 private constant _OTHER = 8;
    uint256 private constant _HOLDERS = 4;

    Longs private immutable _longs = new Longs();
    WrappedLong private immutable _wrapper;
    Holder[_HOLDERS] private _holders;
    uint256 public given;
    uint256 public donated;

    constructor() {
        _wrapper = WrappedLong(new WrappedLongFactory(_longs).create(_SERIES));
        for (uint256 i; i < _HOLDERS; ++i) {
            _holders[i] = new Holder(_longs, _wrapper);
            _longs.give(address(_holders[i]), _OTHER, 1e6);
        }
    }

    function give(uint8 who, uint64 amount) external {
        _longs.give(address(_pick(who)), _SERIES, amount);
        given += amount;
    }

    function wrap(uint8 who, uint8 to, uint64 amount) external {
        _pick(who).wrap(amount % (1 + _longs.balanceOf(address(_pick(who)), _SERIES)), address(_pick(to)));
    }

    function unwrap(uint8 who, uint8 to, uint64 amount) external {
        _pick(who).unwrap(amount % (1 + _wrapper.balanceOf(address(_pick(who)))), address(_pick(to)));
    }

    /// @dev More than there is: must fail, or the sums below break.
    function overdraw(uint8 who, uint64 amount) external {
        _pick(who).unwrap(_wrapper.balanceOf(address(_pick(who))) + 1 + amount, address(_pick(who)));
    }

    function transfer(uint8 who, uint8 to, uint64 amount) external {
        _pick(who).transfer(address(_pick(to)), amount % (1 + _wrapper.balanceOf(address(_pick(who)))));
    }

    function donate(uint8 who, uint64 amount) external {
        uint256 sent = amount % (1 + _longs.balanceOf(address(_pick(who)), _SERIES));
        _pick(who).donate(_SERIES, sent);
        donated += sent;
    }

    function donateOther(uint8 who, uint64 amount) external {
        _pick(who).donate(_OTHER, amount % 100);
    }

    function check() external view {
        uint256 tokens;
        uint256 loose;
        for (uint256 i; i < _HOLDERS; ++i) {
            tokens += _wrapper.balanceOf(address(_holders[i]));
            loose += _longs.balanceOf(address(_holders[i]), _SERIES);
        }
        uint256 held = _longs.balanceOf(address(_wrapper), _SERIES);
        require(tokens == _wrapper.totalSupply(), "tokens are the supply");
        require(held == _wrapper.totalSupply() + donated, "a long for every token, donations aside");
        require(held + loose == given, "no long is lost");
    }

    /// @dev Everybody leaves: possible at any time, for all.
    function checkExit() external {
        for (uint256 i; i < _HOLDERS; ++i) {
            uint256 tokens = _wrapper.balanceOf(address(_holders[i]));
            if (tokens != 0) _holders[i].unwrap(tokens, address(_holders[i]));
        }
        require(_wrapper.totalSupply() == 0, "all tokens are gone");
        require(_longs.balanceOf(address(_wrapper), _SERIES) == donated, "all longs but the donated are out");
    }

    function _pick(uint8 who) private view returns (Holder) {
        return _holders[who % _HOLDERS];
    }
}

/// @notice Tokens and longs of a wrapper, whatever happens in whatever order.
contract WrappedLongConservationTest {
    WrapperHandler private _handler;

    function setUp() external {
        _handler = new WrapperHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_EveryTokenIsALong() external view {
        _handler.check();
    }

    function invariant_EverybodyCanLeave() external {
        _handler.checkExit();
    }
}

/// @notice Longs that move nothing and say so by their answer alone, as ERC-6909 lets them.
contract SilentLongs is Longs {
    function transfer(address, uint256, uint256) public pure override(ERC6909, IERC6909) returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256, uint256) public pure override(ERC6909, IERC6909) returns (bool) {
        return false;
    }
}

/// @notice Longs that did not move.
contract WrappedLongRefusalsTest {
    function test_RevertGiven_LongsThatDoNotMove() external {
        WrappedLong wrapper = new WrappedLong(new SilentLongs(), 7);
        bytes memory expected = abi.encodeWithSelector(IWrappedLong.WrappedLong_TransferFailed.selector, 7, 5);
        try wrapper.wrap(5, address(this)) {
            revert("wrapped nothing");
        } catch (bytes memory reason) {
            require(keccak256(reason) == keccak256(expected), "wrap");
        }
        require(wrapper.totalSupply() == 0, "no token without its long");
    }

    function test_RevertGiven_LongsThatDoNotComeBack() external {
        HalfSilentLongs longs = new HalfSilentLongs();
        WrappedLong wrapper = new WrappedLong(longs, 7);
        longs.give(address(this), 7, 5);
        longs.setOperator(address(wrapper), true);
        wrapper.wrap(5, address(this));
        bytes memory expected = abi.encodeWithSelector(IWrappedLong.WrappedLong_TransferFailed.selector, 7, 5);
        try wrapper.unwrap(5, address(this)) {
            revert("unwrapped nothing");
        } catch (bytes memory reason) {
            require(keccak256(reason) == keccak256(expected), "unwrap");
        }
        require(wrapper.balanceOf(address(this)) == 5, "the token stays");
    }
}

/// @notice Comes, and does not go.
contract HalfSilentLongs is Longs {
    function transfer(address, uint256, uint256) public pure override(ERC6909, IERC6909) returns (bool) {
        return false;
    }
}
