/** A list in pages, the newest first, of which some were fetched again since. Pure. */

interface Row {
  id: string
}

export interface FreshPage<R extends Row> {
  rows: readonly R[]
  /** Nothing comes after it. */
  isLast: boolean
}

/**
 * The rows of all pages, by their places, where those that were fetched again are as they are now: with rows that are new, and without
 * those that are gone. What a fresh page no longer reaches, as new rows came before, stays as it was.
 */
export function withFresh<R extends Row>(
  pages: readonly (readonly R[])[],
  fresh: ReadonlyMap<number, FreshPage<R>>,
): R[] {
  const rows: R[] = []
  let lowest: string | undefined
  for (const [at, page] of pages.entries()) {
    for (const row of renewed(page, fresh.get(at))) {
      if (lowest !== undefined && row.id >= lowest) continue
      rows.push(row)
      lowest = row.id
    }
  }
  return rows
}

function renewed<R extends Row>(page: readonly R[], fresh: FreshPage<R> | undefined): readonly R[] {
  if (!fresh) return page
  const last = fresh.rows.at(-1)
  if (fresh.isLast || last === undefined) return fresh.rows
  return [...fresh.rows, ...page.filter(({ id }) => id < last.id)]
}

/** The page in which a row was found; a row that is newer than all of them counts to the first. */
export function pagesById<R extends Row>(pages: readonly (readonly R[])[]): Map<string, number> {
  return new Map(pages.flatMap((page, at) => page.map(({ id }) => [id, at] as const)))
}
