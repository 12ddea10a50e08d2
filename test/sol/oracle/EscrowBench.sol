// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IInsurerDirectory } from "../../../contracts/interfaces/IInsurerDirectory.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OpenAuthority } from "../../../contracts/mocks/OpenAuthority.sol";
import { SlashEscrow } from "../../../contracts/oracle/SlashEscrow.sol";

interface Clock {
    function warp(uint256 time) external;
}

interface ITokenReceiver {
    function tokensReceived() external;
}

/// @notice A token that refuses whom its issuer blocked, and tells who listens that it was paid.
contract HostileToken is MockToken("Hostile", "HOST", 6) {
    mapping(address account => bool) public blocked;
    mapping(address account => bool) public listens;

    function setBlocked(address account, bool isBlocked) external {
        blocked[account] = isBlocked;
    }

    function setListens(address account) external {
        listens[account] = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(!blocked[to], "blocked");
        super._update(from, to, value);
        if (listens[to]) ITokenReceiver(to).tokensReceived();
    }
}

/// @notice An insurer that refuses its money, or asks for it again while it is being paid.
contract HostileInsurer is ITokenReceiver {
    SlashEscrow private immutable _escrow;
    bool private immutable _reenters;

    constructor(SlashEscrow escrow, bool reenters) {
        (_escrow, _reenters) = (escrow, reenters);
    }

    function tokensReceived() external {
        require(_reenters, "refused");
        _escrow.pay(address(this));
    }
}

/// @notice Exposure written by the test; before `since` nobody was exposed.
contract DatedDirectory is IInsurerDirectory {
    address[] private _insurers;
    uint256[] private _exposure;
    uint64 private _since;

    function set(address[] calldata insurers, uint256[] calldata exposure, uint64 since) external {
        (_insurers, _exposure, _since) = (insurers, exposure, since);
    }

    function exposureAt(uint64 at) external view returns (address[] memory, uint256[] memory) {
        if (at < _since) return (new address[](0), new uint256[](0));
        return (_insurers, _exposure);
    }
}

/// @notice The escrow alone; the bench plays the registry.
abstract contract EscrowBench {
    Clock internal constant clockVm = Clock(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 internal constant START = 1_800_000_000;
    address internal constant REPORTER = address(0x4e90);

    HostileToken internal token;
    SlashEscrow internal escrow;
    DatedDirectory internal directory;
    uint256 internal clock;

    function _deploy() internal {
        clock = START;
        clockVm.warp(clock);
        token = new HostileToken();
        escrow = new SlashEscrow(IERC20(address(token)), address(new OpenAuthority()));
        directory = new DatedDirectory();
        escrow.wire(address(this));
        escrow.setDirectory(directory);
    }

    function _pass(uint256 time) internal {
        clock += time;
        clockVm.warp(clock);
    }

    function _expose(address[] memory insurers, uint64 since) internal {
        uint256[] memory exposure = new uint256[](insurers.length);
        for (uint256 i = 0; i < insurers.length; ++i) exposure[i] = i + 1;
        directory.set(insurers, exposure, since);
    }

    function _slash(uint256 amount, uint256 faultAt) internal {
        token.mint(address(escrow), amount);
        escrow.record(1, amount, REPORTER, uint64(faultAt));
    }
}
