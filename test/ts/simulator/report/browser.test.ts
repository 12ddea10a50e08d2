// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { assert } from "chai";

import { reportOf } from "../../../../scripts/simulator/report/writeReport.ts";
import { Browser, findBrowser } from "./Browser.ts";
import { writeRunFolder } from "./runFolder.ts";
import { breakResult, sweepResult } from "./studies.ts";

const PHONE = 360;
const DESK = 1_280;
/** Text on its ground, as accessibility guidelines ask of small text. */
const CONTRAST = 4.5;

/** Of all text in the page: the smallest contrast with the colour behind it, 1 to 21. Colours of drawings apart. */
const SMALLEST_CONTRAST = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let least = { ratio: 21, text: "" };
  for (const element of document.querySelectorAll("main *")) {
    if (element.closest("svg") || ![...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const grounds = [];
    for (let node = element; node; node = node.parentElement) grounds.unshift(getComputedStyle(node).backgroundColor);
    const [front, back] = [[...grounds, getComputedStyle(element).color], grounds].map((c) => light(paint(c)));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < least.ratio) least = { ratio, text: element.textContent.slice(0, 40) };
  }
  return least;
})()`;

/** Whether the page, everything unfolded, is wider than its window. */
const WIDTHS = `(() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return { page: document.documentElement.scrollWidth, window: window.innerWidth };
})()`;

describe("Report of the simulator in a real browser", function () {
  let folder: string;
  let browser: Browser | undefined;
  let address: string;

  before(async function () {
    const program = findBrowser();
    // A machine without one shows these tests as not run; one that is named in BALLAST_BROWSER has to work.
    if (program === undefined) return this.skip();

    folder = await mkdtemp(join(tmpdir(), "report-"));
    const long = "x".repeat(300);
    const broken = { id: "S3", held: false, checks: 12, firstViolation: { block: 120, detail: `book ${long}` } };
    await mkdir(join(folder, "run"));
    await writeRunFolder(join(folder, "run"), {
      blocks: 1_000,
      validators: 7,
      summary: { scenario: `a-${long}`, verdict: "broken", invariants: [broken] },
      expectations: [{ key: "badDebt.afterInsurance", held: false, wanted: "at most 0", given: 12 }],
      spike: { block: 500, price: 9_000 },
    });
    await writeFile(join(folder, "sweep.json"), JSON.stringify(sweepResult()));
    await writeFile(join(folder, "break.json"), JSON.stringify(breakResult()));
    const page = await reportOf(["run", "sweep.json", "break.json"].map((name) => join(folder, name)));
    await writeFile(join(folder, "report.html"), page);
    address = pathToFileURL(join(folder, "report.html")).href;
    browser = await Browser.start(program!);
  });

  after(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  for (const scheme of ["light", "dark"] as const)
    for (const width of [PHONE, DESK])
      it(`fits ${width} pixels and is readable in ${scheme}`, async () => {
        await browser!.become(width, scheme);
        await browser!.open(address);

        const { page, window } = await browser!.evaluate<{ page: number; window: number }>(WIDTHS);
        assert.equal(window, width, "window");
        assert.isAtMost(page, width, "the page is not wider than its window");
        const least = await browser!.evaluate<{ ratio: number; text: string }>(SMALLEST_CONTRAST);
        assert.isAtLeast(least.ratio, CONTRAST, `contrast of "${least.text}"`);
      });

  it("opens from a file without a complaint and asks the network for nothing", async () => {
    await browser!.open(address);

    assert.deepEqual(browser!.complaints, []);
    assert.deepEqual(browser!.requests, [address]);
  });

  it("has one main heading, no heading that leaves out a level, and a caption for every table", async () => {
    await browser!.open(address);
    const levels = await browser!.evaluate<number[]>(
      `[...document.querySelectorAll("h1,h2,h3,h4")].map(({ tagName }) => Number(tagName[1]))`,
    );

    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert.isTrue(
      levels.every((level, place) => level - (levels[place - 1] ?? 0) <= 1),
      levels.join(" "),
    );
    const bare = `[...document.querySelectorAll("table")].filter((table) => !table.caption?.textContent).length`;
    assert.equal(await browser!.evaluate<number>(bare), 0, "tables without a caption");
    const mute = `[...document.querySelectorAll("svg")].filter((svg) => !svg.getAttribute("aria-label")).length`;
    assert.equal(await browser!.evaluate<number>(mute), 0, "drawings without words");
  });
});
