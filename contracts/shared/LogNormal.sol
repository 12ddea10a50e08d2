// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";

/// @title Log-normal kernel
/// @notice The two normal probabilities of a Black–Scholes price, from one exponential. Everything is in binary fixed
/// point; "Q64" is 64 binary digits after the point. Inputs must be in the ranges given: nothing here reverts.
/// @dev Let l and h be the lower and the higher of spot and strike, v = σ√τ, u = ln(h/l)/v, b = u − v/2, a = u + v/2.
/// The option out of the money, put or call, is worth l·N(−b) − h·N(−a). Because l·φ(b) = h·φ(a) this is
/// l·(N(−b) − φ(b)·g(a)) with the Mills ratio g(x) = N(−x)/φ(x), and N(−b) = φ(b)·g(b) for b ≥ 0,
/// 1 − φ(b)·g(−b) below: one exponential, two rational functions, no cancellation while b ≥ 0.
///
/// Coefficients: tools/fit-pricing.mjs (weighted least squares made level). Largest errors: Mills ratio times exp(−x²/2)
/// 2.4e-19 on [0, 9], logarithm 2.0e-19, exponential 6.6e-20 relative. Fractions are rounded at 2⁻⁶⁴ = 5.4e-20.
///
/// Divisions are solady's `rawDiv`: `a / b` without the check for b = 0, where it gives 0.
library LogNormal {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;

    /// @dev Unit of `near`, `far` and `density`.
    uint256 internal constant ONE = 1 << 120;
    /// @dev Beyond nine deviations (N(−9) = 1.1e-19) a probability is 0 or 1.
    uint256 private constant _REACH = 9 << 64;
    /// @dev 2¹²⁸·ln 2, 2¹²⁸·2·ln 2, 2⁶⁴/(2·ln 2), 2¹²⁰/√(2π).
    uint256 private constant _LN2 = 235865763225513294137944142764154484399;
    uint256 private constant _TWO_LN2 = 471731526451026588275888285528308968799;
    uint256 private constant _HALVINGS = 13306513097844322492;
    uint256 private constant _DENSITY_AT_ZERO = 530285247811860281885121121780411961;

    /// @notice √x in Q64 for whole 1 ≤ x < 2³², relative error below 1e-19.
    function root(uint256 x) internal pure returns (uint256 rootQ64) {
        unchecked {
            // Four windows [2^s, 2^(s+8)), s = 8·((x > 2⁸ − 1) + (x > 2¹⁶ − 1) + (x > 2²⁴ − 1)). Booleans are not numbers in
            // Solidity; as numbers they need no branch.
            uint256 shift = 0;
            assembly ("memory-safe") {
                shift := shl(3, add(add(gt(x, 0xff), gt(x, 0xffff)), gt(x, 0xffffff)))
            }
            // The line 0.0857·(x/2^s + 16)·2^(s/2) is within 46 % of the root on its window; five Newton steps follow.
            rootQ64 = ((x + (16 << shift)) * 1581795254563573927) >> (shift >> 1);
            x <<= 128;
            rootQ64 = (rootQ64 + x.rawDiv(rootQ64)) >> 1;
            rootQ64 = (rootQ64 + x.rawDiv(rootQ64)) >> 1;
            rootQ64 = (rootQ64 + x.rawDiv(rootQ64)) >> 1;
            rootQ64 = (rootQ64 + x.rawDiv(rootQ64)) >> 1;
            rootQ64 = (rootQ64 + x.rawDiv(rootQ64)) >> 1;
        }
    }

    /// @notice What an option out of the money is made of.
    /// @param low Lower of spot and strike, 0 < low ≤ high.
    /// @param high Higher of the two, at most 2¹²⁸.
    /// @param deviation v = σ√τ in Q64, at most 310. At 0 `near` and `far` are equal: an option out of the money is
    /// worth nothing.
    /// @return near N(−b), in ONE.
    /// @return far N(−a)·high/low, in ONE; at most `near` but for rounding.
    /// @return density φ(b), in ONE.
    function probabilities(
        uint256 low,
        uint256 high,
        uint256 deviation
    ) internal pure returns (uint256 near, uint256 far, uint256 density) {
        unchecked {
            uint256 u = logarithm(low, high).rawDiv(deviation);
            uint256 half = deviation >> 1;
            bool inside = u < half; // b < 0
            uint256 b = inside ? half - u : u - half;
            if (b >= _REACH) return (inside ? ONE : 0, 0, 0);

            density = _density(b);
            near = (density * _millsRatio(b)) >> 64;
            if (inside) near = ONE - near;
            far = (density * _millsRatio(u + half)) >> 64;
        }
    }

    /// @notice ln(high/low) in Q128 for 0 < low ≤ high ≤ 2¹²⁸, error below 3e-19.
    function logarithm(uint256 low, uint256 high) internal pure returns (uint256) {
        unchecked {
            // Double until low ≥ high·128/181, so that z = (high − low)/(high + low) is within ±0.1717; at most 128 times.
            uint256 doublings = 0;
            while (low * 181 < high << 7) {
                low <<= 1;
                doublings += _LN2;
            }
            int256 z = int256((high - low) << 64).rawSDiv(int256(high + low));
            uint256 w = uint256(z * z) >> 64;

            // ln = z·p(z²). Factors have 64 digits, so two products fit a word before it must be cut.
            uint256 p = 2750606766062930282 * w + 52067835811778455970458302379574999134;
            p = (p * w + 1141435945123115933682162680404561069694965322347924054570) >> 128;
            p = p * w + 75618180559290922414061166756067783595;
            p = (p * w + 1793457658885047940874299454585362471246425875915441795681) >> 128;
            p = p * w + 136112946763218098515295814416593668194;
            p = (p * w + 4184734490257988187962605710545765768375504520419107785815) >> 128;
            p = p * w + 680564733841876920213871866274476829929;
            return doublings + uint256((z * int256(p)) >> 64);
        }
    }

    /// @dev φ(b) = exp(−b²/2)/√(2π), in ONE, for b in Q64 up to 9.
    function _density(uint256 b) private pure returns (uint256) {
        unchecked {
            // exp(−b²/2) = 2^−k·exp(−r/2) with r = b² − 2k·ln 2 within ±ln 2, and
            // exp(−r/2) = (h − r)/(h + r) with h = r·coth(r/4), a polynomial in r².
            b *= b;
            uint256 k = (b * _HALVINGS + (1 << 191)) >> 192;
            int256 r = int256(b - k * _TWO_LN2);
            int256 w = r >> 64;
            w = (w * w) >> 64;

            int256 h = 1489555687 * w - 4395431895230733451249974331343;
            h = (h * w + 12973506356645515960842362782556995914475860019394243) >> 128;
            h = h * w - 118153599618739393260142676083949673;
            h = (h * w + 523091811282216103941664604769822762158271443178898175818) >> 128;
            h = h * w + 1361129467683753860634278223697601835862;
            return (uint256(h - r) * _DENSITY_AT_ZERO).rawDiv(uint256(h + r)) >> k;
        }
    }

    /// @dev g(x) = (1 − N(x))/φ(x) in Q64, for x in Q64 up to 320.
    function _millsRatio(uint256 x) private pure returns (uint256) {
        unchecked {
            uint256 top = 18446685183367190053 * x + 8253143721826343629112488656535873389219;
            top = (top * x + 1715220337361316720236853020631341012066182244034484967916056) >> 128;
            top = top * x + 628675899317196497986442875788479743535105;
            top = (top * x + 50880138020029447285801721495937534236544421031664181734841514) >> 128;
            top = top * x + 7917160096223463492695834316667025202495829;
            top = (top * x + 257951432394936868811803056809890398048880673560208222368357601) >> 128;
            top = top * x + 12462706983718847717680830660070470873000705;

            uint256 down = (x + 447400856297511958804) * x + 93323915300478824739342744658614276421264;
            down = (down * x + 11748861293020988975319172524789870653020650833037195483126171) >> 128;
            down = down * x + 2850782653528827492209678126836704747650123;
            down = (down * x + 157293038702385236900797367694884140897606917239972194908645039) >> 128;
            down = down * x + 16577720143514001553848199985981164752385275;
            down = (down * x + 352172037659649965337743885811654398722805644005412480527473849) >> 128;
            down = down * x + 9943801488119315654534712452017445961674366;
            return (top << 64).rawDiv(down);
        }
    }
}
