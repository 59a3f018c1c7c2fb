#!/usr/bin/env node
// Made of verify/ and shared/merkle/ by `npm run contracts`; a check keeps it current.

// verify/main.ts
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

// shared/merkle/note.ts
import { createHash, createPublicKey, verify } from "node:crypto";
var ED25519 = 1;
var KEY_BYTES = 32;
var ID_BYTES = 4;
var SIGNATURE_BYTES = 64;
var SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
function fromBase64(text2) {
  const bytes = Buffer.from(text2, "base64");
  if (bytes.toString("base64") !== text2) throw new Error(`${JSON.stringify(text2.slice(0, 80))} is no base64.`);
  return bytes;
}
var idOf = (name, key) => createHash("sha256").update(`${name}
`).update(Uint8Array.of(ED25519)).update(key).digest().subarray(0, ID_BYTES);
var isName = (name) => /^[^\s+]+$/u.test(name);
function readVerifier(text2) {
  const [name = "", id = "", ...rest] = text2.trim().split("+");
  const key = fromBase64(rest.join("+"));
  const raw = key.subarray(1);
  if (!isName(name) || key[0] !== ED25519 || raw.length !== KEY_BYTES) throw new Error("This is no key: it reads name+id+key, of Ed25519.");
  const expected = idOf(name, raw);
  if (expected.toString("hex") !== id) throw new Error(`The key of ${name} does not have the id ${id}: a character of it was changed.`);
  return { name, id: expected, key: createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" }) };
}
function openNote(note, { name, id, key }) {
  const end2 = note.lastIndexOf("\n\n");
  if (end2 < 0 || !note.endsWith("\n")) throw new Error("This is no signed note: it has no line of a signature.");
  const text2 = note.slice(0, end2 + 1);
  for (const line of note.slice(end2 + 2, -1).split("\n")) {
    const [, signer, coded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (coded === void 0) throw new Error(`${JSON.stringify(line)} is no line of a signature.`);
    const bytes = fromBase64(coded);
    if (signer !== name || !bytes.subarray(0, ID_BYTES).equals(id)) continue;
    const signature = bytes.subarray(ID_BYTES);
    if (signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text2), key, signature)) return text2;
    throw new Error(`The signature of ${name} is not of this text.`);
  }
  throw new Error(`${name} did not sign this.`);
}

// shared/merkle/tree.ts
import { createHash as createHash2 } from "node:crypto";
var HASH_BYTES = 32;
var sha256 = (...parts) => {
  const hash = createHash2("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
var [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];
var leafHash = (data) => sha256(LEAF, data);
var nodeHash = (left, right) => sha256(NODE, left, right);
var EMPTY_ROOT = sha256();
var isSame = (one, other) => Buffer.compare(one, other) === 0;
var foldNodes = (hashes) => hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
var ones = (size) => size.toString(2).replaceAll("0", "").length;
var isFrontier = ({ size, peaks }) => Number.isSafeInteger(size) && size >= 0 && peaks.length === ones(size) && peaks.every(({ length }) => length === HASH_BYTES);
function grow({ size, peaks }, leaf) {
  let [hash, rest] = [leaf, [...peaks]];
  for (let width = size; width % 2 === 1; width = (width - 1) / 2) {
    hash = nodeHash(rest.at(-1), hash);
    rest = rest.slice(0, -1);
  }
  return { size: size + 1, peaks: [...rest, hash] };
}
var rootOf = ({ peaks }) => foldNodes(peaks);

// shared/merkle/checkpoint.ts
function readCheckpoint(text2) {
  const [origin = "", size = "", root = ""] = text2.split("\n");
  const checkpoint = { origin, size: Number(size), root: fromBase64(root) };
  const isWhole = origin !== "" && /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(checkpoint.size);
  if (isWhole && checkpoint.root.length === HASH_BYTES) return checkpoint;
  throw new Error("This is no checkpoint: it has a line for the tree, one for its size and one for its root.");
}
var openCheckpoint = (note, verifier) => readCheckpoint(openNote(note, verifier));

// shared/merkle/export.ts
var FORMAT = "tessera-audit-export/1";

// shared/merkle/canonical.ts
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).filter(([, each]) => each !== void 0);
    return `{${members.toSorted(([one], [other]) => one < other ? -1 : 1).map(([name, each]) => `${text(name)}:${canonicalJson(each)}`).join(",")}}`;
  }
  if (typeof value === "string") return text(value);
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`JSON has no text of ${String(value)}.`);
}
function text(value) {
  if (!value.isWellFormed()) throw new TypeError("A text with half of a character has no canonical form.");
  return JSON.stringify(value);
}

