/** A merge that is in force: it says that two ids, of whatever profiles they were then, stand for one person. */
export interface Link {
  id: string
  leftId: string
  rightId: string
}

/** The ids that links hold together with `start`, itself included. */
export function idsLinkedTo(start: string, links: readonly Link[]): Set<string> {
  const found = new Set([start])
  for (const id of found) {
    for (const { leftId, rightId } of links) {
      if (leftId === id) found.add(rightId)
      if (rightId === id) found.add(leftId)
    }
  }
  return found
}

/**
 * The two sets of ids into which a person falls when one of the links is undone, wherever in a chain of merges it stands.
 * Links never close a circle, since a merge joins only those who were apart.
 */
export function sidesWithout(link: Link, links: readonly Link[]): { left: Set<string>; right: Set<string> } {
  const others = links.filter(({ id }) => id !== link.id)
  return { left: idsLinkedTo(link.leftId, others), right: idsLinkedTo(link.rightId, others) }
}

/** The links by which an id came to be one person with another, in the order of the way from one to the other. */
export function linksBetween<L extends Link>(from: string, to: string, links: readonly L[]): L[] {
  const ways: { id: string; way: L[] }[] = [{ id: from, way: [] }]
  for (const { id, way } of ways) {
    if (id === to) return way
    for (const link of links) {
      if (way.includes(link)) continue
      if (link.leftId === id) ways.push({ id: link.rightId, way: [...way, link] })
      if (link.rightId === id) ways.push({ id: link.leftId, way: [...way, link] })
    }
  }
  return []
}
