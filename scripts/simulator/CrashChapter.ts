// SPDX-License-Identifier: MIT
import { shortsOf } from "../model/clearing/margin.ts";
import { roundAt } from "../model/rounds.ts";
import { CrashDesk, SAVES_ITSELF, writersOf } from "./CrashDesk.ts";
import { CrashKeeper } from "./CrashKeeper.ts";
import { CRASH_LIARS, FUNDED_WRITER, LIQUIDATOR, planCrash, roundsOfFall, SEVENTH } from "./CrashPlan.ts";
import type { CrashBookRecord, CrashMoney, CrashRecord, ModeSample } from "./CrashRecord.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import { CRASH_MS } from "./DemoPlan.ts";
import type { DemoStage } from "./DemoStage.ts";
import { readRounds } from "./readRounds.ts";
import { HEARTBEAT_MS } from "./TradingChapter.ts";
import type { ChapterListener } from "./TradingChapter.ts";
import { USD_MARKET } from "./TradingPlan.ts";

const FEED = 0n;
const DAY_SECONDS = 86_400n;
const EXPIRY_SECOND = 28_800n;
/** The seventh seat is filled and the books are opened this long before the fall. */
const OPENING_MS = 900_000n;
/** Rounds begin so long before the books are opened: grace, dwell and a ramp of six hours after a day without prices. */
const WARM_UP_MS = 24_000_000n;
/** Witnesses are read in one of so many rounds. */
const POKE_EVERY = 5;
/** Seconds into the fall: after its second stretch, before its third. */
const SAVING_SECONDS = 4_680;
/** More rounds than a way back to Normal takes: it ends before the puts' expiry. */
const CALM_ROUNDS = 115;
/** Calm rounds that go on after the breaker is Normal. */
const ROUNDS_AFTER = 2;
const GAS_LIMIT = 5_000_000n;

/** A fall of 45 % with two liars of seven: what the breaker does, who is liquidated, who pays, and the way back. */
export class CrashChapter {
  readonly #stage: DemoStage;
  readonly #listener: ChapterListener;
  readonly #expiry = (CRASH_MS / 1000n / DAY_SECONDS + 1n) * DAY_SECONDS + EXPIRY_SECOND;
  #desk!: CrashDesk;
  #keeper!: CrashKeeper;
  #rounds = 0;
  #last: ModeSample | undefined;

  constructor(stage: DemoStage, listener: ChapterListener) {
    this.#stage = stage;
    this.#listener = listener;
  }

  /** Plays it all; prices were fresh a moment ago. */
  async play(): Promise<CrashRecord> {
    await this.#untilOpening();
    const members = await this.#seatSeven();
    await this.#openBooks();
    const before = await this.#marketState();
    await this.#calmUntil(CRASH_MS);

    const fromBlock = (await this.#stage.chain.provider.getBlockNumber()) + 1;
    const liedFrom = await this.#fall();
    const rounds = await readRounds(this.#stage, fromBlock, {
      shadowVotes: [],
      liesIn: (round) => (round >= liedFrom ? CRASH_LIARS : []),
    });
    await this.#endLies();
    const faultsEnd = (await this.#stage.clock.now()) / 1000n;
    await this.#wayBack();
    const after = await this.#marketState();
    const books = await this.#books();
    const openedAgain = await this.#desk.open();
    await this.#listener.note(`the breaker is Normal again; an opening ${openedAgain ? "goes through" : "is refused"}`);
    const money = await this.#settle(before, after);

    return {
      feed: DEMO_FEEDS[0].name,
      members,
      liars: CRASH_LIARS,
      fellFrom: CRASH_MS / 1000n,
      faultsEnd,
      expiry: this.#expiry,
      samples: this.#keeper.samples,
      rounds,
      liquidations: this.#keeper.liquidations,
      refusedActs: this.#keeper.refused,
      books,
      openings: this.#desk.openings,
      openedAgain,
      exits: this.#desk.exits,
      money,
    };
  }

  /** Rounds come at a heartbeat's pace again, early enough that what the outage began has ended: the feed is Normal. */
  async #untilOpening(): Promise<void> {
    const { chain, keys, room, ids } = this.#stage;
    const owner = await chain.fund(keys.of(`${SEVENTH}, withdrawal`));
    await this.#stage.land([await room.registry.connect(owner).rejoin(ids.get(SEVENTH)!, { gasLimit: GAS_LIMIT })]);
    await this.#stage.startValidator(SEVENTH, "honest");
    this.#keeper = new CrashKeeper(this.#stage, this.#stage.bystander, this.#expiry);
    const fromMs = CRASH_MS - OPENING_MS - WARM_UP_MS;
    await this.#stage.skipTo(fromMs - HEARTBEAT_MS);
    await this.#calmUntil(CRASH_MS - OPENING_MS);
  }