// shared/merkle/leaf.ts
var isCalled = ({ id }, name) => id?.S === name;
var leafOf = (form) => leafHash(Buffer.from(canonicalJson(form)));

// shared/merkle/examine.ts
var Finding = class extends Error {
  kind;
  leaf;
  constructor(kind, leaf, message) {
    super(message);
    this.kind = kind;
    this.leaf = leaf;
  }
};
function begin(header, { key = header.key, earlier }) {
  if (header.format !== FORMAT) throw new Finding("unreadable", 0, `The first line does not say ${FORMAT}.`);
  const verifier = readVerifier(key);
  const { origin, from } = header;
  const frontier = { size: from, peaks: header.peaks.map(fromBase64) };
  if (!isFrontier(frontier)) throw new Finding("unreadable", 0, "The first line does not say where the export begins.");
  const kept = earlier === void 0 ? void 0 : openCheckpoint(earlier, verifier);
  if (kept && kept.origin !== origin)
    throw new Finding("checkpoint", from, `The earlier checkpoint is of ${kept.origin}, this is of ${origin}.`);
  if (kept && kept.size < from) {
    const message = `The earlier checkpoint is of ${kept.size} entries and the export begins at ${from}. Export from an entry before it.`;
    throw new Finding("checkpoint", from, message);
  }
  const examined = { origin, from, to: from, removed: 0, checkpoints: 0, key };
  return { verifier, origin, frontier, held: from, earlier: kept, examined };
}
var among = (first, end2) => end2 - first === 1 ? `Entry ${first}` : `Entry ${first}, or one of the ${end2 - first - 1} after it,`;
function compareWithEarlier({ earlier, frontier, held }) {
  if (!earlier || earlier.size !== frontier.size || isSame(earlier.root, rootOf(frontier))) return;
  const message = `${among(Math.min(held, Math.max(0, earlier.size - 1)), earlier.size)} is not what the earlier checkpoint was made of.`;
  throw new Finding("changed", Math.min(held, Math.max(0, earlier.size - 1)), message);
}
function takeLeaf(course, { leaf, id, hash, form }, allowRemoved) {
  const stated = fromBase64(hash);
  if (stated.length !== HASH_BYTES) throw new Finding("unreadable", leaf, `Entry ${leaf} has no hash.`);
  if (form === void 0) {
    if (!allowRemoved) throw new Finding("removed", leaf, `Entry ${leaf} (${id}) was removed: only its hash is there.`);
    course.examined.removed++;
    course.examined.lastRemoved = leaf;
  } else if (!isSame(leafOf(form), stated)) throw new Finding("changed", leaf, `Entry ${leaf} (${id}) was changed after it was sealed.`);
  else if (!isCalled(form, id)) throw new Finding("changed", leaf, `Entry ${leaf} is not called ${id}.`);
  course.frontier = grow(course.frontier, stated);
  compareWithEarlier(course);
}
function takeCheckpoint(course, note) {
  const { size } = course.frontier;
  const refuse = (message) => new Finding("checkpoint", course.held, message);
  let checkpoint;
  try {
    checkpoint = openCheckpoint(note, course.verifier);
  } catch (error) {
    throw refuse(`The checkpoint behind entry ${size - 1} does not hold: ${error.message}`);
  }
  if (checkpoint.origin !== course.origin) throw refuse(`The checkpoint behind entry ${size - 1} is of another log, ${checkpoint.origin}.`);
  if (checkpoint.size > size) {
    const message = `${among(course.held, checkpoint.size)} is missing: a checkpoint was made of ${checkpoint.size} entries, here are ${size}.`;
    throw new Finding("missing", course.held, message);
  }
  if (checkpoint.size < size) {
    if (checkpoint.size <= course.held) throw refuse(`The checkpoint of ${checkpoint.size} entries stands behind entry ${size - 1}.`);
    const message = `${among(course.held, size)} was put in: a checkpoint was made of ${checkpoint.size} entries, here are ${size}.`;
    throw new Finding("changed", course.held, message);
  }
  if (!isSame(checkpoint.root, rootOf(course.frontier))) {
    throw new Finding("changed", course.held, `${among(course.held, size)} is not what the checkpoint of ${size} was made of.`);
  }
  course.held = size;
  course.examined.checkpoints++;
}
async function comesLater(lines, leaf) {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (parse(next.value, leaf, LINES).leaf === leaf) return true;
  }
  return false;
}
var HEADER = ["format,origin,key,from,peaks"];
var LINES = ["checkpoint", "leaf,id,hash", "leaf,id,hash,form"];
function valueIn(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
}
function parse(text2, leaf, members) {
  const line = valueIn(text2);
  if (members.includes(Object.keys(line ?? {}).join()) && JSON.stringify(line) === text2.trim()) return line;
  throw new Finding("unreadable", leaf, `What follows entry ${leaf - 1} is no line of an export.`);
}
async function examine(source, options2 = {}) {
  const lines = source[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Finding("unreadable", 0, "The export is empty.");
  const course = begin(parse(first.value, 0, HEADER), options2);
  compareWithEarlier(course);
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { size } = course.frontier;
    const line = parse(next.value, size, LINES);
    if ("checkpoint" in line) takeCheckpoint(course, line.checkpoint);
    else if (line.leaf === size) takeLeaf(course, line, options2.allowRemoved ?? false);
    else if (line.leaf > size && !await comesLater(lines, size)) throw new Finding("missing", size, `Entry ${size} is missing.`);
    else throw new Finding("reordered", Math.min(size, line.leaf), `Entry ${line.leaf} (${line.id}) stands where entry ${size} should.`);
  }
  return end(course);
}
function end({ frontier: { size }, held, earlier, examined }) {
  if (earlier && earlier.size > size) {
    throw new Finding("cut off", size, `The export ends before entry ${size}: the earlier checkpoint was made of ${earlier.size} entries.`);
  }
  if (held !== size || examined.checkpoints === 0) {
    throw new Finding("cut off", size, `The export ends behind entry ${size - 1} without a checkpoint: what followed was cut off.`);
  }
  return { ...examined, to: size };
}

