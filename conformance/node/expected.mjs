// Tests that are expected to fail: `conformance/expected-failures.toml`, which every suite reads.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const LIST = new URL("../expected-failures.toml", import.meta.url);

/** The entries of one test file: name to reason. The list has only `["file"]` and `"name" = "reason"`. */
function entries(file) {
  const found = new Map();
  let current;
  for (const line of readFileSync(LIST, "utf8").split("\n")) {
    const table = /^\["(.+)"\]\s*$/.exec(line);
    const entry = /^("(?:[^"\\]|\\.)*") = ("(?:[^"\\]|\\.)*")\s*$/.exec(line);
    if (table) {
      current = table[1];
    } else if (entry && current === file) {
      found.set(JSON.parse(entry[1]), JSON.parse(entry[2]));
    }
  }
  return found;
}

/** `test` for one file: what is listed has to fail, and what is listed has to exist. */
export function judge(file) {
  const listed = entries(file);
  const unseen = new Set(listed.keys());
  const judged = (name, body) => {
    unseen.delete(name);
    const reason = listed.get(name);
    test(name, async (t) => {
      if (reason === undefined) {
        return body(t);
      }
      let fault;
      await body(t).catch((error) => (fault = error));
      assert.ok(fault, `it passes, though it is expected to fail (${reason}): take the entry out`);
      t.diagnostic(`expected to fail (${reason}): ${fault.message}`);
    });
  };
  judged.finish = () =>
    test("every expected failure names a test", () => assert.deepEqual([...unseen], []));
  return judged;
}
