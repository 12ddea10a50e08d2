// SPDX-License-Identifier: MIT
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import type { Round } from "../model/happenings.ts";

const HEIGHT = 180;
const DOLLAR = 100_000_000n;

/** A feed's published prices, round by round, as far back as the page can see. */
export function PriceChart({ rounds, feed }: { readonly rounds: readonly Round[]; readonly feed: number }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = dataOf(rounds, feed);

  useEffect(() => {
    const element = place.current!;
    const chart = new uPlot(optionsOf(element), [[], []], element);
    plot.current = chart;
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [rounds, feed]);

  return (
    <div class="chart" ref={place} role="img" aria-label={`${data[0].length} published prices of the last rounds`} />
  );
}

function dataOf(rounds: readonly Round[], feed: number): [number[], number[]] {
  const known = rounds.filter(({ prices }) => (prices[feed] ?? 0n) > 0n).toReversed();
  return [known.map(({ at }) => Number(at)), known.map(({ prices }) => Number(prices[feed]!) / Number(DOLLAR))];
}

function optionsOf(element: HTMLElement): uPlot.Options {
  const ink = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  const axis = { stroke: ink("--muted"), grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    axes: [
      {
        ...axis,
        size: 30,
        values: (_, times) => times.map((time) => new Date(time * 1_000).toISOString().slice(11, 16)),
      },
      { ...axis, size: 70 },
    ],
    scales: { y: { range: (_, low, high) => paddedRange(low, high) } },
    series: [{}, { stroke: ink("--accent"), width: 1.5, points: { show: false } }],
  };
}

/** Room above and below, so that a price that stands still is a line in the middle and not at half of the height from zero. */
function paddedRange(low: number, high: number): [number, number] {
  if (!Number.isFinite(low)) return [0, 1]; // nothing to draw yet
  const room = Math.max((high - low) / 10, high / 500);
  return [low - room, high + room];
}
