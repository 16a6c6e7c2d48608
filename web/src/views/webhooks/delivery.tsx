import { Anchor, Code, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { TroublePage } from '../../parts/trouble.tsx'

export default function DeliveryView() {
  const { id = '' } = useParams()
  const params = { params: { path: { id } } }
  const client = useQueryClient()
  const found = useQuery({
    queryKey: ['deliveries', id],
    queryFn: () => ask(api.GET('/skein/v1/Deliveries/{id}', params)),
    // Attempts are no events, so nothing tells of them.
    refetchInterval: ({ state }) => (state.data?.state === 'PENDING' ? 1000 : false),
  })
  if (found.isPending) return <Loading />
  if (found.isError) return <TroublePage title="Delivery" error={found.error} onRetry={() => void found.refetch()} />
  const { eventType, eventNumber, state, conversationId, targetId, attempts, event, requestId, nextAttemptAt } =
    found.data
  const replay = async () => {
    await ask(api.POST('/skein/v1/Deliveries/{id}/Replay', params))
    await client.invalidateQueries({ queryKey: ['deliveries'] })
  }
  return (
    <Page
      title={`Delivery of ${eventType} #${eventNumber}`}
      lead={
        <>
          <Status of={state} /> of{' '}
          <Anchor component={Link} to={`/conversations/${conversationId}`} underline="always">
            its conversation
          </Anchor>{' '}
          to{' '}
          <Anchor component={Link} to={`/webhooks/targets/${targetId}`} underline="always">
            its target
          </Anchor>
          {requestId && (
            <>
              , caused by{' '}
              <Anchor component={Link} to={`/debugger/${requestId}`} underline="always">
                a request
              </Anchor>
            </>
          )}
          {nextAttemptAt && (
            <>
              , to be tried again <Time at={nextAttemptAt} />
            </>
          )}
        </>
      }
      actions={<Act run={replay}>Replay</Act>}
    >
      <Title order={2} size="h4">
        Attempts
      </Title>
      <Stack gap="xs">
        {attempts.map(({ number, at, url, status, error, detail, latencyMs, responseBody }) => (
          <Paper withBorder p="sm" key={number}>
            <Text fw={600}>
              {number}. {status ?? error} after {latencyMs} ms
            </Text>
            <Text size="sm" c="dimmed" className="wrap-anywhere">
              <Time at={at} /> · {url}
            </Text>
            {(detail || responseBody) && (
              <Code block tabIndex={0}>
                {detail ?? responseBody}
              </Code>
            )}
          </Paper>
        ))}
      </Stack>
      <Title order={2} size="h4">
        What was sent
      </Title>
      <Code block tabIndex={0} mah={480} style={{ overflow: 'auto' }}>
        {JSON.stringify(event, null, 2)}
      </Code>
    </Page>
  )
}
