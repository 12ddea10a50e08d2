// SPDX-License-Identifier: MIT
import { expect } from "chai";
import fc from "fast-check";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { LEAST, problemsOf, problemsWith, withMore } from "./scenarioText.ts";

const HOUR = 3_600;

describe("a scenario file", () => {
  it("needs version, name, duration and feeds only, and gets the format's defaults", () => {
    const scenario = withMore("");
    expect(scenario.seed).to.equal(42);
    expect(scenario.durationSeconds).to.equal(36 * HOUR);
    expect(scenario.chain).to.deep.equal({
      kind: "l1",
      blockSeconds: 12,
      finalityLagBlocks: 2,
      startAt: Date.UTC(2026, 0, 2) / 1_000,
    });
    expect(scenario.venues).to.deep.equal({ count: 5, noiseBps: 4 });
    expect(scenario.validators).to.deep.equal({ count: 7, bond: 100_000, venuesEach: 3 });
    expect(scenario.witness).to.deep.equal({
      feeds: 2,
      lagSeconds: 30,
      noiseBps: 5,
      deviationBps: 50,
      heartbeatSeconds: HOUR,
    });
    expect(scenario.actors.writers).to.deep.equal({ count: 40, style: "mixed", health: [1.05, 2] });
    expect(scenario.actors.liquidators).to.deep.equal({ count: 2, capital: 500_000 });
    expect(scenario.faults).to.deep.equal([]);
  });

  it("has one market of its first feed with the next two expiries and strikes from 80 to 120 %", () => {
    const scenario = parseScenario(LEAST.replace("ETH", "BTC"), "test.yaml");
    expect(scenario.markets).to.deep.equal([
      {
        feed: "BTC-USD",
        collateral: "USDC",
        collateralKind: "quote",
        expiriesSeconds: [8 * HOUR, 32 * HOUR],
        strikes: [80, 90, 100, 110, 120],
      },
    ]);
  });

  it("has its next expiry a day later when it starts at one", () => {
    const [market] = withMore("chain: { start: 2026-01-02T08:00:00Z }").markets;
    expect(market!.expiriesSeconds).to.deep.equal([24 * HOUR, 48 * HOUR]);
  });

  it("knows a market's kind from its collateral", () => {
    const { markets } = withMore("markets: [{ feed: ETH-USD, collateral: ETH }, { feed: ETH-USD }]");
    expect(markets.map(({ collateralKind }) => collateralKind)).to.deep.equal(["coin", "quote"]);
  });

  it("may name expiries by time or by duration", () => {
    const { markets } = withMore("markets: [{ feed: ETH-USD, expiries: [8h, 2026-01-05T08:00:00Z] }]");
    expect(markets[0]!.expiriesSeconds).to.deep.equal([8 * HOUR, 80 * HOUR]);
  });

  it("may be JSON", () => {
    const json = JSON.stringify(
      { version: 1, name: "j", duration: "1h", feeds: [{ id: "A-USD", path: [[0, 1]] }] },
      null,
      "\t",
    );
    expect(parseScenario(json, "test.json").feeds[0]!.id).to.equal("A-USD");
  });

  it("may have lines that end as on Windows, and a mark of its byte order", () => {
    expect(parseScenario(`\uFEFF${LEAST.replaceAll("\n", "\r\n")}`, "test.yaml").name).to.equal("least");
  });

  it("may repeat parts by reference", () => {
    const { feeds } = parseScenario(
      "version: 1\nname: a\nduration: 1h\nfeeds: [{ id: A-USD, path: &p [[0, 1]] }, { id: B-USD, path: *p }]\n",
      "test.yaml",
    );
    expect(feeds[1]!.path).to.deep.equal(feeds[0]!.path);
  });

  it("has its prices in eight decimals", () => {
    const { feeds } = parseScenario(LEAST.replace("[0, 100]", "[0, 0.12345678]"), "test.yaml");
    expect(feeds[0]!.path).to.deep.include({ model: "anchors" });
    expect(feeds[0]!.path.model === "anchors" && feeds[0]!.path.anchors[0]!.price).to.equal(12_345_678n);
  });

  it("has faults with family, seconds, typed details and a name by type and number", () => {
    const { faults } = withMore(
      "faults: [{ type: net.delay, target: relayers, at: 600m, for: 20h, with: { median: 10m, loss: 0.3 } }, { type: net.delay, with: { jitter: 250s } }]",
    );
    expect(faults[0]).to.deep.equal({
      name: "net.delay-1",
      family: "net",
      type: "net.delay",
      target: "relayers",
      atSeconds: 36_000,
      forSeconds: 72_000,
      with: { medianSeconds: 600, jitterSeconds: 0, loss: 0.3 },
    });
    expect(faults[1]).to.deep.include({ name: "net.delay-2", target: "all", atSeconds: 0, forSeconds: undefined });
  });

  it("takes expectations and parameters with dots or nested", () => {
    const dots = withMore("params: { margin.quote.dust: 60 }\nexpect: { badDebt.afterInsurance: { max: 0 } }");
    const nested = withMore(
      "params: { margin: { quote: { dust: 60 } } }\nexpect: { badDebt: { afterInsurance: { max: 0 } } }",
    );
    expect(nested).to.deep.equal(dots);
    expect(dots.params.get("margin.quote.dust")).to.equal(60);
    expect(dots.expect).to.deep.equal([{ key: "badDebt.afterInsurance", min: undefined, max: 0, equals: undefined }]);
  });
});

