/**
 * Trees whose nodes carry the way to them: the ids from the root down to themselves. A subtree moves by one entry in its organization, which
 * every reader applies to the paths it meets; the stored paths follow bit by bit.
 */

export type Path = readonly string[]

/** A subtree that hangs elsewhere now: `from` and `to` are the paths of its topmost node, before and after. */
export interface Move {
  from: Path
  to: Path
}

/** A move that stored paths do not all follow yet, with the version of the policy that it made. */
export interface PendingMove extends Move {
  version: number
}

export const isUnder = (path: Path, above: Path) => above.length <= path.length && above.every((id, n) => path[n] === id)

/** Where a node is now, whose stored path may be from before some of these moves, or from after. */
export const placed = (path: Path, moves: readonly Move[]): Path =>
  moves.reduce((at, { from, to }) => (isUnder(at, from) ? [...to, ...at.slice(from.length)] : at), path)

/**
 * Under which stored paths nodes lie that are under this one now. Some of what is found there is elsewhere by now: keep what `placed` puts
 * under the path.
 */
export function storedUnder(path: Path, moves: readonly Move[]): Path[] {
  let found: Path[] = [path]
  for (const { from, to } of moves.toReversed()) {
    const before = found.flatMap((each): Path[] => {
      if (isUnder(to, each)) return [from]
      return isUnder(each, to) ? [[...from, ...each.slice(to.length)]] : []
    })
    found = [...found, ...before]
  }
  return withoutNested(found)
}

/** The fewest of them that reach the same: one under another adds nothing. */
export const withoutNested = (paths: readonly Path[]): Path[] =>
  paths.filter((path, n) => !paths.some((other, m) => m !== n && isUnder(path, other) && (path.length > other.length || m < n)))

/** As a sort key, so that a subtree lies together: `unit_a/unit_b/`. */
export const asKey = (path: Path) => path.map((id) => `${id}/`).join('')
