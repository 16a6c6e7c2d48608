import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'

const pauseMs = 500

/** How many conversations of a configuration are open, and how far their closing is, whoever asked for it; undefined while it is not known. */
export function useClosing(id: string, isThere: boolean) {
  const client = useQueryClient()
  const params = { params: { path: { id } } }
  const path = '/skein/v1/Configurations/{id}/Closing' as const
  const queryKey = ['conversations', 'closing', id]
  const query = useQuery({
    queryKey,
    queryFn: () => ask(api.GET(path, params)),
    enabled: isThere,
    refetchInterval: ({ state }) => (state.data?.latest?.status === 'PENDING' ? pauseMs : false),
  })
  return {
    ...query,
    start: async () => {
      await ask(api.POST(path, params))
      await client.invalidateQueries({ queryKey })
    },
  }
}