describe("a scenario that is refused", () => {
  it("tells file, line, column, key, value and what is allowed", () => {
    expect(problemsWith("venues: { count: 99 }")).to.deep.equal([
      "test.yaml:5:18: venues.count: expected a whole number from 1 to 32, given 99",
    ]);
  });

  it("is one error with everything that is wrong, in the order of the file", () => {
    const problems = problemsWith(
      "venues: { count: 0 }\nvalidators: { cuont: 7 }\nwitness: { lag: 30 }\nfaults: [{ type: oracle.silent, at: 40h }, { type: x.y }]",
    );
    const places = problems.map((problem) => problem.split(": ").slice(0, 2).join(" "));
    expect(places).to.deep.equal([
      "test.yaml:5:18 venues.count",
      "test.yaml:6:15 validators.cuont",
      "test.yaml:7:17 witness.lag",
      "test.yaml:8:37 faults.0.at",
      "test.yaml:8:52 faults.1.type",
    ]);
  });

  it("is guessed what was meant", () => {
    expect(problemsWith("chian: {}")[0]).to.match(/chian: unknown key \(did you mean chain\?\)/);
    expect(problemsWith("faults: [{ type: delay }]")[0]).to.match(/did you mean net\.delay\?/);
    expect(problemsWith("params: { heartbeet: 60 }")[0]).to.match(/did you mean heartbeat\?/);
  });

  it("is refused for keys given twice", () => {
    expect(problemsWith("seed: 1\nseed: 2")[0]).to.match(/^test\.yaml:6:1: not YAML: Map keys must be unique/);
    expect(problemsWith("params: { heartbeat: 60, heartbeat: 70 }")[0]).to.match(/unique/);
    expect(problemsWith("params: { margin: { quote: { tip: 1 } }, margin.quote.tip: 2 }")[0]).to.match(
      /params\.margin\.quote\.tip: given twice/,
    );
  });

  const wrong: readonly (readonly [what: string, more: string, message: RegExp])[] = [
    ["a missing unit", "witness: { lag: 30 }", /witness\.lag: expected a duration .*given 30/],
    ["an unknown unit", "witness: { lag: 30x }", /witness\.lag: expected a duration .*"30x"/],
    ["a negative duration", "witness: { lag: -3s }", /witness\.lag: expected a duration/],
    ["NaN", "venues: { noiseBps: .nan }", /venues\.noiseBps: expected a number.*NaN/],
    ["infinity", "venues: { noiseBps: .inf }", /venues\.noiseBps: expected a number.*Infinity/],
    ["a fraction of a validator", "validators: { count: 7.5 }", /validators\.count: expected a whole number/],
    ["a number as text", "validators: { count: '7' }", /validators\.count: expected a whole number/],
    ["gas that is not sorted", "gas: [[0, 1], [5, 2], [4, 3]]", /gas\.2: minutes must rise/],
    ["gas that starts late", "gas: [[1, 1]]", /gas\.0: the first minute must be 0/],
    ["more venues read than there are", "venues: { count: 2 }", /reads 3 venues, and there are 2/],
    ["a market of no feed", "markets: [{ feed: BTC-USD }]", /markets\.0\.feed: BTC-USD is no feed/],
    ["a collateral nobody knows", "markets: [{ feed: ETH-USD, collateral: DAI }]", /DAI is neither listed/],
    ["a coin that is not the feed's", "markets: [{ feed: ETH-USD, collateralKind: coin }]", /not the feed's coin/],
    ["a coin with an own path", "collateral: { ETH: { path: [[0, 1]] } }", /has the feed's price/],
    ["an expiry at another hour", "markets: [{ feed: ETH-USD, expiries: [9h] }]", /expiries\.0: expiries are at 08:00/],
    ["an expiry too far away", "markets: [{ feed: ETH-USD, expiries: [91d] }]", /more than 90 days/],
    ["strikes that fall", "markets: [{ feed: ETH-USD, strikes: [100, 90] }]", /strikes\.1: values must rise/],
    ["a vault without its market", "vaults: [{ feed: ETH-USD, strategy: coveredCalls }]", /need a coin market/],
    ["a fault after the end", "faults: [{ type: oracle.silent, at: 36h }]", /faults\.0\.at: starts after/],
    [
      "two faults of one name",
      "faults: [{ type: oracle.silent, name: a }, { type: oracle.silent, name: a }]",
      /name of fault 0/,
    ],
    ["details of another fault", "faults: [{ type: oracle.silent, with: { depth: 2 } }]", /with\.depth: unknown key/],
    ["missing details", "faults: [{ type: chain.reorg }]", /with\.depth: missing/],
    ["a price wrong in two ways", "faults: [{ type: venue.value, with: { add: 1, multiply: 2 } }]", /exactly one of/],
    ["a price wrong in no way", "faults: [{ type: venue.value }]", /exactly one of/],
    ["an unknown parameter", "params: { foo.bar: 1 }", /params\.foo\.bar: no such parameter/],
    ["a parameter out of range", "params: { heartbeat: 1 }", /params\.heartbeat: .*from 15 to 3600/],
    [
      "contradicting parameters",
      "params: { margin.quote.initialShockBps: 1000 }",
      /maintenanceShockBps of 1500 is above/,
    ],
    [
      "a parameter nobody can set",
      "faults: [{ type: admin.setParameter, with: { name: modes.rampSeconds, multiply: 2 } }]",
      /nobody can set it/,
    ],
    [
      "bonds below the least",
      "validators: { bond: 40000 }",
      /validators\.bond: .*below the parameter minimumBond of 50000/,
    ],
    [
      "an expectation of an unknown key",
      "expect: { badDebt.total: { max: 0 } }",
      /expect\.badDebt\.total: No metric.*absolute/,
    ],
    ["bounds of a word", "expect: { verdict: { max: 0 } }", /expect\.verdict: is no number/],
    ["a word that is none", "expect: { verdict: { equals: kept } }", /expected one of held, broken, given kept/],
    ["an expectation of nothing", "expect: { badDebt.absolute: {} }", /expected min, max or equals/],
    ["a list for a map", "venues: [1]", /venues: expected a map of count, noiseBps/],
    ["text that is no YAML", "venues: { count: 5", /not YAML/],
    ["a tag", "about: !secret x", /not YAML: Unresolved tag/],
    ["a key that is not text", "{ a: 1 }: 2", /not YAML|not text/],
  ];
  for (const [what, more, message] of wrong)
    it(`holds ${what}`, () => {
      expect(problemsWith(more).join("\n")).to.match(message);
    });

  it("has a path that is not sorted, starts late, or moves too far at once", () => {
    const withPath = (path: string): string =>
      problemsOf(`version: 1\nname: a\nduration: 1h\nfeeds: [{ id: A-USD, path: ${path} }]`).join();
    expect(withPath("[[0, 1], [2, 1], [2, 1]]")).to.match(/feeds\.0\.path\.2: minutes must rise/);
    expect(withPath("[[1, 1]]")).to.match(/feeds\.0\.path\.0: the first minute must be 0/);
    expect(withPath("[[0, 1], [1, 20000]]")).to.match(/moves by more than 10000 times/);
    expect(withPath("[[0, 1], [0.001, 1]]")).to.match(/whole number of seconds/);
    expect(withPath("[]")).to.match(/expected a list of 1 to 10,000 points/);
  });

  it("has neither path nor generator, or both", () => {
    const feed = (rest: string): string =>
      problemsOf(`version: 1\nname: a\nduration: 1h\nfeeds: [{ id: A-USD${rest} }]`).join();
    expect(feed("")).to.match(/feeds\.0: expected a path or a generator/);
    expect(feed(", path: [[0, 1]], generator: { model: gbm-jump, start: 1, volatility: 1 }")).to.match(/not both/);
  });

  it("misses what is required", () => {
    expect(problemsOf("seed: 1")).to.deep.equal([
      "test.yaml:1:1: version: missing",
      "test.yaml:1:1: name: missing",
      "test.yaml:1:1: duration: missing",
      "test.yaml:1:1: feeds: missing",
    ]);
  });

  it("is empty, no map, or two documents", () => {
    expect(problemsOf("")[0]).to.match(/empty/);
    expect(problemsOf("[1]")[0]).to.match(/expected a map/);
    expect(problemsOf(`${LEAST}---\n${LEAST}`)[0]).to.match(/not YAML/);
  });

  it("is larger than a scenario could be", () => {
    expect(problemsWith(`about: ${"x".repeat(1_100_000)}`)[0]).to.match(/larger than 1048576 bytes/);
  });

  it("is a bomb of references", () => {
    const bomb = Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? "1" : `*l${level - 1}`;
      return `x${level}: &l${level} [${Array(10).fill(below).join(", ")}]`;
    });
    expect(problemsWith(bomb.join("\n")).join()).to.match(/more than 100000 values/);
  });

  it("refers to itself", () => {
    expect(problemsWith("venues: &v { count: *v }").join()).to.match(/nested more than 32 deep|not YAML/);
  });

  it("is refused with nothing but the one error, whatever it says", () => {
    const lines = LEAST.split("\n");
    fc.assert(
      fc.property(fc.nat(lines.length), fc.string({ maxLength: 40, unit: "binary" }), (at, noise) => {
        const text = [...lines.slice(0, at), noise, ...lines.slice(at)].join("\n");
        try {
          parseScenario(text, "test.yaml");
        } catch (error) {
          expect(error instanceof BallastError && error.code).to.equal("scenarioInvalid");
        }
      }),
      { numRuns: 100, seed: 6 },
    );
  });
});

