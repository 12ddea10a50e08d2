// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Which price of those that are looked at (see {LegCurve}, note 3).
enum PointKind {
    /// @dev Lower end of the scenario's interval.
    Low,
    High,
    /// @dev Strike of a long.
    Strike,
    /// @dev Where a short up leg reaches its cap.
    Cap,
    /// @dev Price 0 and a price without bound, the ends of maximum loss.
    Zero,
    Unbounded
}

/// @notice What decided a requirement.
enum Rule {
    /// @dev Nothing is required.
    Nothing,
    Stress,
    Floor,
    MaximumLoss
}

/// @notice One leg at the worst price: numerators over the denominator of the {WorstPoint}, costs positive, gains negative.
/// @param payoff What the leg pays if the expiry settles there.
/// @param timeValue What a short may be worth beyond it: TV · U · min(1, z).
/// @param cut What the rules take off: a short's cap (not above 0), the 2 % and two thirds of the cap of a long (not below 0).
/// @param total Sum of the three: what the leg counts for.
/// @param totalUp The same in ledger units, rounded up.
struct LegTerms {
    int256 payoff;
    int256 timeValue;
    int256 cut;
    int256 total;
    int256 totalUp;
}

/// @notice The price at which the legs cost most.
/// @param leg Position of the leg whose strike or cap it is, else 0.
/// @param price 8 decimals, rounded down; the largest number without bound.
/// @param loss Shorts less longs, a numerator: the sum of the legs' totals, exactly. Negative is a gain.
/// @param lossUp The same in ledger units, rounded up.
/// @param denominator What numerators are divided by to give ledger units.
/// @param legs In the order of the book.
struct WorstPoint {
    PointKind kind;
    uint256 leg;
    uint256 price;
    int256 loss;
    int256 lossUp;
    uint256 denominator;
    LegTerms[] legs;
}

/// @notice A requirement with every term. Numerators are over the denominator of `worst`:
///   cost = ⌈(max(worst.loss, floor) · k + addOn · 10,000) / (10,000 · denominator)⌉,
///   requirement = min(cost, ⌈loss / denominator⌉ of the maximum loss), with losses below 0 as 0.
/// @param worst Where stress lies; without legs when there are no shorts or no price.
/// @param floor φ · n · shorts, numerator.
/// @param addOn Sentinel add-on, numerator.
/// @param notionalUp n · shorts in ledger units, rounded up, like the next two.
/// @param cost As above, the largest number without a price.
/// @param amount The requirement.
struct CostTerms {
    WorstPoint worst;
    uint256 floor;
    uint256 addOn;
    uint256 notionalUp;
    uint256 floorUp;
    uint256 addOnUp;
    uint256 cost;
    uint256 amount;
    Rule rule;
}
