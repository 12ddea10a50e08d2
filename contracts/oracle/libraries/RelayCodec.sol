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
    uint256 ones; // byte per feed of the mask: 1
    uint256 reports;
    uint256 cursor; // calldata offset of the next byte
    uint256 end; // calldata offset behind the last byte
    uint256 table; // memory: per feed of the mask, its slot
    bool scattered; // the mask has a hole: positions and slots differ
    uint256 rough; // not 0: some narrow value besides 0 gives a price of 0 or of more than 64 bits
    uint256 lowBits; // lowest bit of each narrow value of a report; 23 to the left the highest
    uint256 rows; // memory: per report, a word per feed of the mask as in WeightedMedian
    uint256 totals; // memory: per feed of the mask, sum of the lanes of those who priced it
    uint256 counts; // byte per feed of the mask: reports that price it
    uint256 signers; // seats
    uint256 tookPart; // seats that priced at least three quarters of the live feeds
    uint256 pricedFeeds; // byte per seat that signed: feeds priced
    uint256 signedWeight;
    uint256 anchorLow;
    uint256 statement; // memory: the report being verified, see PriceReportLib; then scales, see RelayCodec
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
    /// @dev Scales lie behind the statement: per feed of the mask base less tick, eight words on the tick. A narrow value v
    /// stands for base + (v − 1)·tick.
    uint256 private constant _SCALES_OFFSET = PriceReportLib.WORDS * 32;
    /// @dev From a price in the statement to what it is computed from; literals, because assembly takes no other constants.
    uint256 private constant _SLOT_TO_BASE = 0x1e0; // _SCALES_OFFSET - PRICES_OFFSET
    uint256 private constant _SLOT_TO_TICK = 0x2e0; // _SLOT_TO_BASE + 32 * FEED_SLOTS
    uint256 private constant _EVERY_BYTE = type(uint256).max / 255;
    /// @dev A one in each of the lowest eight fields of 24 bits; shifted so that only the first `feeds` fields remain.
    uint256 private constant _EVERY_VALUE = 0x000001000001000001000001000001000001000001000001;
    /// @dev Half the order of secp256k1: a larger s is the malleable twin of a smaller one.
    uint256 private constant _HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Reads header and feed table.
    function open(
        bytes calldata packed,
        uint256 liveFeeds,
        bytes32 domainSeparator
    ) internal pure returns (Bundle memory bundle) {
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
            bundle.anchorLow = bundle.anchorBase;
            uint256 reports = (header >> 136) & 0xff;
            bundle.reports = reports;
            bundle.end = start + packed.length;
            bundle.cursor = start + _HEADER_BYTES;
            require(reports != 0 && reports <= SEATS, IPriceOracle.PriceOracle_BadReportCount(reports, SEATS));
            bundle.statement = PriceReportLib.begin(domainSeparator, bundle.round, bundle.setId);
            _readTable(bundle, (header >> 144) & 0xff, liveFeeds);
            bundle.totals = _allocate(bundle.feeds);
            bundle.rows = _allocate(FEED_SLOTS * reports);
        }
    }

    function _readTable(Bundle memory bundle, uint256 mask, uint256 liveFeeds) private pure {
        unchecked {
            require(
                mask != 0 && mask >> liveFeeds == 0,
                IPriceOracle.PriceOracle_UnknownFeeds(mask, (1 << liveFeeds) - 1)
            );
            uint256 scales = _allocate(2 * FEED_SLOTS); // directly behind the statement
            bundle.table = _allocate(FEED_SLOTS);
            uint256 table = bundle.table;
            uint256 cursor = bundle.cursor;
            uint256 excess = 0;
            uint256 feed = 0;
            for (uint256 left = mask; left != 0; left >>= 1) {
                if (left & 1 != 0) {
                    uint256 entry = _word(cursor);
                    uint256 base = entry >> 192;
                    uint256 tick = (entry >> 160) & type(uint32).max;
                    _store(scales, base - tick); // may wrap: value · tick is added to it, value ≥ 1
                    _store(scales + 32 * FEED_SLOTS, tick);
                    _store(table, feed);
                    excess |= (base + (tick << 24)) | (base - 1);
                    (scales, table, cursor) = (scales + 32, table + 32, cursor + _FEED_BYTES);
                }
                ++feed;
            }
            uint256 feeds = (table - bundle.table) >> 5;
            bundle.cursor = cursor;
            bundle.feeds = feeds;
            bundle.ones = _EVERY_BYTE >> (256 - 8 * feeds);
            bundle.scattered = mask & (mask + 1) != 0;
            bundle.rough = excess >> 64;
            bundle.lowBits = _EVERY_VALUE << (256 - 24 * feeds);
            require(cursor <= bundle.end, IPriceOracle.PriceOracle_BadLength(0, _HEADER_BYTES + _FEED_BYTES));
        }
    }

    /// @notice Verifies every report and fills the rows.
    function verify(Bundle memory bundle, Members memory members, IAnchor anchor, uint256 liveFeeds) internal view {
        unchecked {
            uint256 cursor = bundle.cursor;
            uint256 reports = bundle.reports;
            uint256 refused = members.excluded | ~uint256(type(uint32).max); // seats that may not be the next
            uint256 offset = _NO_OFFSET; // of the anchor whose hash is in the statement
            uint256 sums = 0;
            for (uint256 index = 0; index < reports; ++index) {
                uint256 lead = _word(cursor);
                uint256 seat = (lead >> 248) & 0x7f; // bits 5 and 6 must be zero
                if ((refused >> seat) & 1 != 0) _refuseSeat(bundle, members, index, lead);
                uint256 bit = 1 << seat;
                refused |= 2 * bit - 1; // seats must rise, so none can appear twice
                bundle.signers |= bit;
                if ((lead >> 240) & 0xff != offset) {
                    offset = (lead >> 240) & 0xff;
                    _useAnchor(bundle, anchor, offset);
                }
                uint256 word = SeatCode.wordAt(members.seats, seat);
                uint256 lanes = _lanes(members, seat, SeatCode.weightOf(word));
                sums += lanes;
                uint256 next = _readPrices(
                    bundle,
                    cursor,
                    lead >> 255,
                    WeightedMedian.tail(index, seat, lanes),
                    liveFeeds
                );
                _checkSignature(bundle.statement, cursor + 2, seat, word >> 96);
                cursor = next;
            }
            bundle.cursor = cursor;
            _total(bundle, sums, liveFeeds);
        }
    }

    /// @dev Says why the seat of a report cannot follow those before it: they must rise, and it must count.
    function _refuseSeat(Bundle memory bundle, Members memory members, uint256 index, uint256 lead) private pure {
        unchecked {
            uint256 seat = (lead >> 248) & 0x7f;
            uint256 floor = 0;
            while (bundle.signers >> floor != 0) ++floor;
            require(seat >= floor && seat < SEATS, IPriceOracle.PriceOracle_SeatsNotRising(index, lead >> 248, floor));
            revert IPriceOracle.PriceOracle_SeatExcluded(seat, members.excluded);
        }
    }

    /// @dev Until now totals, counts, tookPart and pricedFeeds hold what abstentions take away; most reports have none.
    function _total(Bundle memory bundle, uint256 sums, uint256 liveFeeds) private pure {
        unchecked {
            uint256 feeds = bundle.feeds;
            bundle.signedWeight = WeightedMedian.weightOf(sums);
            bundle.tookPart = 4 * feeds >= 3 * liveFeeds ? bundle.signers & ~bundle.tookPart : 0;
            bundle.pricedFeeds = feeds * _EVERY_BYTE - bundle.pricedFeeds;
            bundle.counts = bundle.reports * bundle.ones - bundle.counts;
            uint256 pointer = bundle.totals;
            for (uint256 stop = pointer + 32 * feeds; pointer < stop; pointer += 32) {
                _store(pointer, sums - _load(pointer));
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

    /// @dev Writes the prices of the report at `cursor` into the statement and the rows. @return next Behind the report.
    /// The hot loop is for a narrow report that abstains from nothing: only a value of zero borrows through its own top bit.
    function _readPrices(
        Bundle memory bundle,
        uint256 cursor,
        uint256 wide,
        uint256 tail,
        uint256 liveFeeds
    ) private pure returns (uint256 next) {
        unchecked {
            uint256 values = _word(cursor + _SIGNATURE_BYTES);
            uint256 low = bundle.lowBits;
            if (wide | bundle.rough | ((values - low) & ~values & (low << 23)) != 0) {
                return _readCarefully(bundle, cursor + _SIGNATURE_BYTES, wide, tail, liveFeeds);
            }
            uint256 feeds = bundle.feeds;
            uint256 slot = bundle.statement + PriceReportLib.PRICES_OFFSET;
            uint256 toRow = bundle.rows + WeightedMedian.STRIDE * ((tail >> 184) & 0xff) - slot;
            // The Solidity it replaces:
            //   for (uint256 position = 0; position < feeds; ++position) {
            //       uint256 price = baseLessTick[position] + uint24(bytes3(values)) * tick[position];
            //       values <<= 24;
            //       prices[position] = price;
            //       rows[index][position] = (price << 192) | tail;
            //   }
            assembly ("memory-safe") {
                for {
                    let bound := add(slot, shl(5, feeds))
                } lt(slot, bound) {
                    slot := add(slot, 0x20)
                } {
                    let price := add(
                        mload(add(slot, _SLOT_TO_BASE)),
                        mul(shr(232, values), mload(add(slot, _SLOT_TO_TICK)))
                    )
                    values := shl(24, values)
                    mstore(slot, price)
                    mstore(add(slot, toRow), or(shl(192, price), tail))
                }
            }
            next = cursor + _SIGNATURE_BYTES + 3 * feeds;
            require(next <= bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, next));
            if (bundle.scattered) _scatter(bundle);
        }
    }

    /// @dev The same for any report; `cursor` is behind its signature.
    function _readCarefully(
        Bundle memory bundle,
        uint256 cursor,
        uint256 wide,
        uint256 tail,
        uint256 liveFeeds
    ) private pure returns (uint256 next) {
        unchecked {
            next = cursor + bundle.feeds * (wide == 0 ? 3 : 8);
            uint256 absent = _readAny(bundle, cursor, (tail >> 184) & 0xff, tail, wide != 0);
            require(next <= bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, next));
            if (absent != 0) _noteAbsent(bundle, absent, tail, liveFeeds);
            if (bundle.scattered) _scatter(bundle);
        }
    }

    /// @dev Price by price. @return absent Byte per feed of the mask: 1 where the price is zero.
    function _readAny(
        Bundle memory bundle,
        uint256 cursor,
        uint256 index,
        uint256 tail,
        bool wide
    ) private pure returns (uint256 absent) {
        unchecked {
            uint256 slot = bundle.statement + PriceReportLib.PRICES_OFFSET;
            uint256 scale = bundle.statement + _SCALES_OFFSET;
            uint256 row = bundle.rows + WeightedMedian.STRIDE * index;
            for (uint256 position = 0; position < bundle.feeds; ++position) {
                uint256 price = wide ? _word(cursor) >> 192 : _word(cursor) >> 232;
                cursor += wide ? 8 : 3;
                if (!wide && price != 0) price = _load(scale) + price * _load(scale + 32 * FEED_SLOTS);
                _store(slot, price);
                if (price == 0) absent |= 1 << (8 * position);
                else _store(row, (price << 192) | tail);
                if (price > type(uint64).max) {
                    uint256 feed = _load(bundle.table + 32 * position);
                    revert IPriceOracle.PriceOracle_PriceTooLarge((tail >> 176) & 0xff, feed, price);
                }
                (slot, scale, row) = (slot + 32, scale + 32, row + 32);
            }
        }
    }

    /// @dev Moves the statement's prices from their positions to their slots; slots rise and never lie before positions.
    function _scatter(Bundle memory bundle) private pure {
        unchecked {
            uint256 prices = bundle.statement + PriceReportLib.PRICES_OFFSET;
            for (uint256 position = bundle.feeds; position != 0;) {
                --position;
                uint256 price = _load(prices + 32 * position);
                _store(prices + 32 * position, 0);
                _store(prices + 32 * _load(bundle.table + 32 * position), price);
            }
        }
    }

    /// @dev Takes an abstaining report's weights from the feeds it did not price. One that prices nothing is refused.
    function _noteAbsent(Bundle memory bundle, uint256 absent, uint256 tail, uint256 liveFeeds) private pure {
        unchecked {
            uint256 seat = WeightedMedian.seatOf(tail);
            require(absent != bundle.ones, IPriceOracle.PriceOracle_EmptyReport(seat));
            bundle.counts += absent;
            uint256 lanes = WeightedMedian.lanesIn(tail);
            uint256 missing = 0;
            for (uint256 pointer = bundle.totals; absent != 0; pointer += 32) {
                if (absent & 1 != 0) {
                    _store(pointer, _load(pointer) + lanes);
                    ++missing;
                }
                absent >>= 8;
            }
            bundle.pricedFeeds += missing << (8 * seat);
            if (4 * (bundle.feeds - missing) < 3 * liveFeeds) bundle.tookPart |= 1 << seat;
        }
    }

    /// @dev Neighbouring reports nearly always share an anchor, so its hash is kept in the statement.
    function _useAnchor(Bundle memory bundle, IAnchor anchor, uint256 offset) private view {
        unchecked {
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

    /// @dev As {checkDigest}, of the statement and a signature in calldata.
    function _checkSignature(uint256 statement, uint256 signature, uint256 seat, uint256 expected) private view {
        unchecked {
            uint256 s = _word(signature + 32) & (type(uint256).max >> 1);
            require(s <= _HALF_ORDER, IPriceOracle.PriceOracle_MalleableSignature(seat, s));
            uint256 recovered = PriceReportLib.signerOf(statement, signature);
            if (recovered == expected && recovered != 0) return;
            revert IPriceOracle.PriceOracle_WrongSigner(seat, address(uint160(recovered)), address(uint160(expected)));
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

    /// @dev Weights of a seat as the medians take them.
    function _lanes(Members memory members, uint256 seat, uint256 weight) private pure returns (uint256) {
        unchecked {
            if (members.leakState != 0) weight = _leaked(weight, members.leakState, seat);
            uint256 reliabilities;
            // The Solidity it replaces: reliabilities = seat < 16 ? members.reliabilityLow : members.reliabilityHigh;
            // The two are the last words of the struct.
            assembly ("memory-safe") {
                reliabilities := mload(add(add(members, 0xa0), shl(5, shr(4, seat))))
            }
            return WeightedMedian.lanesOf(weight, weight * ((reliabilities >> (16 * (seat & 15))) & 0xffff));
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

    /// @notice Word `position` of one of the bundle's tables in memory.
    function wordAt(uint256 pointer, uint256 position) internal pure returns (uint256) {
        unchecked {
            return _load(pointer + 32 * position);
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
