// SPDX-License-Identifier: MIT
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { OUT_OF_MEMORY } from "./exitCodes.mjs";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));

/** Workers that each answer one question at a time; one that takes too long, or dies, gives way to another. */
export class Pool {
  /** @param {number} size @param {number} limitMs for one question @param {import("./Memory.mjs").Memory} memory */
  constructor(size, limitMs, memory) {
    this.size = size;
    this.limitMs = limitMs;
    this.memory = memory;
  }

  /** Asks everything in order, `size` at a time. @returns {Promise<object[]>} the answers, in the order of the questions */
  async askAll(questions, onAnswer = () => undefined) {
    const keys = questions.map((question) => this.memory.keyOf(question));
    const answers = keys.map((key) => this.memory.recall(key));
    const left = [...questions.keys()].filter((index) => answers[index] === undefined);
    const serve = async () => {
      let worker = await started();
      while (left.length > 0) {
        const index = left.shift();
        answers[index] = await this.#ask(worker, questions[index]);
        if (worker.exitCode !== null || worker.signalCode !== null || worker.killed) worker = await started();
        // What ended a worker may be the machine, so it is asked again another time.
        if (answers[index].kind !== "crashed") this.memory.keep(keys[index], answers[index]);
        onAnswer(answers[index], index);
      }
      worker.disconnect();
    };
    await Promise.all(Array.from({ length: Math.min(this.size, left.length) }, serve));
    return answers;
  }

  #ask(worker, question) {
    return new Promise((resolve) => {
      const settle = (answer) => {
        clearTimeout(timer);
        worker.removeAllListeners();
        resolve(answer);
      };
      const timer = setTimeout(() => {
        worker.kill("SIGKILL");
        settle({ kind: "endless" });
      }, this.limitMs);
      worker.once("message", settle);
      worker.once("exit", (code) => settle({ kind: code === OUT_OF_MEMORY ? "endless" : "crashed" }));
      worker.send(question);
    });
  }
}

function started() {
  const worker = fork(WORKER, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return new Promise((resolve, reject) => {
    worker.once("exit", (code) => reject(new Error(`a worker ended with ${code} before its first question`)));
    worker.once("message", () => {
      worker.removeAllListeners();
      resolve(worker);
    });
  });
}
