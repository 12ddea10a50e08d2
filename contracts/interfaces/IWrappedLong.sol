// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @title Wrapped long
/// @notice One series of longs as an ERC-20 with permit (EIP-2612): for venues and wallets that know no ERC-6909. Amounts are
/// options with 6 decimals on both sides; name, symbol and decimals are those of the series. Permits are signed for the domain
/// `Ballast Wrapped Long`, version `1`, which `eip712Domain` (EIP-5267) tells: names of series are longer than domains may be.
///
/// 1. One token for one long, at any time: the wrapper holds at least as many longs as it has tokens, since nothing but `unwrap`
///    moves a long out of it, and `unwrap` burns as much.
/// 2. It never redeems. Whoever wants what a settled long pays unwraps it and calls `redeem` of the Clearinghouse, which gives
///    him a receipt of his own: an early redeemer is paid the same share as a late one and topped up like everybody. A wrapper
///    that redeemed would hold one receipt for all and would have to do that arithmetic again.
/// 3. It calls nobody but the Clearinghouse, asks for no price and knows no mode, no owner and no fee.
/// Warning: longs that are transferred to the wrapper without `wrap` stay there for ever and belong to nobody.
/// Warning: the name does not say the market. Two markets of one feed have series of the same name; `seriesId` tells them apart.
interface IWrappedLong {
    error WrappedLong_ZeroAmount();
    /// @notice The wrapper itself: tokens and longs sent there would be lost.
    error WrappedLong_BadReceiver(address to);
    error WrappedLong_TransferFailed(uint256 seriesId, uint256 amount);

    event Wrapped(address indexed caller, address indexed to, uint256 amount);
    event Unwrapped(address indexed caller, address indexed to, uint256 amount);

    /// @notice Pulls `amount` longs of the caller, who approved the wrapper for the series or made it his operator, and mints as
    /// many tokens to `to`.
    function wrap(uint256 amount, address to) external;
    /// @notice Burns `amount` tokens of the caller and gives as many longs to `to`.
    function unwrap(uint256 amount, address to) external;
    /// @notice The Clearinghouse.
    function house() external view returns (IERC6909Metadata);
    /// @notice The series it wraps.
    function seriesId() external view returns (uint256);
}
