// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Wallet } from "ethers";

import type { Signer } from "../../../scripts/chain/Signer.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { clearingDomain } from "../../../scripts/model/clearing/quoteTypedData.ts";
import type { ExpiryFacts } from "../../../scripts/settlement/readExpiry.ts";
import { checkSigning, gatherPosting, signPrice } from "../../../scripts/settlement/signedPrices.ts";
import type { SignedPrice } from "../../../scripts/settlement/signedPrices.ts";

const EXPIRY = 1_767_772_800n;
const HOUR = 3_600n;
const PRICE = 300_000_000_000n;
const MOST_BPS = 1_000n;
const DOMAIN = clearingDomain(31_337n, `0x${"c".repeat(40)}`);
const WALLETS = [1, 2, 3].map((number) => new Wallet(`0x${String(number).repeat(64)}`));
const NO_SEAT = { signer: `0x${"0".repeat(40)}`, weight: 0n, validatorId: 0n };

const signerOf = (wallet: Wallet): Signer => ({
  address: wallet.address,
  signDigest: (digest) => {
    const { r, yParityAndS } = wallet.signingKey.sign(digest);
    return Promise.resolve({ r, yParityAndS });
  },
  signTransaction: () => Promise.reject(new Error("sends nothing")),
});

/** Three seats of weight 1 behind an empty one, three hours after an expiry without a round. */
const factsWith = (change: Partial<ExpiryFacts> = {}): ExpiryFacts => ({
  market: 1n,
  expiry: EXPIRY,
  feed: 0n,
  time: EXPIRY + 3n * HOUR,
  settled: 0n,
  coverage: 0n,
  latest: PRICE,
  setId: 4n,
  mask: 0n,
  setWeight: 3n,
  seats: [NO_SEAT, ...WALLETS.map(({ address }) => ({ signer: address, weight: 1n, validatorId: 1n }))],
  ...change,
});

const all = (price = PRICE): Promise<SignedPrice[]> =>
  Promise.all(WALLETS.map((wallet) => signPrice(factsWith(), DOMAIN, signerOf(wallet), price, MOST_BPS)));

async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return "none";
  } catch (error) {
    assert.instanceOf(error, BallastError);
    return error.code;
  }
}

describe("signed settlement prices", () => {
  it("are for two to 23 hours after an expiry whose half hour has less than six minutes", async () => {
    const code = (change: Partial<ExpiryFacts>): Promise<string> => codeOf(() => checkSigning(factsWith(change)));
    assert.equal(await code({ time: EXPIRY + 2n * HOUR - 1n }), "signingClosed");
    assert.equal(await code({ time: EXPIRY + 2n * HOUR }), "none");
    assert.equal(await code({ time: EXPIRY + 23n * HOUR - 1n }), "none");
    assert.equal(await code({ time: EXPIRY + 23n * HOUR }), "signingClosed");
    assert.equal(await code({ coverage: 359n }), "none");
    assert.equal(await code({ coverage: 360n }), "hasWindow");
    assert.equal(await code({ settled: 1n }), "alreadySettled");
  });

  it("are signed up to a tenth from the last price, and by no key whose seat is masked", async () => {
    const code = (price: bigint, mask = 0n): Promise<string> =>
      codeOf(() => signPrice(factsWith({ mask }), DOMAIN, signerOf(WALLETS[0]!), price, MOST_BPS));
    assert.equal(await code((PRICE * 11n) / 10n), "none");
    assert.equal(await code((PRICE * 11n) / 10n + 1n), "priceFar");
    assert.equal(await code((PRICE * 9n) / 10n), "none");
    assert.equal(await code((PRICE * 9n) / 10n - 1n), "priceFar");
    assert.equal(await code(PRICE, 0b10n), "seatMasked");
    assert.equal(await code(PRICE, 0b100n), "none");
  });

  it("are handed in with seats rising, each once, whatever order they came in", async () => {
    const [one, two, three] = await all();
    const { price, setId, seats, signatures, weight } = gatherPosting(factsWith(), DOMAIN, [three!, one!, two!, one!]);
    assert.deepEqual([price, setId, weight], [PRICE, 4n, 3n]);
    assert.deepEqual(seats, [1, 2, 3]);
    assert.deepEqual(signatures, [one!.signature, two!.signature, three!.signature]);
  });

  it("need more than two thirds of the set, masked seats counting for nothing", async () => {
    const [one, two, three] = await all();
    const code = (given: readonly SignedPrice[], change: Partial<ExpiryFacts> = {}): Promise<string> =>
      codeOf(() => gatherPosting(factsWith(change), DOMAIN, given));
    assert.equal(await code([one!, two!]), "noQuorum", "two thirds to the unit");
    assert.equal(await code([one!, two!, three!], { mask: 0b1000n }), "badSignature");
    assert.equal(await code([]), "noQuorum");
  });

  it("are all over one price, feed, expiry and set, of this Clearinghouse", async () => {
    const signed = await all();
    const changes: Partial<SignedPrice>[] = [
      { price: PRICE + 1n },
      { feed: 1n },
      { expiry: EXPIRY + 1n },
      { setId: 5n },
      { chainId: 1n },
      { clearinghouse: `0x${"d".repeat(40)}` },
    ];
    for (const change of changes) {
      const given = [...signed.slice(1), { ...signed[0]!, ...change }];
      assert.equal(await codeOf(() => gatherPosting(factsWith(), DOMAIN, given)), "signaturesDiffer");
    }
    const others = signed.map((one) => ({ ...one, price: PRICE + 1n }));
    assert.equal(await codeOf(() => gatherPosting(factsWith(), DOMAIN, others)), "badSignature", "signed was another");
  });
});
