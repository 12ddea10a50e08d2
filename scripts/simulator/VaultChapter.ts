// SPDX-License-Identifier: MIT
import type { NonceManager } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { boundaryBefore, WEEK } from "../model/vaults/vaultCalendar.ts";
import { AUCTION_OPENS, START_CLOSES } from "./backtest/vaultCalendar.ts";
import { VaultDesk } from "./backtest/VaultDesk.ts";
import type { Sending, VaultGround } from "./backtest/VaultGround.ts";
import { vaultPlaces } from "./backtest/vaultPlaces.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import type { DemoStage } from "./DemoStage.ts";
import { HEARTBEAT_MS } from "./TradingChapter.ts";
import type { ChapterListener } from "./TradingChapter.ts";
import type { Attempts } from "./TradingRecord.ts";
import { VaultHolders } from "./VaultHolders.ts";
import { ASKER, BUYERS, HOLDERS, MIDWEEK_MS, planMoney, ROLLER, STAYER, TAKER, WEEKS } from "./VaultPlan.ts";
import type { PlannedBuyer } from "./VaultPlan.ts";
import type { HoldingsRecord, InKindRecord, VaultStoryRecord, VaultWeeksRecord } from "./VaultWeeksRecord.ts";

/** Time stands this long inside a round in which it is too late to sign. */
const LATE_MS = 10_500n;
/** Rounds begin so long before a boundary: some until the price is believed again, then the half hour that counts. */
const WINDOW_MS = 3_600_000n;
/** And so much longer where an epoch is to start after it: a price that moves keeps the breaker closed for longer. */
const SLACK_MS = 1_800_000n;
/** Witnesses are read in one of so many rounds; in every one of the first after a week without prices. */
const POKE_EVERY = 5;
const FIRST_ROUNDS = 5;
/** Rounds that buyers wait for their price at most. */
const AUCTION_ROUNDS = 24;
const PERCENT = 100n;

/** A vault, its people, and what was seen of both. */
interface Story {
  readonly desk: VaultDesk;
  readonly holders: VaultHolders;
  readonly books: Map<string, bigint>;
  readonly holdings: HoldingsRecord[];
  inKind: InKindRecord | undefined;
}

/** Two weeks of the deployed vaults: joining, auctions, leaving by request and in kind, and everybody's way out. */
export class VaultChapter {
  readonly #stage: DemoStage;
  readonly #listener: ChapterListener;
  readonly #stories: Story[] = [];
  #ground!: VaultGround;
  #exits: Attempts = { attempted: 0, refused: 0 };
  #rounds = 0;

  constructor(stage: DemoStage, listener: ChapterListener) {
    this.#stage = stage;
    this.#listener = listener;
  }

