// SPDX-License-Identifier: MIT
import { MockAggregator__factory } from "../../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { Noise } from "../../world/Noise.ts";
import type { World } from "../../world/World.ts";
import { isPushDue } from "./isPushDue.ts";
import type { Pushed } from "./isPushDue.ts";

/** What a witness needs of the world. */
export type WitnessGround = Pick<
  World,
  "scenario" | "truth" | "manners" | "room" | "environment" | "time" | "population"
>;

const LOOK_MS = 15_000;
const NOISE_SCALE = 1_000_000;
const aggregatorCode = MockAggregator__factory.createInterface();

/** Oracles of others, by which the protocol checks its own: they know the true price of a while ago, with a noise of their own. */
export class Witnesses {
  readonly #ground: WitnessGround;
  /** By witness and feed. */
  readonly #last = new Map<string, Pushed>();
  readonly #noises = new Map<string, Noise>();

  constructor(ground: WitnessGround) {
    this.#ground = ground;
  }

  /** They look from now on. */
  start(): void {
    const { time } = this.#ground;
    time.schedule(time.nowMs + LOOK_MS, () => {
      this.start();
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    const { scenario, population } = this.#ground;
    for (const [slot, { id }] of scenario.feeds.entries())
      for (const [index, name] of population.witnesses.entries()) await this.#publish(name, id, slot, index);
  }

  async #publish(name: string, feed: string, slot: number, index: number): Promise<void> {
    const { scenario, manners, room, environment, time } = this.#ground;
    const seconds = Math.floor(time.elapsedSeconds);
    const price = manners.witness(name, feed, this.#priceOf(name, feed, seconds));
    const key = `${name} ${feed}`;
    if (price === undefined || !isPushDue(this.#last.get(key), { price, seconds }, scenario.witness)) return;
    this.#last.set(key, { price, seconds });
    const witness = room.witnesses[slot]![index]!.target as string;
    await environment.send(witness, aggregatorCode, "push", [price, time.nowSeconds]);
  }

  #priceOf(name: string, feed: string, seconds: number): bigint {
    const { scenario, truth } = this.#ground;
    const { lagSeconds, noiseBps } = scenario.witness;
    const key = `${name} ${feed}`;
    const noise = this.#noises.get(key) ?? new Noise(scenario.seed, key);
    this.#noises.set(key, noise);
    const real = truth.priceAt(feed, seconds - lagSeconds);
    const shift = Math.round(noise.at(seconds) * noiseBps * (NOISE_SCALE / 10_000));
    return real + (real * BigInt(shift)) / BigInt(NOISE_SCALE);
  }
}
