import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { Loading } from '../../parts/loading.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Why } from '../../parts/why.tsx'

/** A trace never changes. */
export function WhyHere({ id }: { id: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['trace', id],
    queryFn: () => ask(api.GET('/skein/v1/Communications/{id}/Trace', { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (isPending) return <Loading rows={1} />
  return data ? <Why trace={data.trace} /> : <Trouble error={error} />
}
