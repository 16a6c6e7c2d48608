import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import type { Fetched } from '../../api/types.ts'

export type SearchedConversation = Fetched<'/skein/v1/Conversations'>['conversations'][number]

const pageSize = 100
/** So many pages are fetched anew when something happens; of more, only the first. */
const livePages = 3

/**
 * What the search finds, in pages as far as somebody has scrolled. What happens on the server appears by the first page, which
 * is all that is asked for again once the list has grown long.
 */
export function useSearched(asked: string) {
  const client = useQueryClient()
  const all = usePages(
    ['found', asked],
    (pageToken) => search(asked, pageToken),
    ({ conversations }) => conversations,
  )
  const first = useQuery({ queryKey: ['conversations', 'first', asked], queryFn: () => search(asked, undefined) })
  const pages = all.data?.pages.length ?? 0
  const { dataUpdatedAt } = first
  const { dataUpdatedAt: foundAt } = all
  useEffect(() => {
    if (dataUpdatedAt > foundAt && foundAt > 0 && pages <= livePages) {
      void client.invalidateQueries({ queryKey: ['found', asked] })
    }
  }, [client, asked, dataUpdatedAt, foundAt, pages])
  const newest = dataUpdatedAt > foundAt ? (first.data?.conversations ?? []) : []
  const known = new Set(newest.map(({ id }) => id))
  return {
    ...all,
    items: newest.length === 0 ? all.items : [...newest, ...all.items.filter(({ id }) => !known.has(id))],
  }
}

function search(asked: string, pageToken: string | undefined) {
  const query = new URLSearchParams(asked)
  const one = (name: string) => (query.get(name) ?? '').trim()
  return ask(
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
}
