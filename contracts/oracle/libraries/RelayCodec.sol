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
    uint256 liveFeeds;
    bool scattered; // the mask has a hole: positions and slots differ
    uint256 rough; // not 0: scattered, or some narrow value besides 0 gives a price of 0 or of more than 64 bits
    uint256 lowBits; // lowest bit of each narrow value of a report
    uint256 highBits; // highest bit of each
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
    uint256 flags; // of the set, see OracleState
    uint256 leakState; // already taken off the weights in `seats`
    uint256 reliabilityHigh; // seats 16 to 31, 16 bits each
    uint256 reliabilityLow; // seats 0 to 15; behind the others, so that both are one table of 64 bytes
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
    uint256 private constant _SECOND_TO_BASE = 0x200; // _SLOT_TO_BASE + 32
    uint256 private constant _SECOND_TO_TICK = 0x300; // _SLOT_TO_TICK + 32
    uint256 private constant _SIGNERS_SHIFT = 192; // above the lanes
    uint256 private constant _EVERY_BYTE = type(uint256).max / 255;
    /// @dev A one in each of the lowest eight fields of 24 bits; shifted so that only the first `feeds` fields remain.
    uint256 private constant _EVERY_VALUE = 0x000001000001000001000001000001000001000001000001;

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
            bundle.liveFeeds = liveFeeds;
            _readTable(bundle, (header >> 144) & 0xff, liveFeeds);
            bundle.totals = allocate(bundle.feeds);
            bundle.rows = _reserve(FEED_SLOTS * reports);
        }
    }

    function _readTable(Bundle memory bundle, uint256 mask, uint256 liveFeeds) private pure {
        unchecked {
            require(
                mask != 0 && mask >> liveFeeds == 0,
                IPriceOracle.PriceOracle_UnknownFeeds(mask, (1 << liveFeeds) - 1)
            );
            uint256 scales = allocate(2 * FEED_SLOTS); // directly behind the statement
            bundle.table = allocate(FEED_SLOTS);
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
            bundle.rough = (excess >> 64) | (mask & (mask + 1));
            bundle.lowBits = _EVERY_VALUE << (256 - 24 * feeds);
            bundle.highBits = bundle.lowBits << 23;
            require(cursor <= bundle.end, IPriceOracle.PriceOracle_BadLength(0, _HEADER_BYTES + _FEED_BYTES));
        }
    }

    /// @notice Verifies every report and fills the rows.
    function verify(Bundle memory bundle, Members memory members, IAnchor anchor) internal view {
        unchecked {
            uint256 cursor = bundle.cursor;
            uint256 refused = members.excluded | ~uint256(type(uint32).max); // seats that may not be the next
            uint256 anchored = _NO_OFFSET; // offset of the anchor whose hash is in the statement
            uint256 sums = 0; // of lanes; above them a bit for every seat
            uint256 stop = WeightedMedian.tail(bundle.reports, 0, 0);
            for (uint256 place = 0; place < stop; place += WeightedMedian.NEXT_INDEX) {
                uint256 lead = _word(cursor) >> 240;
                uint256 seat = (lead >> 8) & 0x7f; // bits 5 and 6 must be zero
                if ((refused >> seat) & 1 != 0) _refuseSeat(members, sums, place, lead);
                refused |= (2 << seat) - 1; // seats must rise, so none can appear twice
                if (lead & 0xff != anchored) {
                    anchored = lead & 0xff;
                    _useAnchor(bundle, anchor, anchored);
                }
                uint256 word = SeatCode.wordAt(members.seats, seat);
                uint256 lanes = _lanes(members, seat, SeatCode.weightOf(word));
                sums += lanes | ((1 << _SIGNERS_SHIFT) << seat);
                uint256 next = _readPrices(
                    bundle,
                    cursor + _SIGNATURE_BYTES,
                    lead >> 15,
                    place | (seat << 176) | lanes
                );
                if (!PriceReportLib.isSignedBy(bundle.statement, cursor + 2, word >> 96)) {
                    _refuseSignature(bundle, cursor + 2, next, seat, word >> 96);
                }
                cursor = next;
            }
            bundle.cursor = cursor;
            bundle.signers = sums >> _SIGNERS_SHIFT;
            _total(bundle, WeightedMedian.lanesIn(sums));
        }
    }

    /// @dev Says why the seat of a report cannot follow those before it: they must rise, and it must count.
    function _refuseSeat(Members memory members, uint256 sums, uint256 place, uint256 lead) private pure {
        unchecked {
            uint256 seat = (lead >> 8) & 0x7f;
            uint256 floor = 0;
            while (sums >> (_SIGNERS_SHIFT + floor) != 0) ++floor;
            uint256 index = WeightedMedian.indexOf(place);
            require(seat >= floor && seat < SEATS, IPriceOracle.PriceOracle_SeatsNotRising(index, lead >> 8, floor));
            revert IPriceOracle.PriceOracle_SeatExcluded(seat, members.excluded);
        }
    }

    /// @dev Until now totals, counts, tookPart and pricedFeeds hold what abstentions take away; most reports have none.
    function _total(Bundle memory bundle, uint256 sums) private pure {
        unchecked {
            uint256 feeds = bundle.feeds;
            bundle.signedWeight = WeightedMedian.weightOf(sums);
            bundle.tookPart = 4 * feeds >= 3 * bundle.liveFeeds ? bundle.signers & ~bundle.tookPart : 0;
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

    /// @dev Writes the prices at `cursor` into the statement and the rows. @return next Behind the report; whether that lies
    /// in the payload is looked at when something is wrong, and by {close}.
    /// The hot loop is for a narrow report that abstains from nothing: only a value of zero borrows through its own top bit.
    function _readPrices(
        Bundle memory bundle,
        uint256 cursor,
        uint256 wide,
        uint256 tail
    ) private pure returns (uint256 next) {
        unchecked {
            uint256 values = _word(cursor);
            if (wide | bundle.rough | ((values - bundle.lowBits) & ~values & bundle.highBits) != 0) {
                return _readCarefully(bundle, cursor, wide, tail);
            }
            uint256 feeds = bundle.feeds;
            uint256 slot = bundle.statement + PriceReportLib.PRICES_OFFSET;
            _readPlain(slot, bundle.rows + WeightedMedian.rowOf(tail) - slot, feeds, values, tail);
            return cursor + 3 * feeds;
        }
    }

    /// @dev The hot loop, two feeds at a time. `slot` is that of the first price, its row's word lies `toRow` behind it.
    function _readPlain(uint256 slot, uint256 toRow, uint256 feeds, uint256 values, uint256 tail) private pure {
        // The Solidity it replaces:
        //   for (uint256 position = 0; position < feeds; ++position) {
        //       uint256 price = baseLessTick[position] + uint24(bytes3(values)) * tick[position];
        //       values <<= 24;
        //       prices[position] = price;
        //       rows[index][position] = (price << 192) | tail;
        //   }
        assembly ("memory-safe") {
            for {
                let pairs := add(slot, shl(6, shr(1, feeds)))
            } lt(slot, pairs) {
                slot := add(slot, 0x40)
            } {
                let price := add(
                    mload(add(slot, _SLOT_TO_BASE)),
                    mul(shr(232, values), mload(add(slot, _SLOT_TO_TICK)))
                )
                mstore(slot, price)
                mstore(add(slot, toRow), or(shl(192, price), tail))
                let second := add(slot, 0x20)
                price := add(
                    mload(add(slot, _SECOND_TO_BASE)),
                    mul(and(shr(208, values), 0xffffff), mload(add(slot, _SECOND_TO_TICK)))
                )
                mstore(second, price)
                mstore(add(second, toRow), or(shl(192, price), tail))
                values := shl(48, values)
            }
            if and(feeds, 1) {
                let price := add(
                    mload(add(slot, _SLOT_TO_BASE)),
                    mul(shr(232, values), mload(add(slot, _SLOT_TO_TICK)))
                )
                mstore(slot, price)
                mstore(add(slot, toRow), or(shl(192, price), tail))
            }
        }
    }

    /// @dev The same for any report; `cursor` is behind its signature.
    function _readCarefully(
        Bundle memory bundle,
        uint256 cursor,
        uint256 wide,
        uint256 tail
    ) private pure returns (uint256 next) {
        unchecked {
            next = cursor + bundle.feeds * (wide == 0 ? 3 : 8);
            uint256 absent = _readAny(bundle, cursor, tail, wide != 0);
            require(next <= bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, next));
            if (absent != 0) _noteAbsent(bundle, absent, tail);
            if (bundle.scattered) _scatter(bundle);
        }
    }

    /// @dev Price by price. @return absent Byte per feed of the mask: 1 where the price is zero.
    function _readAny(
        Bundle memory bundle,
        uint256 cursor,
        uint256 tail,
        bool wide
    ) private pure returns (uint256 absent) {
        unchecked {
            uint256 slot = bundle.statement + PriceReportLib.PRICES_OFFSET;
            uint256 scale = bundle.statement + _SCALES_OFFSET;
            uint256 row = bundle.rows + WeightedMedian.rowOf(tail);
            for (uint256 position = 0; position < bundle.feeds; ++position) {
                uint256 price = wide ? _word(cursor) >> 192 : _word(cursor) >> 232;
                cursor += wide ? 8 : 3;
                if (!wide && price != 0) price = _load(scale) + price * _load(scale + 32 * FEED_SLOTS);
                _store(slot, price);
                _store(row, price == 0 ? 0 : (price << 192) | tail);
                if (price == 0) absent |= 1 << (8 * position);
                if (price > type(uint64).max) {
                    uint256 feed = _load(bundle.table + 32 * position);
                    revert IPriceOracle.PriceOracle_PriceTooLarge(WeightedMedian.seatOf(tail), feed, price);
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
    function _noteAbsent(Bundle memory bundle, uint256 absent, uint256 tail) private pure {
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
            if (4 * (bundle.feeds - missing) < 3 * bundle.liveFeeds) bundle.tookPart |= 1 << seat;
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

    /// @dev Says what is wrong with the signature at `signature` under the statement; `next` is behind its report.
    function _refuseSignature(
        Bundle memory bundle,
        uint256 signature,
        uint256 next,
        uint256 seat,
        uint256 expected
    ) private view {
        require(next <= bundle.end, IPriceOracle.PriceOracle_BadLength(bundle.end, next));
        bytes32 digest = PriceReportLib.digestOf(bundle.statement);
        (bytes32 r, bytes32 vs) = (bytes32(_word(signature)), bytes32(_word(signature + 32)));
        checkDigest(digest, r, vs, seat, address(uint160(expected)));
        revert IPriceOracle.PriceOracle_WrongSigner(seat, address(0), address(uint160(expected))); // never: the same check
    }

    /// @notice Requires that `expected` signed `digest`; the signature is in the compact form of EIP-2098 with low s.
    function checkDigest(bytes32 digest, bytes32 r, bytes32 vs, uint256 seat, address expected) internal pure {
        unchecked {
            uint256 s = uint256(vs) & (type(uint256).max >> 1);
            require(s <= PriceReportLib.HALF_ORDER, IPriceOracle.PriceOracle_MalleableSignature(seat, s));
            address recovered = ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, bytes32(s));
            require(
                recovered == expected && recovered != address(0),
                IPriceOracle.PriceOracle_WrongSigner(seat, recovered, expected)
            );
        }
    }

    /// @dev Weights of a seat as the medians take them.
    function _lanes(Members memory members, uint256 seat, uint256 weight) private pure returns (uint256) {
        uint256 reliability;
        // The Solidity it replaces:
        //   uint256 half = seat < 16 ? members.reliabilityLow : members.reliabilityHigh;
        //   reliability = (half >> (16 * (seat & 15))) & 0xffff;
        // The two are the last words of the struct, high before low: seat s has bytes 62 − 2s and 63 − 2s of them.
        assembly ("memory-safe") {
            reliability := shr(240, mload(sub(add(members, 0xfe), shl(1, seat))))
        }
        return WeightedMedian.lanesOf(weight, reliability);
    }

    /// @dev Words at the end of memory, for a writer that writes every word that is read.
    function _reserve(uint256 words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(0x40, add(pointer, shl(5, words)))
        }
    }

    /// @notice Zeroed words at the end of memory. The Solidity it replaces: `new uint256[](words)` without the length.
    function allocate(uint256 words) internal pure returns (uint256 pointer) {
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

    /// @notice As {wordAt}, of an array by feed slot; the caller keeps `feed` below eight.
    function wordAt(uint256[8] memory words, uint256 feed) internal pure returns (uint256 word) {
        // The Solidity it replaces: `words[feed]` without the length check.
        assembly ("memory-safe") {
            word := mload(add(words, shl(5, feed)))
        }
    }

    function setWordAt(uint256[8] memory words, uint256 feed, uint256 word) internal pure {
        // The Solidity it replaces: `words[feed] = word` without the length check.
        assembly ("memory-safe") {
            mstore(add(words, shl(5, feed)), word)
        }
    }

    /// @notice Puts a price behind the two words that come before the prices of an event.
    function announce(uint256 announced, uint256 feed, uint256 price) internal pure {
        unchecked {
            _store(announced + 64 + 32 * feed, price);
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
