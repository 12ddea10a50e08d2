// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAnchor } from "../../interfaces/IAnchor.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, SEATS } from "../../shared/OracleTypes.sol";
import { PriceReportLib } from "./PriceReportLib.sol";
import { SeatCode } from "./SeatCode.sol";
import { WeightedMedian } from "./WeightedMedian.sol";

/// @notice A relayed round while it is read. Pointers are raw memory or calldata offsets.
struct Bundle {
    uint256 round;
    uint256 setId;
    uint256 anchorBase;
    uint256 feeds; // number of feeds in the mask
    uint256 reports;
    uint256 cursor; // calldata offset of the next byte
    uint256 end; // calldata offset behind the last byte
    uint256 table; // memory: per feed of the mask, feed (from bit 96) | base (64) | tick (32)
    uint256 rows; // memory: per feed of the mask, one word per report as in WeightedMedian
    uint256 totals; // memory: per feed of the mask, sum of the weights of its row
    uint256 counts; // byte per feed of the mask: reports that price it
    uint256 signers; // seats
    uint256 tookPart; // seats that priced at least three quarters of the live feeds
    uint256 pricedFeeds; // byte per seat: feeds priced
    uint256 signedWeight;
    uint256 anchorLow;
    uint256 anchorOffset; // offset whose hash is in the statement, 256 for none yet
    uint256 statement; // memory: the report being verified, see PriceReportLib
}

/// @notice Whose signatures count.
struct Members {
    uint256 seats; // memory pointer of SeatCode
    uint256 excluded; // masked seats, and seats that changed hands for a report of the previous set
    uint256 active;
    uint256 nominal;
    uint256 leakState;
    uint256 reliabilityLow; // seats 0 to 15, 16 bits each
    uint256 reliabilityHigh;
}

