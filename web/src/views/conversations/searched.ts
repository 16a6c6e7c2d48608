import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { given } from '../../api/pages.ts'
import type { Fetched } from '../../api/types.ts'
import { type FreshPage, pagesById, withFresh } from './fresh-pages.ts'

export type SearchedConversation = Fetched<'/skein/v1/Conversations'>['conversations'][number]

const pageSize = 100

/**
 * What the search finds, in pages as far as somebody has scrolled. When something happens, the newest page and those on the screen are
 * fetched again; others are when they come to the screen.
 */
export function useSearched(asked: string) {
  const all = useInfiniteQuery({
    queryKey: ['found', asked],
    queryFn: ({ pageParam }) => search(asked, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }) => meta.nextToken ?? undefined,
    // What changes is fetched by the page, below.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const pages = useMemo(() => (all.data?.pages ?? []).map(({ conversations }) => conversations), [all.data])
  const places = useMemo(() => pagesById(pages), [pages])
  const [onScreen, setOnScreen] = useState<readonly number[]>([])
  const looked = useMemo(
    () => (pages.length === 0 ? [] : [...new Set([0, ...onScreen])].filter((at) => at < pages.length)),
    [pages.length, onScreen],
  )
  const fresh = useQueries({
    queries: looked.map((at) => {
      const found = all.data?.pages[at]
      const token = all.data?.pageParams[at] as string | undefined
      return {
        // The stream of events makes old what stands under this name.
        queryKey: ['conversations', 'page', asked, token ?? ''],
        queryFn: () => search(asked, token),
        ...(found ? { initialData: found, initialDataUpdatedAt: found.fetchedAt } : {}),
      }
    }),
    combine: (answers) =>
      answers.map(({ data }) => data && { rows: data.conversations, isLast: data.meta.nextToken === null }),
  })
  const items = useMemo(() => {
    const known = looked.flatMap((at, n): [number, FreshPage<SearchedConversation>][] => {
      const page = fresh[n]
      return page ? [[at, page]] : []
    })
    return withFresh(pages, new Map(known))
  }, [pages, fresh, looked])
  return {
    ...all,
    items,
    /** Tells which rows are on the screen: the first and the last. */
    look: (ids: readonly string[]) => {
      const next = ids.map((id) => places.get(id) ?? 0)
      if (next.join() !== onScreen.join()) setOnScreen(next)
    },
  }
}

async function search(asked: string, pageToken: string | undefined) {
  const query = new URLSearchParams(asked)
  const one = (name: string) => (query.get(name) ?? '').trim()
  const answer = await ask(
    api.GET('/skein/v1/Conversations', {
      params: {
        query: given({
          pageSize,
          pageToken,
          status: query.getAll('status'),
          channel: one('channel'),
          configurationId: one('configurationId'),
          address: one('address'),
          channelId: one('channelId'),
          text: one('text'),
        }) as never,
      },
    }),
  )
  return { ...answer, fetchedAt: Date.now() }
}
