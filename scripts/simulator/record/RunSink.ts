// SPDX-License-Identifier: MIT
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Streams of a run that grow with its length. */
export type StreamName = "events.jsonl" | "series.csv";

/** Where lines go while a run goes on. Nothing is awaited: the simulated world does not wait for a disk. */
export interface RunSink {
  line(stream: StreamName, text: string): void;
  /** After the last line. */
  close(): void;
}

/** Keeps all lines. */
export class MemorySink implements RunSink {
  readonly #lines: Record<StreamName, string[]> = { "events.jsonl": [], "series.csv": [] };

  line(stream: StreamName, text: string): void {
    this.#lines[stream].push(text);
  }

  text(stream: StreamName): string {
    return this.#lines[stream].map((line) => `${line}\n`).join("");
  }

  close(): void {
    // Memory needs no end.
  }
}

const BUFFERED = 256;

/** Writes lines into files of a folder, some hundreds at a time. */
export class FolderSink implements RunSink {
  readonly #folder: string;
  #files: Record<StreamName, number> | undefined;
  readonly #waiting: Record<StreamName, string[]> = { "events.jsonl": [], "series.csv": [] };

  /** @param folder Is made with the first line when it is not there; files of an older run in it are replaced. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  line(stream: StreamName, text: string): void {
    this.#files ??= this.#open();
    const waiting = this.#waiting[stream];
    waiting.push(`${text}\n`);
    if (waiting.length >= BUFFERED) this.#flush(stream);
  }

  close(): void {
    this.#files ??= this.#open();
    for (const stream of ["events.jsonl", "series.csv"] as const) {
      this.#flush(stream);
      closeSync(this.#files[stream]);
    }
  }

  #open(): Record<StreamName, number> {
    mkdirSync(this.#folder, { recursive: true });
    const open = (name: StreamName): number => openSync(join(this.#folder, name), "w");
    return { "events.jsonl": open("events.jsonl"), "series.csv": open("series.csv") };
  }

  #flush(stream: StreamName): void {
    writeSync(this.#files![stream], this.#waiting[stream].splice(0).join(""));
  }
}
