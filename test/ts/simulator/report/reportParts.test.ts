// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { ColumnEnvelope } from "../../../../scripts/simulator/report/ColumnEnvelope.ts";
import { cellsOf } from "../../../../scripts/simulator/report/readCsv.ts";
import { readEvents } from "../../../../scripts/simulator/report/readEvents.ts";
import { bandsOf, stripOf } from "../../../../scripts/simulator/report/runPrices.ts";
import { timeAxis, timeText } from "../../../../scripts/simulator/report/timeAxis.ts";
import { plainSummary } from "../study/plainSummary.ts";

describe("Parts of the simulator's report", () => {
  it("keeps of each column of pixels the lowest and the highest value in their order", () => {
    const envelope = new ColumnEnvelope(100, 2);
    for (const [x, y] of [
      [0, 5],
      [10, 9],
      [20, 1],
      [30, 4],
      [60, 7],
    ] as const)
      envelope.add(x, y);

    assert.deepEqual(envelope.points, [
      [10, 9],
      [20, 1],
      [60, 7],
    ]);
  });

  it("breaks a line only where a value was looked for and not found", () => {
    const envelope = new ColumnEnvelope(100, 4);
    envelope.add(0, 1);
    envelope.add(30, undefined);
    envelope.add(90, 2);

    assert.deepEqual(
      envelope.points.map(([, y]) => y),
      [1, undefined, 2],
    );
  });

  it("reads cells in quotation marks", () => {
    assert.deepEqual(cellsOf(`a,"b,""c""",,d`), ["a", `b,"c"`, "", "d"]);
  });

  it("labels the windows of one type once, on one line", () => {
    const windows = [
      { name: "a", type: "net.delay", from: 0, until: 5 },
      { name: "b", type: "oracle.silent", from: 2, until: undefined },
      { name: "c", type: "net.delay", from: 7, until: 9 },
    ];
    const bands = bandsOf(windows, 10);

    assert.deepEqual(
      bands.map(({ label, row, until }) => [label, row, until]),
      [
        ["net.delay × 2", 0, 5],
        ["oracle.silent", 1, 10],
        ["", 0, 9],
      ],
    );
  });

  it("fills a feed's strip from beginning to end, from the mode it began in", () => {
    const modes = {
      ...plainSummary().modes,
      transitions: [{ at: 60, feed: "ETH-USD", from: "recovery", to: "normal", cause: "" } as const],
    };
    const spans = stripOf("ETH-USD", { summary: plainSummary({ modes }) });

    assert.deepEqual(
      spans.map(({ className, from, until }) => [className, from, until]),
      [
        ["recovery", 0, 60],
        ["normal", 60, 3_600],
      ],
    );
  });

  it("counts nothing that happened in blocks that were replaced", async () => {
    const bid = { kind: "bidFilled", id: "writer-1/1/2/0" };
    const told = [
      { at: 0, block: 1, kind: "bookFlagged", id: bid.id },
      { at: 12, kind: "faultBegin", fault: "reorg", type: "chain.reorg" },
      { at: 12, block: 2, ...bid },
      { at: 24, block: 3, ...bid },
      { at: 24, block: 1, kind: "blocksReplaced" },
      { at: 36, block: 400, ...bid },
    ];
    async function* lines(): AsyncIterable<string> {
      for (const line of told) yield await Promise.resolve(JSON.stringify(line));
    }
    const { counts, firstBids, windows } = await readEvents(lines());
    assert.equal(counts.get("bidFilled"), 1);
    assert.deepEqual(firstBids, [{ blocks: 399 }]);
    assert.lengthOf(windows, 1, "a fault is of no block");
  });

  it("labels time at round places, few enough to read", () => {
    for (const seconds of [600, 3_600, 129_600, 2_592_000]) {
      const { step } = timeAxis(seconds);
      assert.isAtMost(seconds / step!, 9, timeText(seconds));
      assert.isAtLeast(seconds / step!, 2, timeText(seconds));
    }
    assert.equal(timeText(93_600), "1 d 2 h");
  });
});
