// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IInsurerDirectory } from "../interfaces/IInsurerDirectory.sol";
import { IInterestObserver } from "../interfaces/IInterestObserver.sol";

/// @title Insurer directory
/// @notice See {IInterestObserver}.
contract InsurerDirectory is IInterestObserver, AccessManaged {
    /// @dev What the escrow pays at once.
    uint256 private constant _MOST_MARKETS = 64;
    uint256 private constant _LONGEST_GAP = 2 hours;

    /// @dev A listed market as it was seen last; `at` is 0 before that.
    struct Entry {
        uint32 market;
        uint64 openNotional;
        uint40 at;
        address insurer;
    }

    IClearinghouse public immutable house;
    Entry[] private _entries;
    mapping(uint256 market => bool) private _isListed;
    /// @dev Open notional times seconds that counted on a day, by position in the list.
    mapping(uint256 day => mapping(uint256 index => uint256)) private _counted;

    constructor(IClearinghouse house_, address authority) AccessManaged(authority) {
        require(address(house_) != address(0), InsurerDirectory_ZeroAddress());
        house = house_;
    }

    /// @inheritdoc IInterestObserver
    function listMarket(uint256 market) external restricted {
        require(!_isListed[market], InsurerDirectory_AlreadyListed(market));
        require(_entries.length < _MOST_MARKETS, InsurerDirectory_Full(_MOST_MARKETS));
        address insurer = house.marketParams(market).insurer; // reverts for a market that does not exist

        _isListed[market] = true;
        _entries.push(Entry(uint32(market), 0, 0, insurer));

        emit MarketListed(market, insurer);
    }

    /// @inheritdoc IInterestObserver
    function observe() external {
        uint256 count = _entries.length;
        for (uint256 i; i < count; ++i) _observe(i);
    }

    /// @notice Each listed market's insurer and average open notional over the day before the one `at` lies in, rounded down. Empty
    /// for times to come.
    /// @inheritdoc IInsurerDirectory
    function exposureAt(uint64 at) external view returns (address[] memory insurers, uint256[] memory openInterest) {
        uint256 day = at / 1 days;
        if (day == 0 || at > block.timestamp) return (insurers, openInterest);
        uint256 count = _entries.length;
        insurers = new address[](count);
        openInterest = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            insurers[i] = _entries[i].insurer;
            openInterest[i] = _counted[day - 1][i] / 1 days;
        }
    }

    /// @inheritdoc IInterestObserver
    function listedMarkets() external view returns (uint256[] memory markets) {
        uint256 count = _entries.length;
        markets = new uint256[](count);
        for (uint256 i; i < count; ++i) markets[i] = _entries[i].market;
    }

    function _observe(uint256 index) private {
        Entry memory entry = _entries[index];
        uint256 openNotional = house.marketState(entry.market).openNotional;
        uint256 lower = Math.min(openNotional, entry.openNotional);
        uint256 day = block.timestamp / 1 days;
        if (entry.at != 0) {
            // What lies before midnight is lost to all: a day that is over must not change.
            uint256 since = Math.max(entry.at, day * 1 days);
            _counted[day][index] += lower * Math.min(block.timestamp - since, _LONGEST_GAP);
        }
        // Of two observations of one second the lower one stays: a block's last transaction must not replace a true figure.
        if (entry.at == block.timestamp) openNotional = lower;
        entry.openNotional = uint64(openNotional);
        entry.at = uint40(block.timestamp);
        _entries[index] = entry;

        emit Observed(msg.sender, entry.market, openNotional);
    }
}
