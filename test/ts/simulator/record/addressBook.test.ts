// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { bookId } from "../../../../scripts/model/clearing/ids.ts";
import { AddressBook } from "../../../../scripts/simulator/record/AddressBook.ts";
import { populationOf } from "../../../../scripts/simulator/scenario/population.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { LEAST } from "../scenario/scenarioText.ts";

const OWNER = `0x${"ab".repeat(20)}`;
const EXPIRY = 1_767_427_200n;

describe("who stands behind an address", () => {
  const book = new AddressBook({
    population: populationOf(parseScenario(LEAST, "least.yaml")),
    keyOf: (name) => ({ address: name === "writer-1" ? OWNER : `0x${"00".repeat(20)}` }),
  });

  it("is told in a sentence that numbers a book, and nothing else of it is touched", () => {
    const id = bookId(OWNER, 1n, EXPIRY, 2n);
    expect(book.inWords(`book ${id} waits, and 12345678901234567890123 units`)).to.equal(
      `book writer-1/1/${EXPIRY}/2 waits, and 12345678901234567890123 units`,
    );
  });

  it("is a name, or the address of a stranger", () => {
    expect(book.nameOf(OWNER.toUpperCase().replace("0X", "0x"))).to.equal("writer-1");
    expect(book.nameOf(`0x${"CD".repeat(20)}`)).to.equal(`0x${"cd".repeat(20)}`);
  });
});
