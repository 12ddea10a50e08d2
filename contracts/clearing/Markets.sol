// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { ClearingBase } from "./ClearingBase.sol";
import { Parameters } from "../shared/ClearingTypes.sol";
import { ledgerUnitOf } from "../shared/LedgerUnit.sol";
import { NO_FEED } from "../shared/RiskTypes.sol";
import { Token } from "./libraries/ClearingState.sol";
import { MarketConfigs, MarketParametersWords } from "./libraries/ClearingWords.sol";
import { ParameterBounds } from "./libraries/ParameterBounds.sol";

/// @title Markets
/// @notice Anyone creates a market out of enabled parts; nobody changes one. Lists only grow; `sunset` is one way.
abstract contract Markets is ClearingBase, IClearinghouse, AccessManaged {
    uint256 private constant _FEWEST_DECIMALS = 2;
    uint256 private constant _MOST_DECIMALS = 18;

    /// @dev Margin asks the market's risk contract instead.
    /// @inheritdoc IClearinghouse
    IPriceOracle public immutable oracle;

    mapping(address risk => bool) public riskEnabled;
    mapping(uint256 feed => bool) public feedEnabled;
    /// @dev The slot and one more, so that 0 is a token that is not on the list.
    mapping(address token => uint256) private _collaterals;
    Parameters[] private _parameterSets;
    mapping(uint256 market => MarketParams) private _params;

    constructor(IPriceOracle oracle_, address authority) AccessManaged(authority) {
        require(address(oracle_) != address(0), Clearinghouse_ZeroAddress());
        oracle = oracle_;
    }

    /// @notice Governance: markets may name this risk contract.
    function enableRisk(address risk) external restricted {
        require(risk.code.length != 0, Clearinghouse_ZeroAddress());
        riskEnabled[risk] = true;
        emit RiskEnabled(risk);
    }

    /// @notice Governance: markets may name this feed of the oracle.
    function enableFeed(uint8 feed) external restricted {
        require(feed < oracle.feedCount(), Clearinghouse_NotEnabled(address(0), feed, 0));
        feedEnabled[feed] = true;
        emit FeedEnabled(feed);
    }

    /// @notice Governance: markets may hold this token as collateral. Each market's interest counts in the sum that one stake
    /// secures, so a worthless token could fill that sum for nothing.
    /// @param feed Slot of the token's own price in USD, whose fall below its peg tightens its markets; {NO_FEED} for none.
    /// Later entries hold for markets created after them.
    function enableCollateral(address token, uint256 feed) external restricted {
        require(token != address(0), Clearinghouse_ZeroAddress());
        require(feed < oracle.feedCount() || feed == NO_FEED, Clearinghouse_NotEnabled(token, feed, 0));
        _collaterals[token] = feed + 1;
        emit CollateralEnabled(token, feed);
    }

    /// @notice Whether markets may hold a token, and the slot of its own price.
    function collateralFeed(address token) external view returns (bool enabled, uint256 feed) {
        uint256 entry = _collaterals[token];
        return entry == 0 ? (false, NO_FEED) : (true, entry - 1);
    }

    /// @notice Governance: adds a parameter set. It never changes afterwards.
    function enableParameters(Parameters calldata parameters) external restricted returns (uint256 parameterSet) {
        ParameterBounds.check(parameters);
        parameterSet = _parameterSets.length;
        _parameterSets.push(parameters);
        emit ParametersEnabled(parameterSet, parameters);
    }

    /// @inheritdoc IClearinghouse
    function createMarket(MarketParams calldata params) external nonReentrant returns (uint256 market) {
        require(
            riskEnabled[params.risk] && feedEnabled[params.feed] && params.parameterSet < _parameterSets.length,
            Clearinghouse_NotEnabled(params.risk, params.feed, params.parameterSet)
        );
        require(params.insurer != address(0), Clearinghouse_ZeroAddress());
        uint256 collateral = _collaterals[params.collateral];
        require(collateral != 0, Clearinghouse_NotEnabled(params.collateral, params.feed, params.parameterSet));
        bytes32 marketHash = keccak256(abi.encode(params));
        market = _state.indexOf[marketHash];
        require(market == 0, Clearinghouse_MarketExists(marketHash, market));

        uint256 tokenIndex = _listToken(params.collateral);
        market = ++_state.marketCount;
        _state.indexOf[marketHash] = market;
        Parameters memory parameters = _parameterSets[params.parameterSet];
        _state.configs[market] = MarketConfigs.pack(
            params.risk,
            params.feed,
            collateral - 1,
            params.kind,
            _state.tokens[tokenIndex].unitDecimals,
            uint32(tokenIndex),
            parameters.tip
        );
        _state.parameters[market] = MarketParametersWords.pack(parameters);
        _params[market] = params;

        emit MarketCreated(msg.sender, market, marketHash, params);
    }

    /// @inheritdoc IClearinghouse
    function sunset(uint256 market) external restricted {
        _configOf(market);
        _state.accounts[market] = _state.accounts[market].withSunset();
        emit MarketSunset(msg.sender, market);
    }

    /// @inheritdoc IClearinghouse
    function marketIndex(bytes32 marketHash) external view returns (uint256 market) {
        market = _state.indexOf[marketHash];
        require(market != 0, Clearinghouse_UnknownMarket(0, _state.marketCount));
    }

    /// @inheritdoc IClearinghouse
    function marketParams(uint256 market) external view returns (MarketParams memory) {
        _configOf(market);
        return _params[market];
    }

    /// @inheritdoc IClearinghouse
    function parametersOf(uint256 market) external view returns (Parameters memory) {
        return _state.parameters[market].unpack(_configOf(market).tip());
    }

    function _insurer(uint256 market) internal view returns (address) {
        return _params[market].insurer;
    }

    /// @dev Refuses by name what it could not account for: no code, or no sensible decimals.
    function _listToken(address token) private returns (uint256 index) {
        index = _state.tokenIndexOf[token];
        if (index != 0) return index;
        require(token.code.length != 0, Clearinghouse_BadToken(token, 0));
        uint256 decimals = _decimals(token);
        require(decimals >= _FEWEST_DECIMALS && decimals <= _MOST_DECIMALS, Clearinghouse_BadToken(token, decimals));

        index = ++_state.tokenCount;
        _state.tokenIndexOf[token] = index;
        (uint256 unitDecimals, ) = ledgerUnitOf(decimals);
        _state.tokens[index] = Token({
            token: token,
            unitDecimals: uint8(unitDecimals),
            tokenDecimals: uint8(decimals),
            owed: 0
        });
        emit TokenListed(token, index, uint8(decimals));
    }

    function _decimals(address token) private view returns (uint256) {
        try IERC20Metadata(token).decimals() returns (uint8 decimals) {
            return decimals;
        } catch {
            return type(uint256).max;
        }
    }
}
