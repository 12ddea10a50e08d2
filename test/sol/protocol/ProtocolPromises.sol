// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRisk } from "../../../contracts/interfaces/IRisk.sol";
import { IRiskManager } from "../../../contracts/interfaces/IRiskManager.sol";
import { IValidatorRegistry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { IRewardPot } from "../../../contracts/interfaces/IRewardPot.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { Band, Parameters, Scenario } from "../../../contracts/shared/ClearingTypes.sol";
import { Margin } from "../../../contracts/shared/Margin.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { NO_FEED } from "../../../contracts/shared/RiskTypes.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { MARKETS, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolExits } from "./ProtocolExits.sol";
import { BOND, CEILING, HEARTBEAT, VALIDATORS, least, numbered } from "./ProtocolWorld.sol";

interface Tips {
    function tipBalance() external view returns (uint256);
}

/// @notice S1 to S15 of docs/INVARIANTS.md. What only an action can see is noted while it runs, the rest is looked at
/// between two of them.
abstract contract ProtocolPromises is ProtocolExits {
    uint256 private constant _DWELL_CAUTIOUS = 10 minutes;
    uint256 private constant _DWELL_REDUCE_ONLY = 15 minutes;
    uint256 private constant _DWELL_HALTED = 30 minutes;
    uint256 private constant _RAMP = 6 hours;
    /// @dev Behind a halt lies Recovery, closed for as long as ReduceOnly dwells.
    uint256 private constant _CLOSED_AFTER_HALT = _DWELL_HALTED + _DWELL_REDUCE_ONLY;

    uint256[MARKETS] private _notionalBefore;
    uint256 private _steps;

    /// S1: every token that a contract took in is there and is somebody's, to the unit.
    function s1_everyTokenIsThere() external view {
        this.checkConservation();
        for (uint256 market = 1; market <= MARKETS; ++market) {
            uint256 owed = world.house.owed(_token(market)) * _scale(market);
            require(_balance(market) == owed, "S1: the Clearinghouse holds what it owes");
        }
        uint256 bonds;
        for (uint32 id = 1; id <= VALIDATORS; ++id) bonds += rooms.registry.validator(id).bond;
        require(world.dollar.balanceOf(address(rooms.registry)) == bonds, "S1: the registry holds the bonds");
        uint256 lost = VALIDATORS * BOND - bonds;
        require(world.dollar.balanceOf(rooms.escrow) == lost, "S1: the escrow holds what was slashed");
        IRewardPot pot = IRewardPot(rooms.pot);
        (uint256 free, uint256 allotted, ) = pot.rewardsIn(IERC20(address(world.dollar)));
        uint256 counted = free + allotted + Tips(rooms.pot).tipBalance();
        require(world.dollar.balanceOf(rooms.pot) >= counted, "S1: the pot holds what it promised");
    }

    /// S2: longs are shorts, series by series; after pricing, in payoff.
    function s2_longsAreShorts() external view {
        this.checkInterest();
        this.checkNotional();
    }

    /// S6: what a sealed round says stays.
    function s6_onePricePerRound() external view {
        for (uint256 i; i < SEALED && i < sealedCount; ++i) {
            (bool ok, IPriceOracle.RoundPrice memory kept) = rooms.oracle.tryRoundPrice(0, uint64(sealed_[i].round));
            require(!ok || !kept.published || kept.price == sealed_[i].price, "S6: a sealed round keeps its price");
        }
    }

    /// S7, S11, S13: settlement prices are final, nobody gets more than his share, reserves cover what may be drawn.
    function s7_s11_s13_potsAndReserves() external view {
        this.checkPots();
        this.checkReserves();
    }

    /// S8: who never was faulty has his whole bond, unless the most once lied, and is never tombstoned.
    function s8_honestStakeIsWhole() external view {
        for (uint256 i; i < VALIDATORS; ++i) {
            if ((everFaulty >> i) & 1 != 0) continue;
            IValidatorRegistry.Validator memory validator = rooms.registry.validator(uint32(i + 1));
            require(hasMajorityLied || validator.bond == BOND, "S8: an honest validator lost nothing");
            require(validator.state != IValidatorRegistry.State.Tombstoned, "S8: an honest validator may come back");
        }
    }

    function _enter() internal override {
        vm.warp(clock);
        vm.roll(height);
        for (uint256 market = 1; market <= MARKETS; ++market)
            _notionalBefore[market - 1] = _market(market).openNotional;
    }

    /// @dev What is true of time and mode is looked at where the time is right.
    function _leave() internal override {
        uint256 seed = _mix(uint256(keccak256(abi.encode(clock, ++_steps, books.length))));
        _s9_modesKeepTheirDwell();
        _s15_fundedBooksNeedNothing(books[seed % books.length]);
        _s14_exitsAreOpen(seed >> 8);
    }

    /// S9: after what was last seen stored, no mode is looser than its dwells allow, one step at a time; age and guardian
    /// tighten at once.
    function _s9_modesKeepTheirDwell() private {
        IRiskManager.Stand memory stand = rooms.risk.standOf(0);
        (bool ok, IRisk.Reading memory reading) = rooms.risk.tryRead(0, 0, NO_FEED, Level.Normal);
        Level mode = stand.mode;
        bool opens = ok && reading.opens;
        _require(mode >= stored, "S9: no looser than the stored level");
        _require(mode >= _byAge(), "S9: age tightens while it lasts");
        if (clock < guardedUntil) _require(mode >= guardedLevel, "S9: the guardian's level holds");
        _require(!opens || mode <= Level.Recovery, "S9: nothing opens beyond the ramp");

        uint256 since = _since(seenAt[uint256(Level.Halted)]);
        if (since < _DWELL_HALTED) _require(mode == Level.Halted, "S9: a halt dwells");
        if (since < _CLOSED_AFTER_HALT) _require(!opens, "S9: recovery from a halt is closed");
        if (since < _CLOSED_AFTER_HALT + _RAMP) _require(mode >= Level.Recovery, "S9: a halt ends in recovery");
        since = _since(resumedAt);
        if (since < _DWELL_REDUCE_ONLY) _require(!opens, "S9: after an outage nothing opens");
        if (since < _DWELL_REDUCE_ONLY + _RAMP) _require(mode >= Level.Recovery, "S9: an outage ends in recovery");
        since = _since(seenAt[uint256(Level.ReduceOnly)]);
        if (since < _DWELL_REDUCE_ONLY) _require(mode >= Level.ReduceOnly, "S9: ReduceOnly dwells");
        if (since < _DWELL_REDUCE_ONLY + _DWELL_CAUTIOUS)
            _require(mode >= Level.Cautious, "S9: ReduceOnly ends in Cautious");
        since = _since(seenAt[uint256(Level.Cautious)]);
        if (since < _DWELL_CAUTIOUS) _require(mode >= Level.Cautious, "S9: Cautious dwells");
        _count(numbered("mode ", uint256(mode)));
    }

    function _byAge() private view returns (Level) {
        uint256 age = _age();
        if (age > 10 * HEARTBEAT) return Level.Halted;
        if (age > 4 * HEARTBEAT) return Level.ReduceOnly;
        return age > 2 * HEARTBEAT ? Level.Cautious : Level.Normal;
    }

    /// S15 and law 4: a book with its maximum loss in cash is never below maintenance, whatever was read.
    function _s15_fundedBooksNeedNothing(BookId id) private {
        IClearingRecords.BookView memory book = world.house.book(id);
        if (book.legs.length == 0 || clock >= id.expiry()) return;
        uint256 needed = world.house.maxLoss(id);
        uint256 maintenance = _maintenance(id);
        _require(maintenance <= needed, "S15: maintenance is at most maximum loss");
        if (book.cash < needed) return;
        _require(!world.house.isLiquidatable(id), "S15: nobody can liquidate a funded book");
        _count("funded book");
    }

    /// S4 and S10, of an opening that just happened.
    function _opened(BookId id) internal override {
        uint256 market = id.market();
        IClearingViews.MarketView memory account = _market(market);
        _count("opening");
        if (account.openNotional <= _notionalBefore[market - 1]) return;
        // What resumed is stored as Recovery for five rounds; its ramp may open before they are over.
        _requireLoose(Level.Recovery, "S4: no opening on a price or in a mode that allows none");
        uint256 closedFor = least(_since(resumedAt), _rampSince());
        _require(closedFor >= _DWELL_REDUCE_ONLY, "S4: no opening before recovery opens");

        uint256 cap = _capOf(market, account.insurance, id.expiry());
        _require(account.openNotional <= cap + 1, "S10: open interest within the market's cap");
        uint256 e = _eOf(id);
        _require(_state(market, e).openNotional <= cap / 2 + 1, "S10: half of it for one expiry");
        uint256 total = _market(1).openNotional + _market(2).openNotional;
        _require(total <= CEILING * 1e5, "S10: all markets under the ceiling");
    }

    /// S4: a book begins with initial margin for the price itself, without any band and at the least volatility.
    function _openedAfresh(BookId id) internal override {
        if (id.expiry() <= clock + 30 minutes) return;
        uint256 price = latest.price;
        Parameters memory set = world.house.parametersOf(id.market());
        Scenario memory scenario = Margin.initialScenario(
            Band(price, price, price),
            set.initialShockBps,
            set.initialFloorBps,
            Margin.timeValueUp(12_000, id.expiry() - clock),
            stored == Level.Normal ? 10_000 : 12_500,
            0
        );
        uint256 needed = Margin.calculateRequirement(_legsOf(id), _terms(id.market()), scenario).amount;
        _require(world.house.book(id).cash >= needed, "S4: a book begins with its margin");
        _count("fresh book");
    }

    /// S4: what is not fully funded leaves only where the mode lends.
    function _lent(BookId id) internal override {
        if (world.house.book(id).cash >= world.house.maxLoss(id)) return;
        _count("lending");
        _requireLoose(Level.Cautious, "S4: no risk-taking withdrawal on a price or in a mode that lends nothing");
        uint256 since = least(_since(resumedAt), _rampSince());
        _require(since >= _DWELL_REDUCE_ONLY + _RAMP, "S4: none in recovery");
    }

    function _requireLoose(Level strictest, string memory what) private {
        bool isFresh = _age() <= 4 * HEARTBEAT && latest.price != 0;
        bool isLoose = stored <= strictest && clock >= guardedUntil;
        bool hasDwelt = _since(seenAt[uint256(Level.ReduceOnly)]) >= _DWELL_REDUCE_ONLY;
        _require(isFresh && isLoose && hasDwelt, what);
    }

    /// @dev Uptime since the dwell of the last halt was over.
    function _rampSince() private view returns (uint256) {
        uint256 since = _since(seenAt[uint256(Level.Halted)]);
        return since < _DWELL_HALTED ? 0 : since - _DWELL_HALTED;
    }

    /// @dev Insurance over 8 %, 40 % where no witness was looked at for an hour; half of it in any mode but Normal; a quarter
    /// at the start of a ramp and all of it after six hours. In cents, rounded up.
    function _capOf(uint256 market, uint256 insurance, uint256 expiry) private view returns (uint256 cap) {
        (, IRisk.Reading memory reading) = rooms.risk.tryRead(0, expiry, NO_FEED, Level.Normal);
        cap = insurance * 100;
        if (market == 2) cap = (cap * reading.price) / 1e8;
        cap /= market == 1 ? 1e6 : 1e9;
        bool isWitnessed = clock <= lookedAt + 1 hours + 64;
        cap = (cap * 10_000) / (isWitnessed ? 800 : 4_000) + 1;
        uint256 share = 10_000;
        uint256 since = least(_since(resumedAt), _rampSince());
        if (since < _DWELL_REDUCE_ONLY + _RAMP)
            share = 2_500 + (7_500 * (since - least(since, _DWELL_REDUCE_ONLY))) / _RAMP + 1;
        if (reading.mode != Level.Normal && reading.mode != Level.Recovery) share = least(share, 5_000);
        return (cap * share) / 10_000 + 1;
    }
}
