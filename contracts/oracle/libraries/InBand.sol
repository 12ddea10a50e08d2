// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FaultMeter } from "./FaultMeter.sol";
import { Bundle } from "./RelayCodec.sol";
import { WeightedMedian } from "./WeightedMedian.sol";

/// @notice Reports that lie outside the band, over all feeds of a round.
struct Outliers {
    uint256 planes; // FaultMeter of feeds out of band per seat
    uint256 far; // seats more than four bands away on some feed
}

/// @title In band
/// @notice Who was accurate: at least three quarters of the priced feeds within the band, none beyond four times that.
/// @dev Reports are sorted, so those outside stand at the ends: the walk costs what the outliers cost.
library InBand {
    uint256 private constant _MINIMUM_PPM = 1_500;
    uint256 private constant _MAXIMUM_PPM = 10_000;
    uint256 private constant _FAR = 4;

    /// @notice Half width of the band: 1.5 × lagged dispersion, between 15 and 100 bps; in ppm.
    function bandPpm(uint256 laggedDispersionPpm) internal pure returns (uint256 band) {
        unchecked {
            band = (laggedDispersionPpm * 3) / 2;
            if (band < _MINIMUM_PPM) band = _MINIMUM_PPM;
            if (band > _MAXIMUM_PPM) band = _MAXIMUM_PPM;
        }
    }

    /// @notice Notes the outliers of one feed.
    /// @param rows Memory pointer of the feed's words, as in WeightedMedian; so are `orders` and `count`, at least 1.
    function note(
        Outliers memory outliers,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 median,
        uint256 laggedDispersionPpm
    ) internal pure {
        unchecked {
            uint256 band = (median * bandPpm(laggedDispersionPpm)) / 1e6;
            uint256 lowest = WeightedMedian.priceOf(WeightedMedian.wordAt(rows, WeightedMedian.byteAt(orders, 0)));
            uint256 highest = WeightedMedian.priceOf(
                WeightedMedian.wordAt(rows, WeightedMedian.byteAt(orders, count - 1))
            );
            if (lowest + band >= median && highest <= median + band) return;
            uint256 outside = 0;
            uint256 low = 0;
            for (; low < count; ++low) {
                uint256 word = WeightedMedian.wordAt(rows, WeightedMedian.byteAt(orders, low));
                uint256 price = WeightedMedian.priceOf(word);
                if (price + band >= median) break;
                outside |= 1 << WeightedMedian.seatOf(word);
                if (price + _FAR * band < median) outliers.far |= 1 << WeightedMedian.seatOf(word);
            }
            for (uint256 high = count; high > low; --high) {
                uint256 word = WeightedMedian.wordAt(rows, WeightedMedian.byteAt(orders, high - 1));
                uint256 price = WeightedMedian.priceOf(word);
                if (price <= median + band) break;
                outside |= 1 << WeightedMedian.seatOf(word);
                if (price > median + _FAR * band) outliers.far |= 1 << WeightedMedian.seatOf(word);
            }
            if (outside != 0) outliers.planes = FaultMeter.add(outliers.planes, outside);
        }
    }

    /// @notice Seats that were in band.
    function seats(Outliers memory outliers, Bundle memory bundle) internal pure returns (uint256 inBand) {
        unchecked {
            inBand = bundle.tookPart & ~outliers.far;
            if (outliers.planes == 0) return inBand;
            for (uint256 left = inBand; left != 0; left &= left - 1) {
                uint256 seat = lowestBit(left);
                uint256 out = FaultMeter.at(outliers.planes, seat);
                if (4 * out > (bundle.pricedFeeds >> (8 * seat)) & 0xff) inBand &= ~(uint256(1) << seat);
            }
        }
    }

    /// @notice Index of the lowest one in a bitmap of 32 bits that is not zero.
    function lowestBit(uint256 bitmap) internal pure returns (uint256 index) {
        unchecked {
            for (; bitmap & 1 == 0; bitmap >>= 1) {
                ++index;
            }
        }
    }
}