// verify/lines.ts
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
var isPart = (name) => /\.jsonl(\.gz)?$/.test(name);
function partsOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  const parts = readdirSync(path).filter(isPart).toSorted();
  if (parts.length === 0) throw new Error(`${path} holds no export: there is no file that ends with .jsonl or .jsonl.gz.`);
  return parts.map((name) => join(path, name));
}
var MOST_CHARACTERS = 4e6;
async function* linesIn(texts) {
  let line = "";
  for await (const text2 of texts) {
    const [first = "", ...others] = text2.split("\n");
    line += first;
    for (const other of others) {
      yield line;
      line = other;
    }
    if (line.length > MOST_CHARACTERS) throw new Error(`This is no export: a line has more than ${MOST_CHARACTERS} characters.`);
  }
  yield line;
}
function textsOf(part) {
  const bytes = createReadStream(part);
  const whole = part.endsWith(".gz") ? pipeline(bytes, createGunzip(), () => void 0) : bytes;
  return whole.setEncoding("utf8");
}
async function* linesOf(path) {
  for (const part of partsOf(path)) for await (const line of linesIn(textsOf(part))) if (line.trim() !== "") yield line;
}

// shared/merkle/proof.ts
var isOdd = (n) => n % 2 === 1;
var half = (n) => Math.floor(n / 2);
function rootByPath(leaf, size, hash, path) {
  let [at, last, root] = [leaf, size - 1, hash];
  for (const sibling of path) {
    if (last === 0) return void 0;
    if (isOdd(at) || at === last) {
      root = nodeHash(sibling, root);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else root = nodeHash(root, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : void 0;
}
function holdsInclusion({ leaf, size, hash, path, root }) {
  if (!(Number.isSafeInteger(leaf) && leaf >= 0 && leaf < size)) return false;
  const reached = rootByPath(leaf, size, hash, path);
  return reached !== void 0 && isSame(reached, root);
}
var isPowerOfTwo = (n) => Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n;
function holdsConsistency({ from, to, path, fromRoot, toRoot }) {
  if (from === to) return path.length === 0 && isSame(fromRoot, toRoot);
  if (from === 0) return path.length === 0 && isSame(fromRoot, foldNodes([]));
  if (!(from > 0 && from < to)) return false;
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  if (!first) return false;
  let [at, last] = [from - 1, to - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [old, whole] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      ;
      [old, whole] = [nodeHash(hash, old), nodeHash(hash, whole)];
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else whole = nodeHash(whole, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(old, fromRoot) && isSame(whole, toRoot);
}

// verify/proof.ts
var UNSIGNED = "No checkpoint signs the root that this proof leads to. Give one, with --checkpoint and --key.";
function open(told2, { key = told2.find((each) => each)?.key, earlier }) {
  if (key === void 0) throw new Error(UNSIGNED);
  const verifier = readVerifier(key);
  const opened = told2.map((each) => {
    const note = each?.note ?? earlier;
    if (note === void 0) throw new Error(UNSIGNED);
    return openCheckpoint(note, verifier);
  });
  const kept = earlier === void 0 ? void 0 : openCheckpoint(earlier, verifier);
  const isOne = ({ origin, size, root }) => origin === kept?.origin && size === kept.size && isSame(root, kept.root);
  if (kept && !opened.some(isOne)) throw new Error(`The checkpoint that was kept, of ${kept.size} entries, is none of this proof.`);
  return opened;
}
function checkInclusion(proof, given) {
  const [{ size, root }] = open([proof.checkpoint], given);
  if (!isCalled(proof.form, proof.entryId)) throw new Error(`The entry that this proof is of is not called ${proof.entryId}.`);
  if (size !== proof.treeSize) throw new Error(`The proof is for a tree of ${proof.treeSize} entries, the checkpoint of ${size}.`);
  const inclusion = { leaf: proof.leafIndex, size, hash: leafOf(proof.form), path: proof.path.map(fromBase64), root };
  if (!holdsInclusion(inclusion))
    throw new Error(`Entry ${proof.leafIndex} (${proof.entryId}) is not what stands in the tree of ${size} entries.`);
  return `Entry ${proof.leafIndex} (${proof.entryId}) stands in the tree of ${size} entries.`;
}
function checkConsistency(proof, given) {
  const [from, to] = open([proof.fromCheckpoint, proof.toCheckpoint], given);
  if (from.origin !== to.origin) throw new Error(`These are two logs: ${from.origin} and ${to.origin}.`);
  const consistency = { from: from.size, to: to.size, path: proof.path.map(fromBase64), fromRoot: from.root, toRoot: to.root };
  if (!holdsConsistency(consistency))
    throw new Error(`The tree of ${to.size} entries does not begin with the one of ${from.size}: an entry before ${from.size} was changed.`);
  return `The tree of ${to.size} entries begins with the one of ${from.size}, entry by entry.`;
}
var ownWord = (whose, key) => `The key is the ${whose}'s own word: compare it with the one you know, or give that with --key.
  ${key}`;
var caveat = ({ key }, told2) => key === void 0 && told2 ? `
${ownWord("proof", told2.key)}` : "";
function checkProof(text2, given) {
  const answer = JSON.parse(text2);
  const proof = answer.data ?? answer;
  if ("leafIndex" in proof) return checkInclusion(proof, given) + caveat(given, proof.checkpoint);
  if ("toCheckpoint" in proof) return checkConsistency(proof, given) + caveat(given, proof.fromCheckpoint ?? proof.toCheckpoint);
  throw new Error("This is no answer of /audit/proofs.");
}

// verify/main.ts
var USAGE = `tessera-verify <export.jsonl | folder of an export | proof.json> [options]

  --key <key>            the log's public key, as you learnt it another way; also a file that holds it
  --checkpoint <file>    a checkpoint that you kept from an earlier day
  --allow-removed        accept entries that went by their retention, of which only the hash is left

Ends with 0 where everything holds, with 1 where something does not, and with 2 where it could not be read.
`;
var textIn = (path) => readFileSync(path, "utf8");
var options = {
  key: { type: "string" },
  checkpoint: { type: "string" },
  "allow-removed": { type: "boolean" },
  help: { type: "boolean" }
};
var keyIn = (text2) => text2.includes("+") ? text2 : textIn(text2).trim();
var told = ({ origin, from, to, removed, lastRemoved, checkpoints, key }, isPinned) => [
  `${origin}: verified to entry ${to - 1}, checkpoint ${to}.`,
  `${to - from} entries from ${from} on, ${checkpoints} checkpoints.`,
  // By retention or by hand: only their hashes are left, which tells no difference.
  ...removed > 0 ? [`${removed} entries are gone, the last of them ${lastRemoved}: see that nothing so young may go.`] : [],
  ...isPinned ? [] : [ownWord("export", key)]
].join("\n");
async function run(args) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [path] = positionals;
  if (values.help || path === void 0) return USAGE;
  const given = {
    key: values.key === void 0 ? void 0 : keyIn(values.key),
    earlier: values.checkpoint === void 0 ? void 0 : textIn(values.checkpoint)
  };
  if (path.endsWith(".json")) return checkProof(textIn(path), given);
  return told(await examine(linesOf(path), { ...given, allowRemoved: values["allow-removed"] }), given.key !== void 0);
}
var plain = (text2) => text2.replace(new RegExp("\\p{C}", "gu"), "?");
try {
  console.log((await run(process.argv.slice(2))).split("\n").map(plain).join("\n"));
} catch (error) {
  const finding = error instanceof Finding ? `${error.kind.toUpperCase()} at entry ${error.leaf}. ` : "";
  console.error(plain(finding + error.message));
  process.exitCode = error.code === void 0 ? 1 : 2;
}
