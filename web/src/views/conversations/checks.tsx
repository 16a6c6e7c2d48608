import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { CheckList } from '../../parts/check-list.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Trouble } from '../../parts/trouble.tsx'

export function Checks({ id }: { id: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['conversation', id, 'diagnosis'],
    queryFn: () => ask(api.GET('/skein/v1/Conversations/{id}/Diagnosis', { params: { path: { id } } })),
  })
  if (isPending) return <Loading />
  return data ? <CheckList checks={data.checks} /> : <Trouble error={error} />
}
