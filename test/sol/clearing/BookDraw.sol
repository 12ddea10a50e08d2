// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Band, CollateralKind, Legs, Scenario, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";
import { Margin } from "../../../contracts/shared/Margin.sol";

/// @notice Draws books of all sizes, with terms and scenarios for them, out of a seed.
abstract contract BookDraw {
    uint256 internal _seed;

    function _scenarios(Band memory band) internal returns (Scenario memory initial, Scenario memory maintenance) {
        (uint256 shock, uint256 floor) = (_next(6000), _next(2000));
        uint256 secondsLeft = _next(90 days + 1);
        initial = Margin.initialScenario(
            band,
            shock + _next(3001),
            floor + _next(2000),
            Margin.timeValueUp(12_000 + _next(30_000), secondsLeft),
            10_000 + _next(2) * 2500,
            _next(1001)
        );
        maintenance = Margin.maintenanceScenario(band, shock, floor, Margin.timeValueUp(10_000, secondsLeft));
    }

    function _randomBook() internal returns (Legs memory legs, Terms memory terms, Band memory band) {
        terms = Terms(CollateralKind(_next(2)), _next(10), 10_000 + _next(10_001));
        uint256 price = _randomPrice();
        uint256 spread = _next(price / 4 + 1);
        uint256 room = type(uint64).max - price;
        band = Band(price, price - _next(spread + 1), price + _next((spread < room ? spread : room) + 1));
        legs.count = 1 + _next(8);
        for (uint256 i = 0; i < legs.count; ++i) {
            int256 size = int256(1 + _next(uint256(LegWord.LARGEST_SIZE) >> _next(86)));
            legs.words[i] = LegWord.pack(_strikeNear(price), _next(2) == 0, _next(2) == 0 ? size : -size);
        }
    }

    /// @dev Any number of bits as likely as any other.
    function _randomPrice() internal returns (uint256) {
        return 1 + _next(type(uint64).max >> _next(64));
    }

    /// @dev 20 to 400 % of the price.
    function _strikeNear(uint256 price) internal returns (uint256 strike) {
        strike = (price * (2000 + _next(38_000))) / 1e8;
        if (strike == 0) return 1;
        if (strike > type(uint40).max) return type(uint40).max;
    }

    /// @dev Below `limit`.
    function _next(uint256 limit) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
