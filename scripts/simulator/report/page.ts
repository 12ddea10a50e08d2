// SPDX-License-Identifier: MIT
import { escapeHtml } from "../plotSvg.ts";
import { SIMULATOR_STYLE } from "./simulatorStyle.ts";

/** A part of a report under a heading of its own. */
export interface Section {
  readonly title: string;
  /** Markup. */
  readonly body: string;
}

/** What one run or one study has to say. */
export interface Chapter {
  readonly title: string;
  /** Markup that comes before every section: the verdict. */
  readonly lead: string;
  readonly sections: readonly Section[];
}

/** A cell: plain text, or text with what it looks like. Nothing in it is markup. */
export type Cell = string | { readonly text: string; readonly className?: string; readonly heat?: number };

/** A table. Text that begins with `#` in a head says that its column is of numbers. */
export interface Table {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The first cell of each row is its heading. */
  readonly hasRowHeads?: true;
  /** By row. */
  readonly rowClass?: (row: number) => string;
}

/** Nothing may be loaded or run, whatever a file smuggled in. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A whole page: one file without scripts, for any width, for light and dark, without a network. */
export function reportPage(chapters: readonly Chapter[]): string {
  const title = chapters.length === 1 ? chapters[0]!.title : `${chapters.length} results`;
  const body =
    chapters.length === 1
      ? `<h1>${escapeHtml(title)}</h1>${chapterHtml(chapters[0]!, 2)}`
      : `<h1>${escapeHtml(title)}</h1>${chapters
          .map((chapter) => `<article><h2>${escapeHtml(chapter.title)}</h2>${chapterHtml(chapter, 3)}</article>`)
          .join("\n")}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark"><title>Ballast simulator: ${escapeHtml(title)}</title>
<style>${SIMULATOR_STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}

function chapterHtml({ lead, sections }: Chapter, level: 2 | 3): string {
  const parts = sections.map(
    ({ title, body }) => `<section><h${level}>${escapeHtml(title)}</h${level}>${body}</section>`,
  );
  return [lead, ...parts].join("\n");
}

/** A table that scrolls by itself where the page is narrow, also by keyboard. */
export function tableHtml({ caption, heads, rows, hasRowHeads, rowClass }: Table): string {
  const isNumber = heads.map((head) => head.startsWith("#"));
  const head = heads.map(
    (text, column) =>
      `<th scope="col"${isNumber[column]! ? ' class="number"' : ""}>${escapeHtml(text.replace(/^#/, ""))}</th>`,
  );
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, column) =>
      cellHtml(cell, { isNumber: isNumber[column] === true, isHead: hasRowHeads === true && column === 0 }),
    );
    const className = rowClass?.(index) ?? "";
    return `<tr${className === "" ? "" : ` class="${escapeHtml(className)}"`}>${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`
  );
}

function cellHtml(cell: Cell, { isNumber, isHead }: { readonly isNumber: boolean; readonly isHead: boolean }): string {
  const { text, className = "", heat } = typeof cell === "string" ? { text: cell } : cell;
  const classes = [isNumber ? "number" : "", heat === undefined ? "" : "heat", className].filter((name) => name !== "");
  const attributes =
    (classes.length === 0 ? "" : ` class="${escapeHtml(classes.join(" "))}"`) +
    (heat === undefined ? "" : ` style="--heat:${(Math.min(1, Math.max(0, heat)) * 100).toFixed(0)}%"`);
  return isHead ? `<th scope="row"${attributes}>${escapeHtml(text)}</th>` : `<td${attributes}>${escapeHtml(text)}</td>`;
}

/** A drawing with what it says in words; it scrolls by itself where the page is narrow, also by keyboard. */
export function figureHtml(
  svg: string,
  { name, caption }: { readonly name: string; readonly caption: string },
): string {
  return (
    `<figure><div class="plot" role="region" tabindex="0" aria-label="${escapeHtml(name)}">${svg}</div>` +
    `<figcaption>${escapeHtml(caption)}</figcaption></figure>`
  );
}

/** Key numbers side by side. */
export function numbersHtml(cells: readonly (readonly [name: string, value: string])[]): string {
  const parts = cells.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl class="numbers">${parts.join("")}</dl>`;
}

/** The colours of a drawing. */
export function legendHtml(keys: readonly (readonly [className: string, text: string])[]): string {
  const parts = keys.map(([className, text]) => `<span class="key ${className}"></span>${escapeHtml(text)} `);
  return `<p class="legend">${parts.join("")}</p>`;
}

/** Sentences, one below the other. */
export function listHtml(sentences: readonly string[]): string {
  return `<ul>${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("")}</ul>`;
}

/** What only some want to see. */
export function foldHtml(summary: string, body: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${body}</details>`;
}

/** Text as it is, such as JSON. */
export function plainHtml(name: string, text: string): string {
  return `<pre tabindex="0" role="region" aria-label="${escapeHtml(name)}">${escapeHtml(text)}</pre>`;
}
