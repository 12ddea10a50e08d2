// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { lensInterface } from "../../../scripts/chain/lensInterface.ts";
import { oracleInterface } from "../../../scripts/chain/oracleInterface.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Lens } from "../../../typechain-types/periphery/Lens.ts";
import { contractAt } from "../../../dashboard/src/chain/Contract.ts";
import { agreeing } from "../../../dashboard/src/chain/agreeing.ts";
import { Endpoint } from "../../../dashboard/src/chain/Endpoint.ts";
import type { Post, RpcAnswer } from "../../../dashboard/src/chain/Endpoint.ts";
import { LogTail } from "../../../dashboard/src/chain/LogTail.ts";
import { Page } from "../../../dashboard/src/chain/Page.ts";
import { judgeEndpoints } from "../../../dashboard/src/model/judgeEndpoints.ts";
import type { EndpointAnswer } from "../../../dashboard/src/model/judgeEndpoints.ts";

interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

const LENS = `0x${"11".repeat(20)}`;
const HOUSE = `0x${"22".repeat(20)}`;
const lens = contractAt<Lens>(LENS, lensInterface as Lens["interface"]);

/** A node that answers each question by a function. */
function node(answer: (asked: Asked) => object): Endpoint {
  const post: Post = (_, body) =>
    Promise.resolve((JSON.parse(body) as readonly Asked[]).map((asked) => ({ id: asked.id, ...answer(asked) })));
  return new Endpoint("http://node", post);
}

const refusal = (data: string): object => ({ error: { message: "execution reverted", data } });

const houseIs = (address: string): Endpoint =>
  node(() => ({ result: lensInterface.encodeFunctionResult("house", [address]) }));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof BallastError ? error.code : String(error);
  }
}

