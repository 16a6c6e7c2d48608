import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'

/** The clocks of a conversation and what has happened in it. */
export function useTimeline(id: string) {
  return useQuery({
    queryKey: ['conversation', id, 'timeline'],
    queryFn: () =>
      ask(api.GET('/skein/v1/Conversations/{id}/Timeline', { params: { path: { id }, query: { pageSize: 200 } } })),
  })
}

export type TimelineQuery = ReturnType<typeof useTimeline>