  /** Plays it all; begins after a boundary, while the feed is Normal. */
  async play(): Promise<VaultWeeksRecord> {
    const first = boundaryBefore((await this.#stage.clock.now()) / 1000n);
    await this.#furnish();
    await this.#auction(first, WEEKS[0]!);
    const startPrice = await this.#truth();
    await this.#midweek(first);
    await this.#settle(first + WEEK, SLACK_MS);
    await this.#listener.note(`${ASKER} fetches what the shares were worth, ${TAKER} what was left of the book`);

    await this.#auction(first + WEEK, WEEKS[1]!);
    for (const { holders } of this.#stories) await this.#tryOut(await holders.askToLeave(STAYER));
    await this.#settle(first + 2n * WEEK, 0n);
    await this.#listener.note("the vaults' last shares are redeemed, the buyers take their payoffs, everybody leaves");
    const vaults = await Promise.all(this.#stories.map((story) => this.#storyOf(story)));
    return { from: first, startPrice, vaults, exits: this.#exits };
  }

  /** Depositors ask to join, buyers bring what they will pay with. */
  async #furnish(): Promise<void> {
    const { chain, room, keys } = this.#stage;
    const names = [...HOLDERS, ...BUYERS, ROLLER];
    const signers = new Map<string, NonceManager>();
    for (const name of names) signers.set(name, await chain.fund(keys.of(name)));
    this.#ground = { room, keeper: signers.get(ROLLER)!, send: (sendings) => this.#send(sendings) };

    const joining: Sending[] = [];
    for (const place of await vaultPlaces(room)) {
      const holders = new VaultHolders(this.#stage, place);
      const { deposits, budget } = planMoney(place.facts.isCall);
      for (const name of HOLDERS) {
        holders.add(name, "depositor", signers.get(name)!, keys.of(name).address);
        joining.push(...holders.join(name, deposits[name]));
      }
      for (const name of BUYERS) {
        holders.add(name, "buyer", signers.get(name)!, keys.of(name).address);
        const signs = WEEKS.some((week) => week.some((buyer) => buyer.name === name && buyer.withPermit));
        joining.push(...holders.bring(name, budget, !signs));
      }
      holders.add(ROLLER, "roller", this.#ground.keeper, keys.of(ROLLER).address);
      const desk = new VaultDesk(this.#ground, place);
      this.#stories.push({ desk, holders, books: new Map(), holdings: [], inKind: undefined });
    }
    await this.#send(joining);
    await this.#listener.note(
      `${HOLDERS.join(", ")} ask to join both options vaults: covered calls in coins, cash-secured puts in dollars`,
    );
  }

  /** Rounds until the epochs have started and every buyer of the week has bought, or has waited long enough. */
  async #auction(boundary: bigint, buyers: readonly PlannedBuyer[]): Promise<void> {
    const closesMs = (boundary + START_CLOSES) * 1000n;
    await this.#roundsUntil((boundary + AUCTION_OPENS) * 1000n, "the vaults wait for nine o'clock");
    while (this.#stories.some(({ desk }) => !desk.isOpen)) {
      for (const { desk } of this.#stories) if (!desk.isOpen) await desk.tryStart();
      if (this.#stories.every(({ desk }) => desk.isOpen)) break;
      if ((await this.#stage.clock.now()) > closesMs)
        throw new BallastError("stillClosed", "The vaults could not start", { context: { boundary } });
      await this.#round("the vaults wait until the breaker is Normal");
    }
    for (const { holders } of this.#stories) await this.#send(await holders.claimShares());
    const date = new Date(Number(boundary + WEEK) * 1000).toISOString().slice(0, 10);
    await this.#listener.note(`anyone starts the vaults' epochs until ${date}; the auctions begin to fall`);

    let waiting = this.#stories.flatMap(({ desk, holders }) => buyers.map((buyer) => ({ desk, holders, buyer })));
    for (let index = 0; index < AUCTION_ROUNDS && waiting.length > 0; index++) {
      await this.#round(`auction: ${waiting.length} buyers wait`);
      const left: typeof waiting = [];
      for (const each of waiting) if (!(await this.#visit(each.desk, each.holders, each.buyer))) left.push(each);
      waiting = left;
    }
    await this.#listener.note(`buyers bought as the auctions reached their prices, ${waiting.length} went without`);
  }

  /** @returns Whether the buyer bought. */
  async #visit(desk: VaultDesk, holders: VaultHolders, buyer: PlannedBuyer): Promise<boolean> {
    const { isOpen, volatilityBps, available } = await desk.look();
    const { volatilityBps: own } = await desk.place.vault.epoch();
    if (!isOpen || volatilityBps * PERCENT > own * buyer.limitPercent) return false;
    const size = (available * buyer.sharePercent) / PERCENT;
    await desk.buy(buyer.name, holders.signerOf(buyer.name), size, buyer.withPermit);
    return true;
  }

  /** On Monday, while there is no price at all: one adds, one asks to leave, one leaves in kind. */
  async #midweek(boundary: bigint): Promise<void> {
    await this.#stage.skipTo(boundary * 1000n + MIDWEEK_MS + LATE_MS);
    for (const story of this.#stories) {
      const { desk, holders } = story;
      await this.#send(holders.join(STAYER, planMoney(desk.place.facts.isCall).added));
      await this.#tryOut(await holders.askToLeave(ASKER));
      const id = await desk.leaveInKind(holders.signerOf(TAKER), await holders.sharesOf(TAKER));
      this.#exits = { ...this.#exits, attempted: this.#exits.attempted + 1 };
      story.books.set(TAKER, id);
      const [staying, leaving] = [await desk.place.vault.bookId(), id];
      story.inKind = {
        name: TAKER,
        staying: await holders.bookShare(staying),
        leaving: await holders.bookShare(leaving),
      };
    }
    await this.#listener.note(
      `in mid-epoch ${STAYER} adds to the deposit and ${ASKER} asks to leave, both at a price to come; ${TAKER} leaves at once, ` +
        "with a share of cash and options in a book of one's own",
    );
  }

  /** Nothing happens until the boundary; its last half hour prices what expires, and whoever wants fetches what is due. */
  async #settle(boundary: bigint, slackMs: bigint): Promise<void> {
    const boundaryMs = boundary * 1000n;
    this.#listener.progress(0, 1, "the vaults' week passes");
    await this.#stage.skipTo(boundaryMs - WINDOW_MS - slackMs - HEARTBEAT_MS);
    this.#rounds = 0;
    await this.#roundsUntil(boundaryMs + 2n * HEARTBEAT_MS, "the vaults' options expire");
    const spot = await this.#truth();
    for (const { desk, holders, holdings, books } of this.#stories) {
      await desk.close(new Map(BUYERS.map((name) => [name, holders.signerOf(name)])), spot);
      holdings.push(await holders.holdings(desk.record().epochs.at(-1)!.closePaid));
      await this.#send(await holders.claimShares());
      await this.#tryOut(await holders.takeHome(books));
    }
    const prices = this.#stories.map(({ desk }) => {
      const { units, shares } = desk.record().epochs.at(-1)!;
      return `${desk.place.facts.symbol} ${((Number(units) / Number(shares)) * 1e6).toFixed(4)}`;
    });
    await this.#listener.note(`anyone settles and closes the epochs; a share is worth ${prices.join(", ")}`);
  }

  async #storyOf({ desk, holders, holdings, inKind }: Story): Promise<VaultStoryRecord> {
    const vault = desk.record();
    const last = await holders.holdings(vault.epochs.at(-1)!.closePaid);
    return { vault, holdings: [...holdings, last], inKind: inKind!, accounts: await holders.accounts() };
  }

  async #roundsUntil(endMs: bigint, text: string): Promise<void> {
    while (this.#nextMs(await this.#stage.clock.now()) < endMs) await this.#round(text);
  }

  async #round(text: string): Promise<void> {
    const isFirst = this.#rounds < FIRST_ROUNDS;
    await this.#stage.playRound(
      this.#nextMs(await this.#stage.clock.now()),
      isFirst || this.#rounds % POKE_EVERY === 0,
    );
    this.#rounds += 1;
    this.#listener.progress(0, 1, text);
  }

  /** Next beginning of a heartbeat. */
  #nextMs(nowMs: bigint): bigint {
    return (nowMs / HEARTBEAT_MS + 1n) * HEARTBEAT_MS;
  }

  async #truth(): Promise<bigint> {
    return this.#stage.truth(DEMO_FEEDS[0].name, await this.#stage.clock.now());
  }

  /** What must go through. */
  async #send(sendings: readonly Sending[]) {
    const sent = [];
    for (const sending of sendings) sent.push(await sending());
    return this.#stage.land(sent);
  }

  /** Exits: what reverts is counted, not thrown. */
  async #tryOut(sendings: readonly Sending[]): Promise<void> {
    const sent = [];
    for (const sending of sendings) sent.push(await sending());
    const refused = (await this.#stage.landed(sent)).filter(({ status }) => status !== 1).length;
    this.#exits = { attempted: this.#exits.attempted + sent.length, refused: this.#exits.refused + refused };
  }
}
