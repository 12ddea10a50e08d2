// SPDX-License-Identifier: MIT
import { assert } from "chai";
import * as fc from "fast-check";

import { BallastError } from "../../../scripts/model/BallastError.ts";
import { decodeRelay } from "../../../scripts/model/decodeRelay.ts";
import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import type { RelayBundle, RelayReport } from "../../../scripts/model/types.ts";
import { bundles, sampleBundle } from "./bundles.ts";

function reasonOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    assert.instanceOf(error, BallastError);
    assert.equal(error.code, "relayMalformed", "code");
    return error.context["reason"];
  }
  return assert.fail("was accepted");
}

function withReport(index: number, change: Partial<RelayReport>): RelayBundle {
  const bundle = sampleBundle();
  return { ...bundle, reports: bundle.reports.map((report, at) => (at === index ? { ...report, ...change } : report)) };
}

function reportBytes(seat: string, offset: string, r: number, s: number, ...values: string[]): string[] {
  return [seat, offset, r.toString(16).padStart(64, "0"), s.toString(16).padStart(64, "0"), ...values];
}

describe("packed relay", () => {
  it("decodes to what was encoded, for any bundle", () => {
    fc.assert(
      fc.property(bundles, (bundle) => {
        assert.deepEqual(decodeRelay(encodeRelay(bundle)), bundle, "bundle");
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("has the layout of the specification, byte for byte", () => {
    const packed = Buffer.from(encodeRelay(sampleBundle())).toString("hex");
    const expected = [
      ["000001e240", "000007", "00000003e7", "05", "03"], // round, set, anchor base, feeds 0 and 2, three reports
      ["0000003a35294400", "00989680"], // feed 0: base 2500.00, tick 0.1
      ["000005e9603b0700", "05f5e100"], // feed 2: base 64999, tick 1
      reportBytes("01", "00", 2, 3, "000002", "000002"),
      reportBytes("04", "03", 5, 6, "000001", "000000"),
      reportBytes("1e", "1d", 31, 32, "000003", "000001"),
      ["010002", "0200"], // orders
    ];
    assert.equal(packed, expected.flat().join(""));
  });

  it("makes only the off-tick report wide", () => {
    const narrow = encodeRelay(sampleBundle()).length;
    const wide = encodeRelay(withReport(1, { prices: [7_777_777_777_777_777n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] }));
    assert.equal(wide.length, narrow + 2 * 5, "two prices of eight bytes instead of three");
    assert.equal(wide[39 + 72]! & 0x80, 0x80, "flag of the second report");
    assert.equal(wide[39]! & 0x80, 0, "flag of the first report");
  });

  it("refuses bundles that cannot be relayed", () => {
    const empty = Array.from({ length: 8 }, () => 0n);
    const highS = `0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1`;
    assert.equal(
      reasonOf(() => encodeRelay({ ...sampleBundle(), reports: [] })),
      "reportCount",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(1, { seat: 1 }))),
      "seatsNotRising",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(2, { seat: 32 }))),
      "seatOutOfRange",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(0, { prices: empty }))),
      "pricesNothing",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(0, { prices: [1n] }))),
      "vectorLength",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(0, { prices: [1n << 64n, ...empty.slice(1)] }))),
      "priceOutOfRange",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(0, { anchorBlock: 700n }))),
      "anchorsTooFarApart",
    );
    assert.equal(
      reasonOf(() => encodeRelay(withReport(0, { signature: { r: highS, yParityAndS: highS } }))),
      "signatureHighS",
    );
    assert.equal(
      reasonOf(() => encodeRelay({ ...sampleBundle(), round: 1n << 40n })),
      "roundOutOfRange",
    );
    assert.equal(
      reasonOf(() => encodeRelay({ ...sampleBundle(), setId: 1n << 24n })),
      "setOutOfRange",
    );
  });

  it("refuses bytes that are not exactly one relay", () => {
    const packed = encodeRelay(sampleBundle());
    const changed = (offset: number, value: number) =>
      Uint8Array.from(packed, (byte, at) => (at === offset ? value : byte));
    assert.equal(
      reasonOf(() => decodeRelay(packed.slice(0, -1))),
      "tooShort",
    );
    assert.equal(
      reasonOf(() => decodeRelay(Uint8Array.from([...packed, 0]))),
      "tooLong",
    );
    assert.equal(
      reasonOf(() => decodeRelay(changed(39, 0x41))),
      "unknownFlags",
    );
    assert.equal(
      reasonOf(() => decodeRelay(changed(39 + 72, 1))),
      "seatsNotRising",
    );
    assert.equal(
      reasonOf(() => decodeRelay(changed(14, 0))),
      "reportCount",
    );
    assert.equal(
      reasonOf(() => decodeRelay(changed(packed.length - 1, 1))),
      "orderNotRising",
    );
  });

  it("never reads a damaged relay as another round of the same signatures by accident", () => {
    const packed = encodeRelay(sampleBundle());
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (offset, mask) => {
        const damaged = Uint8Array.from(packed, (byte, at) => (at === offset ? byte ^ mask : byte));
        try {
          assert.notDeepEqual(decodeRelay(damaged), sampleBundle(), "a changed byte changes the meaning");
        } catch (error) {
          if (!(error instanceof BallastError)) throw error;
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
