// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { PriceReport } from "../../../contracts/shared/OracleTypes.sol";
import { ClearingEnding } from "../clearing/ClearingEnding.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { RELAYER, ROUND, Rooms, VALIDATORS, keyOf } from "./ProtocolWorld.sol";

/// @notice What validators sign, and the packed relay of docs/ARCHITECTURE.md.
abstract contract ProtocolRelay is ClearingEnding {
    bytes32 private constant _REPORT_TYPE = keccak256(
        "PriceReport(uint64 round,uint32 setId,bytes32 anchorHash,uint64[8] prices)"
    );
    /// @dev Top bit of a seat: the report's values are whole prices.
    uint256 private constant _WIDE = 0x80;
    uint256 private constant _HALF_ORDER_BIT = 1 << 255;

    /// @notice A round as its validators see it. `prices` by validator, 0 for one that says nothing; `liars` are bits.
    struct Draft {
        uint256 round;
        uint256 setId;
        uint256 anchorBlock;
        bytes32 anchorHash;
        uint256 truth;
        uint256 liars;
        uint256[VALIDATORS] prices;
    }

    Rooms internal rooms;
    bytes32 private _reportDomain;
    /// @dev Validators by seat: equal bonds take their seats once and keep them.
    uint256[VALIDATORS] private _occupants;
    uint256[VALIDATORS] private _seats;
    uint256 private _setId;
    /// @dev Validators with a seat in that set.
    uint256 private _seated;

    /// @dev A signature in the compact form of EIP-2098.
    function _signReport(
        Draft memory draft,
        uint256 validator,
        uint256 price
    ) internal returns (bytes32 r, bytes32 vs) {
        uint256[8] memory prices;
        prices[0] = price;
        bytes32 content = keccak256(
            abi.encode(_REPORT_TYPE, draft.round, draft.setId, draft.anchorHash, keccak256(abi.encodePacked(prices)))
        );
        uint8 v;
        (v, r, vs) = vm.sign(keyOf(validator), keccak256(abi.encodePacked(hex"1901", _reportDomain, content)));
        if (v == 28) vs = bytes32(uint256(vs) | _HALF_ORDER_BIT);
    }

    function _reportOf(Draft memory draft, uint256 price) internal pure returns (PriceReport memory report) {
        (report.round, report.setId) = (uint64(draft.round), uint32(draft.setId));
        report.anchorHash = draft.anchorHash;
        report.prices[0] = uint64(price);
    }

    /// @dev Packs and sends the reports of `signers`, bits by validator. @return ok The oracle took it.
    function _send(Draft memory draft, uint256 signers) internal returns (bool ok) {
        bytes memory packed = _pack(draft, signers);
        vm.prank(RELAYER);
        try rooms.oracle.relay(packed) {
            return true;
        } catch {
            return false;
        }
    }

    function _pack(Draft memory draft, uint256 signers) private returns (bytes memory packed) {
        uint256[VALIDATORS] memory prices;
        uint256 count;
        bytes memory reports;
        for (uint256 seat; seat < VALIDATORS; ++seat) {
            uint256 validator = _occupants[seat];
            if ((signers >> validator) & 1 == 0) continue;
            uint256 price = draft.prices[validator];
            (bytes32 r, bytes32 vs) = _signReport(draft, validator, price);
            reports = abi.encodePacked(reports, uint8(_seats[seat] | _WIDE), uint8(0), r, vs, uint64(price));
            prices[count++] = price;
        }
        packed = abi.encodePacked(
            uint40(draft.round),
            uint24(draft.setId),
            uint40(draft.anchorBlock),
            uint8(1),
            uint8(count),
            uint64(1),
            uint32(1),
            reports,
            _order(prices, count)
        );
    }

    /// @dev Report indices by rising price, then index.
    function _order(uint256[VALIDATORS] memory prices, uint256 count) private pure returns (bytes memory order) {
        order = new bytes(count);
        for (uint256 i; i < count; ++i) {
            uint256 place = i;
            for (; place != 0 && prices[uint8(order[place - 1])] > prices[i]; --place) order[place] = order[place - 1];
            order[place] = bytes1(uint8(i));
        }
    }

    /// @dev Validators whose reports count now.
    function _eligible(IPriceOracle.Health memory health) internal returns (uint256 eligible) {
        if (health.setId != _setId) _readSet(health.setId);
        for (uint256 seat; seat < VALIDATORS; ++seat) {
            if ((health.mask >> _seats[seat]) & 1 == 0) eligible |= 1 << _occupants[seat];
        }
        return eligible & _seated;
    }

    function _readSet(uint32 setId) private {
        if (_setId == 0) _learnSeats();
        _setId = setId;
        _seated = 0;
        for (uint256 seat; seat < VALIDATORS; ++seat) {
            (, uint64 weight, ) = rooms.oracle.seatAt(setId, _seats[seat]);
            if (weight != 0) _seated |= 1 << _occupants[seat];
        }
    }

    function _learnSeats() private {
        _reportDomain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast Oracle"),
                keccak256("1"),
                block.chainid,
                address(rooms.oracle)
            )
        );
        uint32[32] memory ids = rooms.registry.seats();
        uint256 known;
        for (uint256 seat; seat < 32; ++seat) {
            if (ids[seat] == 0) continue;
            (_seats[known], _occupants[known]) = (seat, ids[seat] - 1);
            ++known;
        }
        require(known == VALIDATORS, "every validator has a seat");
    }

    /// @dev A round that validators see now, ahead of the chain's clock where that lags. Their anchor is the parent block.
    function _draft(uint256 time, uint256 setId) internal view returns (Draft memory draft) {
        draft.round = time / ROUND;
        draft.setId = setId;
        draft.anchorBlock = block.number - 1;
        draft.anchorHash = blockhash(draft.anchorBlock);
    }

    /// @dev Who reported a price, bits by validator.
    function _signersOf(Draft memory draft) internal pure returns (uint256 signers) {
        for (uint256 i; i < VALIDATORS; ++i) {
            if (draft.prices[i] != 0) signers |= 1 << i;
        }
    }

    /// @dev Validator in a seat, VALIDATORS for none.
    function _occupantOf(uint256 seat) internal view returns (uint256) {
        for (uint256 i; i < VALIDATORS; ++i) {
            if (_seats[i] == seat) return _occupants[i];
        }
        return VALIDATORS;
    }
}
