// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { AbiCoder } from "ethers";

import { ClearingBench } from "./ClearingBench.ts";
import { LiquidationBench, SOLD } from "./LiquidationBench.ts";

const PRICE = 3_000n * 10n ** 8n;

/** The answer in words: whether there is a price, and the reading behind it. */
const GOOD = {
  ok: 1n,
  mode: 0n,
  opens: 1n,
  price: PRICE,
  low: PRICE - 1n,
  high: PRICE + 1n,
  age: 5n,
  average12h: PRICE,
  volatilityBps: 12_000n,
  multiplierBps: 10_000n,
  addOnBps: 0n,
  notionalCap: 10n ** 15n,
  lossShareBps: 800n,
};
type Word = keyof typeof GOOD;

function encode(words: readonly bigint[]): string {
  return AbiCoder.defaultAbiCoder().encode(
    words.map(() => "uint256"),
    words,
  );
}

/** Bits of each word; a value beyond them that says the same inside them is refused for the excess alone. */
const WIDTHS: Readonly<Record<Word, bigint>> = {
  ok: 8n,
  mode: 8n,
  opens: 8n,
  price: 64n,
  low: 64n,
  high: 64n,
  age: 32n,
  average12h: 64n,
  volatilityBps: 32n,
  multiplierBps: 16n,
  addOnBps: 16n,
  notionalCap: 64n,
  lossShareBps: 16n,
};

describe("What a risk contract may answer", () => {
  let bench: ClearingBench;
  let book = 0n;

  before(async () => {
    bench = await ClearingBench.create();
    book = bench.bookId((await bench.signer(1)).address);
  });

  async function hasPrice(raw: string): Promise<boolean> {
    await bench.risk.failWith(raw);
    const { hasPrice: has, reading } = await bench.house.requirement(book);
    if (!has)
      expect([reading.mode, reading.opens, reading.price], "Halted and nothing else").to.deep.equal([4n, false, 0n]);
    return has;
  }

  const withWords = (change: Partial<Record<Word, bigint>>): string => encode(Object.values({ ...GOOD, ...change }));

  it("takes thirteen words inside their types", async () => {
    expect(await hasPrice(withWords({}))).to.equal(true);
    const largest = { mode: 4n, age: 2n ** 32n - 1n, volatilityBps: 2n ** 32n - 1n, addOnBps: 10_000n };
    expect(await hasPrice(withWords({ ...largest, multiplierBps: 65_535n, lossShareBps: 65_535n }))).to.equal(true);
  });

  for (const word of Object.keys(GOOD) as Word[]) {
    it(`is Halted without a price when ${word} is beyond its type`, async () => {
      expect(await hasPrice(withWords({ [word]: GOOD[word] + (1n << WIDTHS[word]) }))).to.equal(false);
    });
  }

  for (const [name, change] of [
    ["there is no price", { ok: 0n }],
    ["a flag is 2", { ok: 2n }],
    ["the mode is no mode", { mode: 5n }],
    ["the lower edge is 0", { low: 0n }],
    ["the lower edge is above the price", { low: PRICE + 1n }],
    ["the upper edge is below the price", { high: PRICE - 1n }],
    ["the multiplier is below 1", { multiplierBps: 9_999n }],
    ["the add-on is above 1", { addOnBps: 10_001n }],
  ] as const) {
    it(`is Halted without a price when ${name}`, async () => {
      expect(await hasPrice(withWords(change))).to.equal(false);
    });
  }

  it("is Halted without a price when a word is missing or one is left over", async () => {
    const words = Object.values(GOOD);
    expect(await hasPrice(encode(words.slice(0, 12)))).to.equal(false);
    expect(await hasPrice(encode([...words, 0n]))).to.equal(false);
    expect(await hasPrice("0x")).to.equal(false);
  });
});

describe("What a risk contract may answer about liquidation", () => {
  const LIQUIDATION = {
    allowed: 3n,
    isPrimary: 1n,
    bidTime: 1_000n,
    earlierPrice: PRICE,
    earlierLow: PRICE - 1n,
    earlierHigh: PRICE + 1n,
  };
  type LiquidationWord = keyof typeof LIQUIDATION;
  const BITS: Readonly<Record<LiquidationWord, bigint>> = {
    allowed: 2n,
    isPrimary: 1n,
    bidTime: 64n,
    earlierPrice: 64n,
    earlierLow: 64n,
    earlierHigh: 64n,
  };
  let bench: LiquidationBench;
  let book = 0n;

  before(async () => {
    bench = await LiquidationBench.create();
    book = await bench.open([SOLD], 12_000);
  });

  const words = (change: Partial<Record<LiquidationWord, bigint>> = {}): bigint[] => [
    ...Object.values(GOOD),
    ...Object.values({ ...LIQUIDATION, ...change }),
  ];
  const isHeard = async (answer: readonly bigint[]): Promise<boolean> => {
    await bench.clearing.risk.failWith(encode(answer));
    const { target } = await bench.house.auction(book);
    await expect(bench.house.flag(book), "nobody is flagged at 3,000").to.revert(bench.clearing.connection.ethers);
    return target !== 0n;
  };

  it("takes nineteen words inside their types", async () => {
    expect(await isHeard(words())).to.equal(true);
    expect(await isHeard(words({ earlierPrice: 0n, earlierLow: 0n, earlierHigh: 0n }))).to.equal(true);
  });

  it("hears nothing of another length", async () => {
    for (const answer of [words().slice(0, 13), words().slice(0, 18), [...words(), 0n]]) {
      expect(await isHeard(answer)).to.equal(false);
    }
  });

  for (const word of Object.keys(LIQUIDATION) as LiquidationWord[]) {
    it(`hears nothing when ${word} is beyond its type`, async () => {
      expect(await isHeard(words({ [word]: LIQUIDATION[word] + (1n << BITS[word]) }))).to.equal(false);
    });
  }

  it("hears nothing when the earlier price lies outside its band, or has none", async () => {
    for (const change of [{ earlierLow: 0n }, { earlierLow: PRICE + 1n }, { earlierHigh: PRICE - 1n }]) {
      expect(await isHeard(words(change))).to.equal(false);
    }
  });
});