describe("overrides", () => {
  const set = (...overrides: string[]) => withMore("faults: [{ type: oracle.silent }]", { overrides });

  it("set values, items of lists, and maps that were not there", () => {
    const scenario = set("validators.count=9", "feeds.0.path.1.1=90", "faults.0.at=5m", "actors.writers.count=3");
    expect(scenario.validators.count).to.equal(9);
    expect(scenario.faults[0]!.atSeconds).to.equal(300);
    expect(scenario.actors.writers).to.deep.include({ count: 3, style: "mixed" });
    expect(scenario.feeds[0]!.path.model === "anchors" && scenario.feeds[0]!.path.anchors[1]!.price).to.equal(
      90n * 10n ** 8n,
    );
  });

  it("add to lists", () => {
    expect(set("faults.+={ type: chain.halt, at: 1h, for: 5m }").faults.map(({ type }) => type)).to.deep.equal([
      "oracle.silent",
      "chain.halt",
    ]);
    expect(set("vaults.+.feed=ETH-USD", "vaults.0.strategy=cashSecuredPuts").vaults).to.have.length(1);
  });

  it("set dotted parameters and the bounds of expectations", () => {
    const scenario = set("params.margin.quote.dust=70", "expect.price.errorBps.max.max=30");
    expect(scenario.params.get("margin.quote.dust")).to.equal(70);
    expect(scenario.expect[0]).to.deep.include({ key: "price.errorBps.max", max: 30 });
  });

  it("take away what is set to null", () => {
    expect(set("faults.0=null").faults).to.deep.equal([]);
    expect(set("venues.noiseBps=1", "venues.noiseBps=null").venues.noiseBps).to.equal(4);
    expect(set("expect.price.errorBps.max.max=3", "expect.price.errorBps.max=null").expect).to.deep.equal([]);
    const walk = "feeds.0.generator={ model: gbm-jump, start: 5, volatility: 1 }";
    expect(set(walk, "feeds.0.path=null").feeds[0]!.path.model).to.equal("gbm-jump");
  });

  it("count in their order", () => {
    expect(set("seed=1", "seed=2").seed).to.equal(2);
  });

  it("are refused by their own text", () => {
    const refused = (override: string): string => problemsWith("faults: []", { overrides: [override] }).join();
    expect(refused("seed")).to.equal("--set seed: expected key=value, such as validators.count=9");
    expect(refused("seed=x")).to.match(/^--set seed=x: seed: expected a whole number/);
    expect(refused("faults.0.at=5m")).to.match(/faults\.0\.at: 0 names no item of the list, which has none/);
    expect(refused("seed.low=1")).to.match(/seed: expected a whole number/);
    expect(refused("name.x=1")).to.match(/single value/);
    expect(refused("seed=")).to.match(/seed: no value/);
    expect(refused("validators..count=1")).to.match(/a part of the key is empty/);
  });
});

