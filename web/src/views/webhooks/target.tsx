import { Code, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { Deliveries } from './deliveries.tsx'

export default function TargetView() {
  const { id = '' } = useParams()
  const params = { params: { path: { id } } }
  const client = useQueryClient()
  const [tested, setTested] = useState<string>()
  const found = useQuery({ queryKey: ['targets', id], queryFn: () => ask(api.GET('/skein/v1/Targets/{id}', params)) })
  if (found.isPending) return <Loading />
  if (found.isError)
    return <TroublePage title="Webhook target" error={found.error} onRetry={() => void found.refetch()} />
  const { url, state, disabledReason, failures, failingSince } = found.data
  const renew = () =>
    Promise.all(['targets', 'deliveries'].map((name) => client.invalidateQueries({ queryKey: [name] })))
  const test = async () => {
    const { status, error, detail, latencyMs } = await ask(api.POST('/skein/v1/Targets/{id}/Test', params))
    setTested(status === null ? `No answer: ${error}, ${detail}` : `It answered ${status} within ${latencyMs} ms.`)
  }
  return (
    <Page
      title="Webhook target"
      lead={
        <>
          <Status of={state} /> <Code className="wrap-anywhere">{url}</Code>
        </>
      }
      actions={
        <>
          <Act run={test}>Send a test</Act>
          {state === 'ACTIVE' ? (
            <Act
              run={async () => {
                await ask(api.POST('/skein/v1/Targets/{id}/Disable', params))
                await renew()
              }}
              confirm="Nothing is sent any more; what happens waits."
            >
              Disable
            </Act>
          ) : (
            <Act
              run={async () => {
                await ask(api.POST('/skein/v1/Targets/{id}/Enable', params))
                await renew()
              }}
            >
              Enable
            </Act>
          )}
          <Act
            run={async () => {
              await ask(api.POST('/skein/v1/Deliveries/Replay', { body: { targetId: id } }))
              await renew()
            }}
            confirm="Everything that waits or was given up is sent again to the present URL."
          >
            Replay what failed
          </Act>
        </>
      }
    >
      <div role="status">{tested && <Text>{tested}</Text>}</div>
      {disabledReason && <Text>Disabled: {disabledReason}</Text>}
      {failures > 0 && (
        <Text>
          {failures} {failures === 1 ? 'failure' : 'failures'} since <Time at={failingSince} />.
        </Text>
      )}
      <Deliveries targetId={id} />
    </Page>
  )
}
