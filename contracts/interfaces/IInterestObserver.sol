// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearinghouse } from "./IClearinghouse.sol";
import { IInsurerDirectory } from "./IInsurerDirectory.sol";

/// @title Interest observer
/// @notice Keeps how much open interest the insurers of listed markets stood behind, day by day: an insurer directory whose figures
/// nobody can make up in a moment. Amounts are open notional in USD with 2 decimals.
///
/// 1. Only listed markets count. Anyone may create a market and name himself its insurer; his would be paid for interest he opened
///    against himself.
/// 2. What counts of a market is, for each two neighbouring observations, the lower one times the seconds between them, at most two
///    hours of them. Interest opened for a block counts for nothing as soon as anybody observes before it is opened again; to gain,
///    it must stay, with margin and fees paid and caps used.
/// 3. A day's exposure is what counted in the day before, over the whole of it: it is fixed before the first fault it pays for.
///    The first listed day has none, so the escrow falls back to the day of the fault itself.
/// 4. Observing is anybody's call and needs no pay of its own: all listed markets are observed together, and time nobody observes
///    counts for nobody, so whoever waits for a slashed bond has every reason, and one call in two hours is enough.
interface IInterestObserver is IInsurerDirectory {
    error InsurerDirectory_ZeroAddress();
    error InsurerDirectory_AlreadyListed(uint256 market);
    error InsurerDirectory_Full(uint256 maximum);

    event MarketListed(uint256 indexed market, address indexed insurer);
    event Observed(address indexed caller, uint256 indexed market, uint256 openNotional);

    /// @notice Governance: the market's insurer takes part in slashed bonds from now on; at most 64 markets, none ever leaves.
    function listMarket(uint256 market) external;
    /// @notice Notes the open interest of every listed market. Anyone's call.
    function observe() external;
    /// @notice Markets whose insurers take part, in the order of listing.
    function listedMarkets() external view returns (uint256[] memory);
    /// @notice The Clearinghouse.
    function house() external view returns (IClearinghouse);
}
