// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { compile } from "../../../tools/compiler.mjs";
import { complaintsAbout } from "../../../tools/trees/compare.mjs";
import { contractsIn } from "../../../tools/trees/contracts.mjs";
import { drawn, parseTree } from "../../../tools/trees/parse.mjs";
import { testsIn } from "../../../tools/trees/titles.mjs";

const SOURCE = "contracts/room/Door.sol";

/** Facts of contracts in one source, by name. */
function factsOf(text: string) {
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const { sources } = compile([SOURCE], settings, { overlay: { [SOURCE]: `pragma solidity 0.8.37;\n${text}` } });
  return new Map(contractsIn([sources[SOURCE].ast]).map((facts) => [facts.name, facts]));
}

const DOOR = factsOf(`
  error Door_Locked(); error Door_Broken(); error Door_Nobody(); error Elsewhere_Refused();
  library Hinges { function turn(uint256 by) internal pure { require(by != 0, Door_Broken()); } }
  contract Bell { function ring() external pure { revert Elsewhere_Refused(); } }
  abstract contract Frame {
    modifier unlocked() { _requireOpen(); _; }
    function _requireOpen() internal view virtual {}
    function paint() external {}
  }
  contract Door is Frame {
    Bell private bell;
    constructor(Bell bell_) { require(address(bell_) != address(0), Door_Nobody()); }
    function open(uint256 by) external unlocked { Hinges.turn(by); bell.ring(); }
    function isOpen() external pure returns (bool) { return true; }
    function _requireOpen() internal view override { require(address(bell) != address(0), Door_Locked()); }
  }`);

/** A tree that tells everything of the door, as its author writes it. */
const TOLD = `Door: lets people in.

constructor
    given nobody who rings
        it refuses with Door_Nobody [room/door: opens]

open
    given a lock
        it refuses with Door_Locked [room/door: opens]
    given broken hinges
        it refuses with Door_Broken [room/door: opens] [room/Door: test_Opens]

paint
    when anybody paints
        it is red [room/door: is red]
`;
const FILE = "test/trees/room/Door.tree";

type Tests = Parameters<typeof complaintsAbout>[2];
/** Tests of which all are there, and expect whatever they should. */
const ALL: Tests = { faultOf: () => undefined, mentions: () => true };

/** What is said of a tree. */
function said(text: string, file = FILE, tests: Partial<Tests> = {}): string[] {
  const bell = `Bell: rings.\n\nring\n└── given any\n    └── it refuses with Elsewhere_Refused [a/b: c]\n`;
  const trees = new Map([file, "test/trees/room/Bell.tree"].map((name, at) => [name, parseTree([text, bell][at]!)]));
  return complaintsAbout(trees, DOOR, { ...ALL, ...tests });
}