  /** Anyone closes the epoch: whoever came back fills the seventh seat. */
  async #seatSeven(): Promise<string[]> {
    const { room, bystander, ids } = this.#stage;
    await this.#stage.land([await room.registry.connect(bystander).closeEpoch({ gasLimit: 6n * GAS_LIMIT })]);
    const seats = await room.registry.seats();
    const members = [...ids].filter(([, id]) => seats.includes(id)).map(([name]) => name);
    await this.#listener.note(`${SEVENTH} is back: ${members.length} validators make the set of the next day`);
    return members;
  }

  async #openBooks(): Promise<void> {
    await this.#round();
    const { price } = await this.#stage.room.oracle.readRisk(FEED);
    const plan = planCrash(price);
    this.#desk = new CrashDesk(this.#stage, plan, this.#expiry);
    await this.#desk.openAccounts();
    await this.#desk.write();
    this.#keeper.watch(
      writersOf(plan).map((name) => ({ name, id: this.#desk.bookOf(name) })),
      this.#desk.bookOf(LIQUIDATOR),
      this.#desk.signerOf(LIQUIDATOR),
    );
    await this.#listener.note(
      "puts are written: one book at its initial margin, a spread, one out of the money, one funded to its maximum loss",
    );
  }

  /** The fall, two validators signing what they saw when it began. @returns First round in which they lie. */
  async #fall(): Promise<bigint> {
    for (const name of CRASH_LIARS) {
      await this.#stage.stop(name, "SIGTERM");
      await this.#stage.startValidator(name, "stuck");
    }
    await this.#listener.note(
      `the price begins to fall; ${CRASH_LIARS.join(" and ")} go on signing the old one × 1.05`,
    );
    const liedFrom = roundAt(CRASH_MS) + 1n;
    const offsets = roundsOfFall();
    let isSaved = false;
    for (const [index, seconds] of offsets.entries()) {
      await this.#roundAt(CRASH_MS + BigInt(seconds) * 1000n);
      this.#listener.progress(index + 1, offsets.length, `crash: minute ${Math.round(seconds / 60)}`);
      if (isSaved || seconds < SAVING_SECONDS) continue;
      await this.#desk.saveItself(SAVES_ITSELF);
      await this.#listener.note(`${SAVES_ITSELF} puts in the rest: a book funded to its maximum loss fears no price`);
      isSaved = true;
    }
    return liedFrom;
  }

  async #endLies(): Promise<void> {
    for (const name of CRASH_LIARS) {
      await this.#stage.stop(name, "SIGTERM");
      await this.#stage.startValidator(name, "honest");
    }
    await this.#listener.note("the price stands still, the liars' programs are mended: the way back begins");
  }

  async #wayBack(): Promise<void> {
    let calm = 0;
    for (let index = 0; index < CALM_ROUNDS && calm <= ROUNDS_AFTER; index++) {
      const { mode, phase } = await this.#round();
      calm += mode === "normal" ? 1 : 0;
      this.#listener.progress(
        index + 1,
        CALM_ROUNDS,
        `after the crash: ${mode}${phase === "none" ? "" : `, ${phase}`}`,
      );
    }
  }

  /** Rounds of a heartbeat each; the next action falls on `endMs`. */
  async #calmUntil(endMs: bigint): Promise<void> {
    for (;;) {
      const nowMs = await this.#stage.clock.now();
      if (this.#nextMs(nowMs) >= endMs) return;
      const { mode, phase } = await this.#round();
      this.#listener.progress(0, 1, `before the crash: ${mode}${phase === "none" ? "" : `, ${phase}`}`);
    }
  }

  /** Next beginning of a heartbeat. */
  #nextMs(nowMs: bigint): bigint {
    return (nowMs / HEARTBEAT_MS + 1n) * HEARTBEAT_MS;
  }

  async #round(): Promise<ModeSample> {
    return this.#roundAt(this.#nextMs(await this.#stage.clock.now()));
  }

  /** One round of everybody's prices; then the keeper looks, and where the mode is new others try what they may do in it. */
  async #roundAt(roundMs: bigint): Promise<ModeSample> {
    // With the round, not after it: what witnesses say moves the band, and the keeper acts on what it saw.
    await this.#stage.playRound(roundMs, this.#rounds++ % POKE_EVERY === 0);
    const sample = await this.#keeper.turn();
    const isNew = sample.mode !== this.#last?.mode || sample.phase !== this.#last.phase;
    this.#last = sample;
    if (isNew) await this.#lookAt(sample);
    return sample;
  }

  async #lookAt(sample: ModeSample): Promise<void> {
    const { mode, phase, causes } = sample;
    const why = causes.length === 0 ? "" : `: ${causes.join(", ")}`;
    await this.#listener.note(`breaker: ${mode}${phase === "none" ? "" : ` (${phase})`}${why}`);
    if (this.#desk === undefined) return;
    await this.#desk.tryOpening(sample);
    await this.#desk.tryExits(sample);
  }

  async #books(): Promise<CrashBookRecord[]> {
    const { house } = this.#stage.room;
    return Promise.all(
      this.#keeper.watched.map(async ({ name, id }) => {
        const [{ cash, state, legs }, { maintenance }] = await Promise.all([house.book(id), house.requirement(id)]);
        const shorts = shortsOf(legs.map(({ strike, isCall, size }) => ({ strike, isCall, size })));
        const isFunded = name === FUNDED_WRITER;
        return { name, isFunded, isFlagged: state === 1n, cash, maintenance: maintenance.amount, shorts };
      }),
    );
  }

  /** Insurance of the market of the crash, and of all others together; what is open in it. */
  async #marketState(): Promise<MarketState> {
    const { house } = this.#stage.room;
    let [own, others] = [0n, 0n];
    for (let market = 1n; market <= (await house.marketCount()); market++) {
      const { insurance } = await house.marketState(market);
      if (market === USD_MARKET) own += insurance;
      else others += insurance;
    }
    return { own, others, openInterest: await this.#desk.openInterest() };
  }

  /** Rounds go on through the last half hour before the expiry, and everybody leaves. */
  async #settle(before: MarketState, after: MarketState): Promise<CrashMoney> {
    this.#keeper.rest();
    const expiryMs = this.#expiry * 1000n;
    const startMs = this.#nextMs(await this.#stage.clock.now());
    for (let roundMs = startMs; roundMs <= expiryMs + HEARTBEAT_MS; roundMs += HEARTBEAT_MS) {
      await this.#stage.playRound(roundMs, this.#rounds++ % POKE_EVERY === 0);
      this.#listener.progress(Number(roundMs - startMs), Number(expiryMs + HEARTBEAT_MS - startMs), "the puts expire");
    }
    await this.#desk.settleAndLeave();
    await this.#listener.note("the puts expire, every claim is paid in full, everybody leaves");
    return this.#desk.money({
      openInterest: before.openInterest,
      insuranceStart: before.own,
      insuranceEnd: after.own,
      othersStart: before.others,
      othersEnd: after.others,
    });
  }
}

interface MarketState {
  readonly own: bigint;
  readonly others: bigint;
  readonly openInterest: bigint;
}
