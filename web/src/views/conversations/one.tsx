import { Grid, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { Deliveries } from '../webhooks/deliveries.tsx'
import { Actions } from './actions.tsx'
import { Checks } from './checks.tsx'
import { History } from './history.tsx'
import { Participants } from './participants.tsx'
import { Reply } from './reply.tsx'
import { Results } from './results.tsx'
import { Talk } from './talk.tsx'
import { useTimeline } from './timeline.ts'
import { Timers } from './timers.tsx'

function useConversation(id: string) {
  return useQuery({
    queryKey: ['conversation', id],
    queryFn: () => ask(api.GET('/v2/Conversations/{id}', { params: { path: { id } } })),
  })
}

export default function ConversationView() {
  const { id = '' } = useParams()
  const [query, setQuery] = useSearchParams()
  const show = (tab: string | null) => setQuery(tab === null || tab === 'talk' ? {} : { tab }, { replace: true })
  const found = useConversation(id)
  const timeline = useTimeline(id)
  if (found.isPending) return <Loading />
  if (found.isError)
    return <TroublePage title="Conversation" error={found.error} onRetry={() => void found.refetch()} />
  const conversation = found.data
  return (
    <Page
      title={conversation.name ?? 'Conversation'}
      lead={
        <>
          <Status of={conversation.status} />{' '}
          <Text span ff="monospace" size="sm" className="wrap-anywhere">
            {id}
          </Text>
        </>
      }
      actions={<Actions conversation={conversation} />}
    >
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Tabs value={query.get('tab') ?? 'talk'} onChange={show} keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="talk">Timeline</Tabs.Tab>
              <Tabs.Tab value="results">Results</Tabs.Tab>
              <Tabs.Tab value="events">Events</Tabs.Tab>
              <Tabs.Tab value="webhooks">Webhooks</Tabs.Tab>
              <Tabs.Tab value="diagnosis">Diagnosis</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="talk" pt="md">
              <Talk conversation={conversation} />
              {conversation.status !== 'CLOSED' && <Reply conversation={conversation} />}
            </Tabs.Panel>
            <Tabs.Panel value="results" pt="md">
              <Results conversationId={id} />
            </Tabs.Panel>
            <Tabs.Panel value="events" pt="md">
              <History timeline={timeline} />
            </Tabs.Panel>
            <Tabs.Panel value="webhooks" pt="md">
              <Deliveries conversationId={id} />
            </Tabs.Panel>
            <Tabs.Panel value="diagnosis" pt="md">
              <Checks id={id} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Timers timeline={timeline} isClosed={conversation.status === 'CLOSED'} />
            <Participants conversation={conversation} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}
