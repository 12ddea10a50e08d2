// SPDX-License-Identifier: MIT
import type { Feed } from "../model/feed.ts";
import { shownPrice } from "../model/units.ts";

const WIDTH = 320;
const HEIGHT = 34;
const MIDDLE = 17;
const EDGE = 8;

/** A feed's band, its price, its witness, and where each validator’s last price lies. */
export function PriceStrip({ feed, signed }: { readonly feed: Feed; readonly signed: readonly bigint[] }) {
  const points = [
    feed.low,
    feed.high,
    feed.price,
    ...signed,
    ...(feed.witness === undefined ? [] : [feed.witness.price]),
  ];
  const low = points.reduce((a, b) => (b < a ? b : a));
  const high = points.reduce((a, b) => (b > a ? b : a));
  const span = high > low ? high - low : 1n;
  const place = (price: bigint): number =>
    EDGE + Number(((price - low) * BigInt(WIDTH - 2 * EDGE) * 100n) / span) / 100;
  const label =
    `Band ${shownPrice(feed.low)} to ${shownPrice(feed.high)}, price ${shownPrice(feed.price)}, ` +
    `${signed.length} validators’ prices`;
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
      <rect
        class="band"
        x={place(feed.low)}
        y={MIDDLE - 6}
        width={place(feed.high) - place(feed.low)}
        height={12}
        rx={2}
      />
      {signed.map((price, index) => (
        <circle key={index} class="signed" cx={place(price)} cy={MIDDLE + ((index % 3) - 1) * 4} r={2.4} />
      ))}
      <path class="price" d={`M${place(feed.price)} ${MIDDLE - 11}v22`} />
      {feed.witness !== undefined && <path class="witness" d={`M${place(feed.witness.price)} ${HEIGHT - 9}l4 7h-8z`} />}
    </svg>
  );
}
