// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import type { ClearingEvent } from "../../../../scripts/model/clearing/clearingEvents.ts";
import { emptyLedger, seriesId } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { foldClearingEvents } from "../../../../scripts/model/clearing/foldClearingEvents.ts";
import { bookId } from "../../../../scripts/model/clearing/ids.ts";
import { mintFeeUp } from "../../../../scripts/model/trading/mintFee.ts";
import type { Recording } from "../../../../scripts/simulator/fast/conformance/recording.ts";
import { replayRecording } from "../../../../scripts/simulator/fast/conformance/replayRecording.ts";
import { ReplayedClearing } from "../../../../scripts/simulator/fast/conformance/ReplayedClearing.ts";
import { ReplayedOracle } from "../../../../scripts/simulator/fast/conformance/ReplayedOracle.ts";
import { DEFAULT_PARAMETERS } from "../../../../scripts/simulator/fast/FastParameters.ts";

const EXPIRY = 1_767_945_600n;
const TOKEN = `0x${"aa".repeat(20)}`;
const MARKET = 1n;
const { quote } = DEFAULT_PARAMETERS.markets;
const [MAKER, TAKER] = [bookId(`0x${"11".repeat(20)}`, MARKET, EXPIRY), bookId(`0x${"22".repeat(20)}`, MARKET, EXPIRY)];
const TERMS = { kind: "quote", unitDecimals: 6, capBps: quote.capBps } as const;
const START: readonly ClearingEvent[] = [
  { name: "TokenListed", args: { token: TOKEN, index: 1n, decimals: 6n } },
  { name: "ParametersEnabled", args: { parameterSet: 0n, parameters: { ...quote, strikeStep: 1n } } },
  {
    name: "MarketCreated",
    args: {
      market: MARKET,
      marketHash: "0x",
      params: { collateral: TOKEN, kind: "quote", feed: 0n, parameterSet: 0n },
    },
  },
  ...[MAKER, TAKER].map((id): ClearingEvent => {
    const amount = 1_000_000_000_000n;
    return { name: "Funded", args: { caller: TOKEN, id, amount, cash: amount } };
  }),
];

/** A first fill, in which the maker writes: fees are those of what each side writes. */
function fill(random: SeededRandom, nonce: bigint): ClearingEvent {
  const ratio = random.below(2n) === 0n ? -1n : 1n;
  const leg = { strike: 30_000_000n + nonce * 1_000_000n, isCall: true, ratio };
  const amount = 1_000_000n + random.below(5_000_000n);
  const fee = mintFeeUp([{ ...leg, size: amount }], TERMS, quote.mintFee);
  const [makerFee, takerFee] = ratio < 0n ? [fee, 0n] : [0n, fee];
  const premium = random.below(9_000_000n) - 4_000_000n;
  return {
    name: "QuoteFilled",
    args: { makerBook: MAKER, takerBook: TAKER, legs: [leg], nonce, amount, premium, makerFee, takerFee },
  };
}

describe("Clearing events done again", () => {
  const random = new SeededRandom(11);
  const events = [
    ...START,
    ...[0n, 1n, 2n, 3n].map((nonce) => fill(random, nonce)),
    {
      name: "LongWithdrawn",
      args: { id: MAKER, seriesId: seriesId(MARKET, EXPIRY, { strike: 50_000_000n, isCall: false }), amount: -7n },
    } as ClearingEvent,
  ];
  const recording: Recording = {
    heartbeat: 300,
    slots: [],
    markets: [{ id: MARKET, kind: "quote", feed: 0, parameters: { ...quote, insurance: 0n } }],
    blocks: [
      {
        number: 1,
        time: 1,
        seen: undefined,
        acts: events.map((event) => ({ act: "clearing", event, share: undefined })),
      },
    ],
  };

  it("leave books as the ledger of events has them, fills, fees and longs alike", () => {
    assert.deepEqual(replayRecording(recording, DEFAULT_PARAMETERS).differences, []);
    const oracle = new ReplayedOracle(1, { ...DEFAULT_PARAMETERS.feed });
    const clearing = new ReplayedClearing(oracle, recording, DEFAULT_PARAMETERS);
    for (const event of events) clearing.apply(event, undefined, 1, () => undefined);
    const ledger = foldClearingEvents(emptyLedger(TOKEN), events);
    for (const id of [MAKER, TAKER]) {
      const { cash, tips, legs } = clearing.bookOf(id);
      const known = ledger.books.get(id)!;
      assert.deepEqual({ cash, tips, legs }, { cash: known.cash, tips: known.tips, legs: known.legs });
    }
    assert.equal(clearing.marketOf(MARKET).pot.insurance, ledger.markets.get(MARKET)!.insurance);
  });

  it("say which event there is no act for", () => {
    const act = { name: "MarketSunset", args: { market: MARKET } } as ClearingEvent;
    const blocks = [{ number: 1, time: 1, seen: undefined, acts: [{ act: "clearing", event: act, share: undefined }] }];
    assert.throws(
      () => replayRecording({ ...recording, blocks } as Recording, DEFAULT_PARAMETERS),
      /no act for MarketSunset/,
    );
  });
});
