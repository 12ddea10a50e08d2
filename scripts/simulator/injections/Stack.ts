// SPDX-License-Identifier: MIT
/** What a fault makes of a function; it may ask what is below it. */
export type Layer<Call> = (below: Call) => Call;

/** Faults upon one function: each bends what those before it left. Healing one leaves the others as they are. */
export class Stack<Call> {
  readonly #base: Call;
  #layers: readonly Layer<Call>[] = [];
  #bent: Call;

  /** @param base How it is when all is well. */
  constructor(base: Call) {
    this.#base = base;
    this.#bent = base;
  }

  /** The function as all faults together leave it. */
  get bent(): Call {
    return this.#bent;
  }

  get isEmpty(): boolean {
    return this.#layers.length === 0;
  }

  /** Bends it until the answer is called. */
  add(layer: Layer<Call>): () => void {
    this.#arrange([...this.#layers, layer]);
    return () => this.#arrange(this.#layers.filter((other) => other !== layer));
  }

  #arrange(layers: readonly Layer<Call>[]): void {
    this.#layers = layers;
    this.#bent = layers.reduce((below, layer) => layer(below), this.#base);
  }
}