describe("Trees of behaviours", () => {
  it("are drawn from their indentation, and drawing again changes nothing", () => {
    const tree = drawn(TOLD);
    expect(tree.split("\n").slice(6, 12)).to.deep.equal([
      "open",
      "├── given a lock",
      "│   └── it refuses with Door_Locked [room/door: opens]",
      "└── given broken hinges",
      "    └── it refuses with Door_Broken [room/door: opens] [room/Door: test_Opens]",
      "",
    ]);
    expect(drawn(tree)).to.equal(tree);
    expect(said(TOLD), "not drawn yet").to.deep.equal([
      `${FILE}:4: is not drawn as \`node tools/trees.mjs --draw\` draws it`,
    ]);
  });

  it("tell everything that a contract does, and no more", () => {
    expect(said(drawn(TOLD))).to.deep.equal([]);
  });

  it("need a root for every function that changes state, inherited ones too", () => {
    const untold = drawn(TOLD.slice(0, TOLD.indexOf("\npaint")));
    expect(said(untold)).to.deep.equal([`${SOURCE}: paint of Door has no root in a tree`]);
  });

  for (const [whence, error, where] of [
    ["a constructor", "Door_Nobody", "Door"],
    ["a modifier's override", "Door_Locked", "open of Door"],
    ["a library", "Door_Broken", "open of Door"],
  ] as const) {
    it(`name every error that comes up out of ${whence}`, () => {
      const unnamed = drawn(TOLD.replace(`refuses with ${error}`, "does something"));
      expect(said(unnamed)).to.deep.equal([`${SOURCE}: no leaf of ${where} names ${error}`]);
    });
  }

  it("name no error that does not exist, or is another contract's or function's, and no function that is gone", () => {
    for (const error of ["Elsewhere_Refused", "Door_Squeaks", "Squeaks", "Door_Locked"]) {
      const wrong = drawn(TOLD.replace("it is red", `it refuses with ${error}`));
      expect(said(wrong)).to.deep.equal([`${FILE}:15: paint of Door never ends with ${error}`]);
    }
    expect(said(drawn(TOLD.replace("\npaint\n", "\npaint, close\n")))).to.deep.equal([
      `${FILE}:13: Door has no function close`,
    ]);
  });

  it("are of a contract that exists, in a file of its name and room", () => {
    expect(said(drawn(TOLD), "test/trees/room/Gate.tree")).to.deep.equal([
      `test/trees/room/Gate.tree:1: belongs into ${FILE}`,
    ]);
    expect(said(drawn(TOLD.replace("Door:", "Gate:")))[0]).to.equal(`${FILE}:1: there is no contract Gate`);
  });

  it("are told in the tree of a library or of a base as well", () => {
    const trees = new Map(
      [
        ["Door", drawn(TOLD.slice(0, TOLD.indexOf("\npaint")).replace("refuses with Door_Broken", "does something"))],
        ["Frame", "Frame: stands.\n\npaint\n└── when anybody paints\n    └── it is red [a/b: c]\n"],
        ["Hinges", "Hinges: turn.\n\nturn\n└── given nothing\n    └── it refuses with Door_Broken [a/b: c]\n"],
        ["Bell", "Bell: rings.\n\nring\n└── given any\n    └── it refuses with Elsewhere_Refused [a/b: c]\n"],
      ].map(([name, text]) => [`test/trees/room/${name}.tree`, parseTree(text!)]),
    );
    expect(complaintsAbout(trees, DOOR, ALL)).to.deep.equal([]);
  });

  for (const [what, from, to, line] of [
    ["stands further in than one step below the line above", "    given a lock", "            given a lock", 8],
    ["a line begins with `when`, `given` or `it`", "given a lock", "a lock", 8],
    ["a branch ends in leaves: what does it do then?", "        it is red [room/door: is red]\n", "", 14],
    ["a leaf names its test: [folder/file: title or a part of it]", " [room/door: is red]", "", 15],
    ["a leaf has nothing below it", "is red]\n", "is red]\n            it shines [room/door: is red]\n", 15],
    ["a root names functions: `one` or `one, other`", "\npaint\n", "\nwhoever paints\n", 13],
    ["a tree begins with `Contract: what it is for.`", ": lets people in.", "", 1],
  ] as const) {
    it(`are well formed: ${what}`, () => {
      const { complaints } = parseTree(TOLD.replace(from, to));
      expect(complaints.filter(({ text }) => !text.includes("--draw"))).to.deep.equal([{ line, text: what }]);
    });
  }

  it("are not empty", () => {
    const texts = parseTree("Door: lets people in.\n").complaints.map(({ text }) => text);
    expect(texts).to.include("a tree has roots: the functions of its contract");
    expect(parseTree("Door: lets people in.\n\nopen\n").complaints.map(({ text }) => text)).to.deep.equal([
      "open has no behaviour",
    ]);
  });
});

describe("The tests that trees name", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ballast-trees-"));
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    };
    write(
      "test/ts/room/door.test.ts",
      'describe("A door", () => {\n  it("opens", a);\n  it("opens \\"twice\\"", b);\n  it(`is ${colour}`, c);\n  it.skip("is shut", d);\n});\nrefused("Door_Locked");\nrefused("Broken");',
    );
    write("test/sol/room/Door.t.sol", "function test_Opens() external {}\nfunction _test() private {}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const faultOf = (file: string, title: string) => testsIn(root).faultOf({ line: 1, file, title });

  it("are found by a title, or by a part that is in one title alone", () => {
    for (const title of ["opens", 'opens "twice"', "twice", "is ${colour}", "A door"])
      expect(faultOf("room/door", title), title).to.equal(undefined);
    expect(faultOf("room/Door", "test_Opens")).to.equal(undefined);
  });

  it("are missed where the file is not there, no test has the title, several have, or it is skipped", () => {
    expect(faultOf("room/gate", "opens")).to.match(/^there is no test\/ts\/room\/gate.test.ts and no /);
    expect(faultOf("room/door", "closes")).to.equal('room/door has no test titled "closes"');
    expect(faultOf("room/door", "ope")).to.equal('room/door has 2 tests titled "ope"');
    expect(faultOf("room/door", "is shut")).to.equal('room/door has no test titled "is shut"');
    expect(faultOf("room/Door", "_test")).to.equal('room/Door has no test titled "_test"');
  });

  it("are asked for by every leaf, with the line of the leaf", () => {
    const all = said(drawn(TOLD), FILE, {
      faultOf: ({ file }) => (file === "room/Door" ? "no such test" : undefined),
    });
    expect(all).to.deep.equal([`${FILE}:11: no such test`]);
  });

  it("expect the error that their leaf names, in one of their files", () => {
    const { mentions } = testsIn(root);
    expect(mentions("room/door", "Door_Locked"), "with its contract").to.equal(true);
    expect(mentions("room/door", "Door_Broken"), "without").to.equal(true);
    expect(mentions("room/door", "Door_Brok"), "a part of another").to.equal(false);
    expect(mentions("room/gate", "Door_Locked"), "a file that is not there").to.equal(false);
    const unseen = said(drawn(TOLD), FILE, {
      mentions: (file, error) => file !== "room/door" || error !== "Door_Locked",
    });
    expect(unseen).to.deep.equal([`${FILE}:9: no test of the leaf's files expects Door_Locked`]);
  });
});