/// @title Relay codec
/// @notice Reads the packed form of a round and verifies every signature in one pass over the reports (docs/ARCHITECTURE.md).
/// The encoding needs no trust: what a validator signed are the absolute prices, round, set and anchor.
library RelayCodec {
    uint256 private constant _HEADER_BYTES = 15;
    uint256 private constant _FEED_BYTES = 12;
    uint256 private constant _SIGNATURE_BYTES = 66;
    uint256 private constant _NO_OFFSET = 256;
    /// @dev Half the order of secp256k1: a larger s is the malleable twin of a smaller one.
    uint256 private constant _HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Reads header and feed table.
    function open(bytes calldata packed, uint256 liveFeeds) internal pure returns (Bundle memory bundle) {
        unchecked {
            uint256 start;
            assembly ("memory-safe") {
                start := packed.offset
            }
            require(packed.length >= _HEADER_BYTES, IPriceOracle.PriceOracle_BadLength(packed.length, _HEADER_BYTES));
            uint256 header = _word(start);
            bundle.round = header >> 216;
            bundle.setId = (header >> 192) & 0xffffff;
            bundle.anchorBase = (header >> 152) & 0xffffffffff;
            bundle.reports = (header >> 136) & 0xff;
            bundle.end = start + packed.length;
            bundle.cursor = start + _HEADER_BYTES;
            bundle.anchorOffset = _NO_OFFSET;
            bundle.anchorLow = bundle.anchorBase;
            require(
                bundle.reports != 0 && bundle.reports <= SEATS,
                IPriceOracle.PriceOracle_BadReportCount(bundle.reports, SEATS)
            );
            _readTable(bundle, (header >> 144) & 0xff, liveFeeds);
            bundle.rows = _allocate(bundle.feeds * bundle.reports);
            bundle.totals = _allocate(bundle.feeds);
        }
    }

    function _readTable(Bundle memory bundle, uint256 mask, uint256 liveFeeds) private pure {
        unchecked {
            require(
                mask != 0 && mask >> liveFeeds == 0,
                IPriceOracle.PriceOracle_UnknownFeeds(mask, (1 << liveFeeds) - 1)
            );
            bundle.table = _allocate(FEED_SLOTS);
            uint256 position = 0;
            for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
                if ((mask >> feed) & 1 == 0) continue;
                uint256 entry = _word(bundle.cursor) >> 160;
                bundle.cursor += _FEED_BYTES;
                _store(bundle.table + 32 * position, (feed << 96) | entry);
                ++position;
            }
            bundle.feeds = position;
            require(bundle.cursor <= bundle.end, IPriceOracle.PriceOracle_BadLength(0, _HEADER_BYTES + _FEED_BYTES));
        }
    }

    /// @notice Verifies every report and fills the rows.
    function verify(Bundle memory bundle, Members memory members, bytes32 domainSeparator, IAnchor anchor, uint256 liveFeeds)
        internal
        view
    {
        unchecked {
            bundle.statement = PriceReportLib.begin(domainSeparator, bundle.round, bundle.setId);
            uint256 floor = 0; // seats must rise, so none can appear twice
            for (uint256 index = 0; index < bundle.reports; ++index) {
                floor = _verifyReport(bundle, members, anchor, index, floor, liveFeeds);
            }
        }
    }

    /// @notice Requires that the orders end where the payload ends.
    function close(Bundle memory bundle) internal pure {
        unchecked {
            uint256 needed = bundle.cursor;
            uint256 counts = bundle.counts;
            for (; counts != 0; counts >>= 8) {
                needed += counts & 0xff;
            }
            require(needed == bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, needed));
        }
    }

    function _verifyReport(
        Bundle memory bundle,
        Members memory members,
        IAnchor anchor,
        uint256 index,
        uint256 floor,
        uint256 liveFeeds
    ) private view returns (uint256) {
        unchecked {
            uint256 lead = _word(bundle.cursor);
            uint256 seat = (lead >> 248) & 0x1f;
            require(
                lead & (uint256(0x60) << 248) == 0 && seat >= floor,
                IPriceOracle.PriceOracle_SeatsNotRising(index, lead >> 248, floor)
            );
            require((members.excluded >> seat) & 1 == 0, IPriceOracle.PriceOracle_SeatExcluded(seat, members.excluded));
            _useAnchor(bundle, anchor, (lead >> 240) & 0xff);

            uint256 signature = bundle.cursor + 2;
            bundle.cursor += _SIGNATURE_BYTES;
            uint256 word = SeatCode.wordAt(members.seats, seat);
            uint256 weight = SeatCode.weightOf(word);
            if (members.leakState != 0) weight = _leaked(weight, members.leakState, seat);
            _readPrices(bundle, index, seat, lead >> 255 != 0, (weight * _reliability(members, seat) << 64) | weight);
            require(bundle.cursor <= bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, bundle.cursor));

            uint256 priced = (bundle.pricedFeeds >> (8 * seat)) & 0xff;
            require(priced != 0, IPriceOracle.PriceOracle_EmptyReport(seat));
            _checkSignature(bundle.statement, signature, seat, SeatCode.signerOf(word));
            bundle.signers |= 1 << seat;
            if (4 * priced >= 3 * liveFeeds) bundle.tookPart |= 1 << seat;
            bundle.signedWeight += weight;
            return seat + 1;
        }
    }

    /// @dev Writes the prices into the statement and into the rows.
    function _readPrices(Bundle memory bundle, uint256 index, uint256 seat, bool wide, uint256 weights) private pure {
        unchecked {
            uint256 cursor = bundle.cursor;
            uint256 prices = bundle.statement + PriceReportLib.PRICES_OFFSET;
            uint256 row = bundle.rows + 32 * index;
            uint256 tail = (index << 184) | (seat << 176) | weights;
            uint256 priced = 0;
            for (uint256 position = 0; position < bundle.feeds; ++position) {
                uint256 entry = _load(bundle.table + 32 * position);
                uint256 price;
                if (wide) {
                    price = _word(cursor) >> 192;
                    cursor += 8;
                } else {
                    price = _word(cursor) >> 232;
                    if (price != 0) price = ((entry >> 32) & type(uint64).max) + (price - 1) * (entry & 0xffffffff);
                    cursor += 3;
                }
                _store(prices + 32 * (entry >> 96), price);
                if (price != 0) {
                    require(price <= type(uint64).max, IPriceOracle.PriceOracle_PriceTooLarge(seat, entry >> 96, price));
                    _store(row + 32 * position * bundle.reports, (price << 192) | tail);
                    _store(bundle.totals + 32 * position, _load(bundle.totals + 32 * position) + weights);
                    bundle.counts += 1 << (8 * position);
                    ++priced;
                }
            }
            bundle.cursor = cursor;
            bundle.pricedFeeds |= priced << (8 * seat);
        }
    }

    /// @dev Neighbouring reports nearly always share an anchor, so its hash is kept in the statement.
    function _useAnchor(Bundle memory bundle, IAnchor anchor, uint256 offset) private view {
        unchecked {
            if (offset == bundle.anchorOffset) return;
            bundle.anchorOffset = offset;
            uint256 number = bundle.anchorBase - offset;
            if (number < bundle.anchorLow) bundle.anchorLow = number;
            PriceReportLib.setAnchor(bundle.statement, anchorHash(anchor, number));
        }
    }

    /// @notice Hash of an anchor block: BLOCKHASH, else the chain's adapter. Reverts when it cannot be derived.
    function anchorHash(IAnchor anchor, uint256 number) internal view returns (bytes32 hash) {
        hash = blockhash(number);
        if (hash == 0) hash = anchor.hashOf(number);
        require(hash != 0, IPriceOracle.PriceOracle_UnknownAnchor(number, block.number));
    }

    function _checkSignature(uint256 statement, uint256 signature, uint256 seat, address expected) private pure {
        unchecked {
            bytes32 digest = PriceReportLib.digest(statement);
            checkDigest(digest, bytes32(_word(signature)), bytes32(_word(signature + 32)), seat, expected);
        }
    }

    /// @notice Requires that `expected` signed `digest`; the signature is in the compact form of EIP-2098 with low s.
    function checkDigest(bytes32 digest, bytes32 r, bytes32 vs, uint256 seat, address expected) internal pure {
        unchecked {
            uint256 s = uint256(vs) & (type(uint256).max >> 1);
            require(s <= _HALF_ORDER, IPriceOracle.PriceOracle_MalleableSignature(seat, s));
            address recovered = ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, bytes32(s));
            require(
                recovered == expected && recovered != address(0),
                IPriceOracle.PriceOracle_WrongSigner(seat, recovered, expected)
            );
        }
    }

    function _reliability(Members memory members, uint256 seat) private pure returns (uint256) {
        unchecked {
            return seat < 16
                ? (members.reliabilityLow >> (16 * seat)) & 0xffff
                : (members.reliabilityHigh >> (16 * (seat - 16))) & 0xffff;
        }
    }

    function _leaked(uint256 weight, uint256 state, uint256 seat) private pure returns (uint256) {
        unchecked {
            for (uint256 steps = (state >> (8 * seat + 5)) & 7; steps != 0; --steps) {
                weight = (weight * 9) / 10;
            }
            return weight;
        }
    }

    /// @dev Zeroed words at the end of memory. The Solidity it replaces: `new uint256[](words)` without the length.
    function _allocate(uint256 words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            let size := shl(5, words)
            mstore(0x40, add(pointer, size))
            calldatacopy(pointer, calldatasize(), size)
        }
    }

    /// @dev The Solidity it replaces: `uint256(bytes32(msg.data[offset:offset + 32]))`, zeros beyond the end.
    function _word(uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(offset)
        }
    }

    /// @dev The Solidity it replaces: `array[i] = word` without the length check.
    function _store(uint256 pointer, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(pointer, word)
        }
    }

    /// @dev The Solidity it replaces: `array[i]` without the length check.
    function _load(uint256 pointer) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(pointer)
        }
    }
}