describe("Reading layer of the page", () => {
  describe("an endpoint", () => {
    it("answers in the order of the questions, whatever the order of the replies", async () => {
      const post: Post = (_, body) =>
        Promise.resolve((JSON.parse(body) as Asked[]).map(({ id, method }) => ({ id, result: method })).reverse());
      const answers = await new Endpoint("http://node", post).ask(["a", "b"].map((method) => ({ method, params: [] })));
      assert.deepEqual(answers, [
        { kind: "answered", value: "a" },
        { kind: "answered", value: "b" },
      ]);
    });

    it("asks no more than fifty questions at once", async () => {
      const sizes: number[] = [];
      const post: Post = (_, body) => {
        const asked = JSON.parse(body) as Asked[];
        sizes.push(asked.length);
        return Promise.resolve(asked.map(({ id }) => ({ id, result: "x" })));
      };
      await new Endpoint("http://node", post).ask(Array.from({ length: 120 }, () => ({ method: "m", params: [] })));
      assert.deepEqual(sizes, [50, 50, 20]);
    });

    describe("beside another", () => {
      const [one, two] = [{ result: "0x1" }, { result: "0x2" }];
      const [revert, otherRevert] = [refusal("0xaa"), refusal("0xbb")];
      const behind = { error: { message: "header not found" } };
      const silent = new Endpoint("http://node", () => Promise.reject(new Error("refused")));
      const says = (reply: object | "silent"): Endpoint => (reply === "silent" ? silent : node(() => reply));
      const ask = (first: object | "silent", second: object | "silent"): Promise<RpcAnswer[]> =>
        agreeing(says(first), says(second)).ask([{ method: "eth_call", params: [] }]);

      it("is contradicted by one that answers or refuses differently", async () => {
        const pairs = [
          [one, two],
          [one, revert],
          [revert, one],
          [revert, otherRevert],
        ] as const;
        for (const [first, second] of pairs) assert.equal(await codeOf(ask(first, second)), "endpointsDisagree");
      });

      it("is borne out by one that says the same, in its own words", async () => {
        assert.deepEqual(await ask(one, { ...one }), [{ kind: "answered", value: "0x1" }]);
        const said = await ask(revert, { error: { message: "VM Exception", data: "0xaa" } });
        assert.deepEqual(said, [{ kind: "refused", message: "execution reverted", data: "0xaa" }]);
      });

      it("answers for one that is silent or behind, whichever it is", async () => {
        const answer: RpcAnswer[] = [{ kind: "answered", value: "0x1" }];
        for (const mute of ["silent", behind] as const) {
          assert.deepEqual(await ask(one, mute), answer);
          assert.deepEqual(await ask(mute, one), answer);
        }
      });

      it("answers nothing where both are silent, and says so where both are behind", async () => {
        assert.equal(await codeOf(ask("silent", "silent")), "endpointSilent");
        assert.deepEqual(await ask(behind, "silent"), [
          { kind: "refused", message: "header not found", data: undefined },
        ]);
        assert.deepEqual(await ask(behind, behind), [
          { kind: "refused", message: "header not found", data: undefined },
        ]);
      });
    });

    it("is silent when it cannot be reached, talks nonsense or leaves a question out", async () => {
      const posts: Post[] = [
        () => Promise.reject(new Error("refused")),
        () => Promise.resolve({ error: "no batches here" }),
        () => Promise.resolve([]),
      ];
      const codes = await Promise.all(posts.map((post) => codeOf(new Endpoint("http://node", post).askOne("m", []))));
      assert.deepEqual(codes, ["endpointSilent", "endpointSilent", "endpointSilent"]);
    });

    it("finds the data of a revert wherever nodes put it", async () => {
      const places = ["0x1234", { data: "0x1234" }, "Reverted 0x1234"];
      const answers = await Promise.all(
        places.map((data) => node(() => ({ error: { message: "no", data } })).ask([{ method: "m", params: [] }])),
      );
      assert.deepEqual(
        answers.map(([answer]) => answer?.kind === "refused" && answer.data),
        ["0x1234", "0x1234", "0x1234"],
      );
    });
  });

  describe("a page of reads", () => {
    it("gives each answer by the names of the contract", async () => {
      const page = new Page();
      const told = page.ask(lens, "house", []);
      await page.read(houseIs(HOUSE), "0xblock");
      assert.deepEqual(told(), { kind: "read", value: HOUSE });
    });

    it("reads all of it at one block", async () => {
      const blocks: unknown[] = [];
      const page = new Page();
      page.ask(lens, "house", []);
      page.ask(lens, "marketOverview", [1n]);
      await page.read(
        node(({ params }) => {
          blocks.push(params[1]);
          return { result: "0x" };
        }),
        "0xblock",
      );
      assert.deepEqual(blocks, [{ blockHash: "0xblock" }, { blockHash: "0xblock" }]);
    });

    it("says of each answer why it is not known", async () => {
      const answers = [{ error: { message: "out of gas" } }, { result: "0x" }, { result: "0x1234" }];
      const told = await Promise.all(
        answers.map(async (answer) => {
          const page = new Page();
          const house = page.ask(lens, "house", []);
          await page.read(
            node(() => answer),
            "0xblock",
          );
          return house();
        }),
      );
      assert.deepEqual(
        told.map((one) => one.kind === "unread" && one.reason),
        ["refused", "missing", "garbled"],
      );
    });

    it("knows nothing where two endpoints answer differently", async () => {
      const page = new Page();
      const told = page.ask(lens, "house", []);
      await page.read(houseIs(HOUSE), "0xblock", houseIs(LENS));
      assert.deepInclude(told(), { kind: "unread", reason: "disputed" });
    });

    it("believes two endpoints that say the same", async () => {
      const page = new Page();
      const told = page.ask(lens, "house", []);
      await page.read(houseIs(HOUSE), "0xblock", houseIs(HOUSE));
      assert.deepEqual(told(), { kind: "read", value: HOUSE });
    });
  });

  describe("endpoints against each other", () => {
    const spoke = (number: bigint, commonHash = "0xa", chainId = 1n): EndpointAnswer => ({
      kind: "spoke",
      chainId,
      number,
      commonHash,
    });
    const silent: EndpointAnswer = { kind: "silent", text: "does not answer" };
    const cases: readonly [string, readonly EndpointAnswer[], object][] = [
      ["believes one for want of another", [spoke(9n)], { kind: "single", use: 0 }],
      ["says that the only one is dead", [silent], { kind: "dead", text: "The endpoint does not answer" }],
      ["uses the lower head of two that agree", [spoke(10n), spoke(9n)], { kind: "agree", use: 1, behind: 1n }],
      ["goes on with one and says which is silent", [silent, spoke(9n)], { kind: "oneSilent", use: 1 }],
      ["goes on with the newer of two far apart", [spoke(9n), spoke(90n)], { kind: "oneSilent", use: 1 }],
      ["believes neither when their blocks differ", [spoke(9n), spoke(9n, "0xb")], { kind: "fork" }],
      ["refuses another chain", [spoke(9n), spoke(9n, "0xa", 5n)], { kind: "wrongChain" }],
    ];
    for (const [name, answers, expected] of cases)
      it(name, () => assert.deepInclude(judgeEndpoints(1n, answers), expected));
  });

  describe("the newest events", () => {
    const ORACLE = `0x${"33".repeat(20)}`;
    const fragment = oracleInterface.getEvent("WitnessRequired")!;
    const log = (block: bigint, hash: string, until: bigint): object => ({
      address: ORACLE,
      ...oracleInterface.encodeEventLog(fragment, [until]),
      blockNumber: `0x${block.toString(16)}`,
      blockHash: hash,
      logIndex: "0x0",
      transactionHash: "0xt",
    });
    const limits = { span: 100n, chunk: 30n, overlap: 5n, most: 3 };
    const tail = (): LogTail => new LogTail(new Map([[ORACLE, oracleInterface]]), limits);
    const ranges: string[][] = [];
    const logs = (found: readonly object[]): Endpoint =>
      node(({ params }) => {
        const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
        ranges.push([fromBlock, toBlock]);
        const isInside = ({ blockNumber }: { blockNumber?: string }): boolean =>
          BigInt(blockNumber!) >= BigInt(fromBlock) && BigInt(blockNumber!) <= BigInt(toBlock);
        return { result: found.filter(isInside) };
      });

    beforeEach(() => (ranges.length = 0));

    it("looks back a bounded way, in pieces", async () => {
      await tail().follow(logs([]), { number: 1_000n });
      assert.deepEqual(
        ranges.map(([from, to]) => [Number(from), Number(to)]),
        [
          [900, 929],
          [930, 959],
          [960, 989],
          [990, 1_000],
        ],
      );
    });

    it("forgets what a reorganisation took back", async () => {
      const followed = tail();
      await followed.follow(logs([log(998n, "0xold", 1n)]), { number: 1_000n });
      const [newest] = await followed.follow(logs([log(999n, "0xnew", 2n)]), { number: 1_001n });
      assert.equal(newest?.args["until"], 2n);
      assert.lengthOf(await followed.follow(logs([log(999n, "0xnew", 2n)]), { number: 1_002n }), 1);
    });

    it("keeps the newest when there are too many", async () => {
      const many = [991n, 992n, 993n, 994n].map((block) => log(block, `0x${block}`, block));
      const kept = await tail().follow(logs(many), { number: 1_000n });
      assert.deepEqual(
        kept.map(({ block }) => block),
        [994n, 993n, 992n],
      );
    });
  });
});
