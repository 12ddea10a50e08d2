// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a priced expiry pays out: the index is what is collected over what is claimed. The arithmetic of
/// {Pots-dueDown} alone, since the model checker cannot follow the power of ten that a payoff is scaled with: here the payoff
/// is any number. Each function is one property.
contract IndexProofs {
    function indexIsAtMostOne(uint160 payoff, uint160 par, uint80 collected, uint160 claims) external pure {
        require(claims != 0);
        assert(_dueDown(payoff, par, collected, claims) <= payoff);
    }

    function indexRisesWithWhatIsCollected(
        uint160 payoff,
        uint160 par,
        uint80 collected,
        uint80 more,
        uint160 claims
    ) external pure {
        require(claims != 0 && collected <= more);
        assert(_dueDown(payoff, par, collected, claims) <= _dueDown(payoff, par, more, claims));
    }

    function indexRisesAsClaimsFall(
        uint160 payoff,
        uint160 par,
        uint80 collected,
        uint160 claims,
        uint160 fewer
    ) external pure {
        require(fewer != 0 && fewer <= claims);
        assert(_dueDown(payoff, par, collected, claims) <= _dueDown(payoff, par, collected, fewer));
    }

    function _dueDown(uint256 payoff, uint256 par, uint256 collected, uint256 claims) private pure returns (uint256) {
        uint256 share = (par * collected) / claims;
        return payoff < share ? payoff : share;
    }
}
