import { useInfiniteQuery } from '@tanstack/react-query'

interface Page {
  meta: { nextToken: string | null }
}

/** A list that the server gives in pages: all that have come so far, and the next on demand. */
export function usePages<P extends Page, T>(
  key: readonly unknown[],
  fetchPage: (pageToken: string | undefined) => Promise<P>,
  itemsOf: (page: P) => T[],
  /** After how many milliseconds to look again, where no event tells of changes. */
  renewAfter?: (items: T[]) => number,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }) => meta.nextToken ?? undefined,
    refetchInterval: ({ state }) => renewAfter?.(state.data?.pages.flatMap(itemsOf) ?? []) ?? false,
  })
  return { ...query, items: query.data?.pages.flatMap(itemsOf) ?? [] }
}

/** For parameters of a request: only what is set. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined | '' | null> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== null),
  ) as never
}
