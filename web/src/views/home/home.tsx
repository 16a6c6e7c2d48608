import { Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { useSession } from '../../api/session.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Guide } from './guide.tsx'
import { Recent } from './recent.tsx'

/** What is there and what happens now; on a new server, what to do first. */
export default function Home() {
  const session = useSession()
  const accountSid = session.data?.accountSid ?? ''
  const found = useQuery({ queryKey: ['conversations', 'home', accountSid], queryFn: () => fetchOverview(accountSid) })
  if (found.isPending) return <Loading />
  if (found.isError) return <Trouble error={found.error} onRetry={() => void found.refetch()} />
  const { steps, figures } = found.data
  return (
    <Page title="Home" lead="What happens on this server now.">
      {steps.some(({ done }) => !done) && <Guide steps={steps} />}
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {figures.map(({ label, count, to }) => (
          <Paper withBorder p="md" key={label}>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Anchor component={Link} to={to} fz={28} fw={650} underline="always" c="var(--mantine-color-text)">
              {count}
            </Anchor>
          </Paper>
        ))}
      </SimpleGrid>
      <Stack gap="xs">
        <Title order={2} size="h4">
          What happened last
        </Title>
        <Recent />
      </Stack>
    </Page>
  )
}

/** The most that is counted of anything. */
const most = 100

async function fetchOverview(accountSid: string) {
  const page = { pageSize: most }
  const [active, inactive, stuck, dead, configurations, numbers, any] = await Promise.all([
    ask(api.GET('/v2/Conversations', { params: { query: { ...page, status: ['ACTIVE'] as never } } })),
    ask(api.GET('/v2/Conversations', { params: { query: { ...page, status: ['INACTIVE'] as never } } })),
    ask(api.GET('/skein/v1/Conversations/Stuck', { params: { query: page } })),
    ask(api.GET('/skein/v1/Deliveries', { params: { query: { ...page, state: ['DEAD'] as never } } })),
    ask(api.GET('/v2/ControlPlane/Configurations', {})),
    ask(api.GET('/2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers', { params: { path: { accountSid } } })),
    ask(api.GET('/v2/Conversations', { params: { query: { pageSize: 1 } } })),
  ])
  const counted = (list: unknown[], meta: { nextToken: string | null }) =>
    meta.nextToken === null ? String(list.length) : `${most}+`
  return {
    steps: [
      {
        text: 'A configuration says which traffic becomes conversations',
        done: configurations.configurations.length > 0,
      },
      { text: 'A number gives the business a phone', done: numbers.incoming_phone_numbers.length > 0 },
      { text: 'A first message makes a first conversation', done: any.conversations.length > 0 },
    ],
    figures: [
      {
        label: 'Active conversations',
        count: counted(active.conversations, active.meta),
        to: '/conversations?status=ACTIVE',
      },
      {
        label: 'Inactive conversations',
        count: counted(inactive.conversations, inactive.meta),
        to: '/conversations?status=INACTIVE',
      },
      { label: 'Stuck conversations', count: counted(stuck.conversations, stuck.meta), to: '/stuck' },
      { label: 'Webhooks given up', count: counted(dead.deliveries, dead.meta), to: '/webhooks' },
    ],
  }
}
