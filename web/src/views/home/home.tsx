import { Anchor, Group, Paper, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { useSession } from '../../api/session.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import type { Statistics } from './charts.tsx'
import { Guide } from './guide.tsx'
import { Recent } from './recent.tsx'

/** Drawing takes more code than all the rest of the console. */
const Charts = lazy(() => import('./charts.tsx'))

const periods = { HOUR: 'Hour', DAY: 'Day', MONTH: '30 days' } as const
type Period = keyof typeof periods

/** What happens now and happened lately; on a new server, what to do first. */
export default function Home() {
  const accountSid = useSession().data?.accountSid ?? ''
  const [query, setQuery] = useSearchParams()
  const period: Period = Object.hasOwn(periods, query.get('period') ?? '') ? (query.get('period') as Period) : 'HOUR'
  const steps = useQuery({ queryKey: ['conversations', 'steps', accountSid], queryFn: () => fetchSteps(accountSid) })
  const found = useQuery({
    queryKey: ['statistics', period],
    queryFn: () => ask(api.GET('/skein/v1/Statistics', { params: { query: { period } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
  if (steps.isPending || found.isPending) return <Loading />
  const failed = steps.error ?? found.error
  if (!steps.data || !found.data) return <Trouble error={failed} onRetry={() => void found.refetch()} />
  const isNew = steps.data.some(({ done }) => !done)
  return (
    <Page
      title="Home"
      lead="What happens on this server now."
      actions={
        <SegmentedControl
          aria-label="Period"
          value={period}
          onChange={(value) => setQuery({ period: value }, { replace: true })}
          data={Object.entries(periods).map(([value, label]) => ({ value, label }))}
        />
      }
    >
      {isNew && <Guide steps={steps.data} />}
      <Figures statistics={found.data} />
      <Suspense fallback={<Skeleton height={280} />}>
        <Charts statistics={found.data} />
      </Suspense>
      <Stack gap="xs">
        <Title order={2} size="h4">
          What happened last
        </Title>
        <Recent />
      </Stack>
    </Page>
  )
}

function Figures({ statistics: { open, totals } }: { statistics: Statistics }) {
  const figures = [
    { label: 'Active conversations', count: open.active, to: '/conversations?status=ACTIVE' },
    { label: 'Inactive conversations', count: open.inactive, to: '/conversations?status=INACTIVE' },
    { label: 'Stuck conversations', count: open.stuck, to: '/stuck' },
    { label: 'Communications', count: totals.communications, to: '/conversations' },
    { label: 'Not captured', count: totals.notCaptured, to: '/diagnosis' },
    { label: 'Webhooks given up', count: totals.givenUp, to: '/webhooks' },
  ]
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      {figures.map(({ label, count, to }) => (
        <Paper withBorder p="md" key={label}>
          <Group justify="space-between" h="100%" align="flex-end">
            <div>
              <Text size="sm" c="dimmed">
                {label}
              </Text>
              <Anchor component={Link} to={to} fz={26} fw={650} underline="always" c="var(--mantine-color-text)">
                {count}
              </Anchor>
            </div>
          </Group>
        </Paper>
      ))}
    </SimpleGrid>
  )
}

/** What a new server needs until its first conversation, and whether it is there. */
async function fetchSteps(accountSid: string) {
  const [configurations, numbers, any] = await Promise.all([
    ask(api.GET('/v2/ControlPlane/Configurations', {})),
    ask(api.GET('/2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers', { params: { path: { accountSid } } })),
    ask(api.GET('/v2/Conversations', { params: { query: { pageSize: 1 } } })),
  ])
  return [
    {
      text: 'A configuration says which traffic becomes conversations',
      done: configurations.configurations.length > 0,
    },
    { text: 'A number gives the business a phone', done: numbers.incoming_phone_numbers.length > 0 },
    { text: 'A first message makes a first conversation', done: any.conversations.length > 0 },
  ]
}
