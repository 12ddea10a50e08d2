// SPDX-License-Identifier: MIT
import { VENUE_ROUTES } from "../../market/venueRoutes.ts";
import { PRICE_DECIMALS } from "../../model/constants.ts";
import { formatDecimal } from "../../model/formatDecimal.ts";
import type { Manners } from "./Manners.ts";
import { Noise } from "./Noise.ts";
import { routesHost } from "./SimulatedNetwork.ts";
import type { Host } from "./SimulatedNetwork.ts";
import type { Truth } from "./Truth.ts";
import type { VirtualTime } from "./VirtualTime.ts";

/** Formats that venues answer in, in turn: those that quote in dollars. */
export const VENUE_FORMATS = ["coinbase", "kraken", "bitstamp"] as const;

/** What of a price a venue shows to whom; 0: nothing. */
export type Shown = (caller: string, feed: string, price: bigint) => bigint;

/** What a venue stands on. */
interface VenueParts {
  readonly time: VirtualTime;
  readonly truth: Truth;
  readonly manners: Pick<Manners, "venue">;
  /** The same to everybody unless said. */
  readonly shown?: Shown | undefined;
}

const NOISE_SCALE = 1_000_000;
const OUT_OF_SERVICE = { status: 503, body: "service unavailable" };

/** One exchange: the true price with a noise of its own, in the REST format of a real one. Prefixed by the format's name. */
export class SimulatedVenue {
  readonly #parts: VenueParts;
  readonly #settings: {
    readonly seed: number;
    readonly venue: number;
    readonly name: string;
    readonly noiseBps: number;
  };
  readonly #noises = new Map<string, Noise>();

  /** @param settings `venue` from 0. */
  constructor(
    parts: VenueParts,
    settings: { readonly seed: number; readonly venue: number; readonly name: string; readonly noiseBps: number },
  ) {
    this.#parts = parts;
    this.#settings = settings;
  }

  host(): Host {
    const format = VENUE_FORMATS[this.#settings.venue % VENUE_FORMATS.length];
    const route = VENUE_ROUTES.find(({ venue }) => venue === format)!;
    return routesHost([
      {
        method: "GET",
        path: route.path,
        answer: (request) => {
          const market = route.market(request);
          if (market === undefined) return route.unknown;
          const feed = `${market.base}-${market.quote}`;
          const { time, shown } = this.#parts;
          const real = this.#priceOf(feed);
          const price = real !== undefined && shown !== undefined ? shown(request.caller, feed, real) : real;
          if (price === undefined || price <= 0n) return OUT_OF_SERVICE;
          const { nowMs } = time;
          const trade = { id: BigInt(nowMs), price, tradedAtMs: BigInt(nowMs), decimals: PRICE_DECIMALS };
          return { body: route.trade(trade, formatDecimal(price, PRICE_DECIMALS, PRICE_DECIMALS), market) };
        },
      },
    ]);
  }

  #priceOf(feed: string): bigint | undefined {
    const { time, truth, manners } = this.#parts;
    const { name, noiseBps } = this.#settings;
    const second = Math.floor(time.elapsedSeconds);
    const real = truth.priceAt(feed, second);
    const shift = Math.round(this.#noiseOf(feed).at(second) * noiseBps * (NOISE_SCALE / 10_000));
    return manners.venue(name, feed, real + (real * BigInt(shift)) / BigInt(NOISE_SCALE));
  }

  #noiseOf(feed: string): Noise {
    const { seed, name } = this.#settings;
    const known = this.#noises.get(feed) ?? new Noise(seed, `${name} ${feed}`);
    this.#noises.set(feed, known);
    return known;
  }
}
