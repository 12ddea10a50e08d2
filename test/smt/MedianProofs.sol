// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The weighted median of three reports by its definition: the first price at which half of the weight lies at or below
/// it, and the mean with the next price where it is half exactly. The hot loop that computes it for up to 32 is assembly, which
/// the model checker cannot read; `test/sol/oracle/WeightedMedian.t.sol` holds that loop to this definition.
contract MedianProofs {
    function medianIsWithinItsReports(
        uint64 low,
        uint64 middle,
        uint64 high,
        uint32 first,
        uint32 second,
        uint32 third
    ) external pure {
        require(low <= middle && middle <= high && first != 0 && second != 0 && third != 0);
        uint256 median = _median(low, middle, high, first, second, third);
        assert(low <= median && median <= high);
    }

    /// @notice No report that rises lowers the median: here each in turn, as far as it stays in its place.
    function medianRisesWithItsReports(
        uint64 low,
        uint64 middle,
        uint64 high,
        uint64 raised,
        uint32 first,
        uint32 second,
        uint32 third
    ) external pure {
        require(low <= middle && middle <= high && first != 0 && second != 0 && third != 0);
        uint256 median = _median(low, middle, high, first, second, third);
        if (low <= raised && raised <= middle) assert(median <= _median(raised, middle, high, first, second, third));
        if (middle <= raised && raised <= high) assert(median <= _median(low, raised, high, first, second, third));
        if (high <= raised) assert(median <= _median(low, middle, raised, first, second, third));
    }

    /// @notice Whoever has less than half of the weight cannot bring the median below or above all others' reports.
    function liarBelowHalfStaysInTheHonestRange(
        uint64 lie,
        uint64 low,
        uint64 high,
        uint32 liar,
        uint32 first,
        uint32 second
    ) external pure {
        require(low <= high && first != 0 && second != 0 && liar != 0 && uint256(liar) < uint256(first) + second);
        uint256 median;
        if (lie <= low) median = _median(lie, low, high, liar, first, second);
        else if (lie <= high) median = _median(low, lie, high, first, liar, second);
        else median = _median(low, high, lie, first, second, liar);
        assert(low <= median && median <= high);
    }

    function _median(
        uint256 low,
        uint256 middle,
        uint256 high,
        uint256 first,
        uint256 second,
        uint256 third
    ) private pure returns (uint256) {
        uint256 total = first + second + third;
        if (2 * first > total) return low;
        if (2 * first == total) return (low + middle) / 2;
        if (2 * (first + second) > total) return middle;
        if (2 * (first + second) == total) return (middle + high) / 2;
        return high;
    }
}