describe("extends", () => {
  const files: Readonly<Record<string, string>> = {
    "folder/base.yaml": `${LEAST}venues: { count: 6, noiseBps: 9 }\ngas: [[0, 50]]\nparams: { heartbeat: 60 }\n`,
    "folder/loop.yaml": "extends: loop.yaml\nname: loop\n",
    "folder/broken.yaml": "extends: base.yaml\nname: broken\nvenues: { count: 77 }\n",
    calm: LEAST,
  };
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error("no such file");
    return text;
  };
  const parse = (text: string) => parseScenario(text, "folder/own.yaml", { readFile });
  const refusal = (text: string): string => {
    try {
      parse(text);
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };

  it("merges maps and replaces lists and values", () => {
    const scenario = parse("extends: base.yaml\nname: own\nvenues: { count: 7 }\ngas: [[0, 1], [5, 2]]\n");
    expect(scenario.name).to.equal("own");
    expect(scenario.venues).to.deep.equal({ count: 7, noiseBps: 9 });
    expect(scenario.gas.map(({ value }) => value)).to.deep.equal([1, 2]);
    expect(scenario.params.get("heartbeat")).to.equal(60);
  });

  it("takes away what is null", () => {
    const scenario = parse("extends: base.yaml\nname: own\nvenues: { noiseBps: null }\nparams: null\n");
    expect(scenario.venues).to.deep.equal({ count: 6, noiseBps: 4 });
    expect(scenario.params.size).to.equal(0);
  });

  it("finds scenarios of the library by name", () => {
    expect(parse("extends: calm\nname: own").durationSeconds).to.equal(36 * HOUR);
  });

  it("asks for a name of one's own", () => {
    expect(refusal("extends: base.yaml\nseed: 1")).to.match(/own\.yaml:1:1: name: missing/);
  });

  it("places a problem in the file that has it", () => {
    expect(refusal("extends: broken.yaml\nname: own")).to.match(/folder\/broken\.yaml:3:18: venues\.count/);
  });

  it("refuses cycles, files that are not there, and absolute paths", () => {
    expect(refusal("extends: loop.yaml\nname: own")).to.match(
      /extends itself: .*loop\.yaml extends folder\/loop\.yaml/,
    );
    expect(refusal("extends: gone.yaml\nname: own")).to.match(/own\.yaml:1:10: extends: .*gone\.yaml.* no such file/);
    expect(refusal("extends: /etc/passwd\nname: own")).to.match(/relative to this one/);
  });
});
