import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { Imports } from './imports.tsx'

/** What was accepted to be carried out, and what became of it. */
export default function Operations() {
  const source = usePages(
    ['operations'],
    (pageToken) => ask(api.GET('/skein/v1/Operations', { params: { query: given({ pageToken }) } })),
    ({ operations }) => operations,
    // Operations are no events, so nothing tells of their end.
    (operations) => (operations.some(({ status }) => status === 'PENDING') ? 1000 : 10_000),
  )
  return (
    <Page
      title="Operations"
      lead="Changes of configurations and memory stores, deletions and imports are accepted first and carried out then. This is what became of them."
    >
      <Section title="Changes">
        <Listing
          label="Operations"
          source={source}
          columns={['What', 'State', 'Of', 'Accepted', 'Ended', 'Cause']}
          rowKey={({ operationId }) => operationId}
          row={({ kind, status, related, resultId, error, createdAt, completedAt, requestId, operationId }) => [
            <Stack key="kind" gap={0}>
              {kind.replaceAll('.', ' ')}
              <Text size="xs" c="dimmed" className="wrap-anywhere">
                {operationId}
              </Text>
            </Stack>,
            <Stack key="status" gap={4} align="flex-start">
              <Status of={status} />
              {error && (
                <Text size="sm" className="wrap-anywhere">
                  {error.detail}{' '}
                  <Anchor href={`/console/errors/${error.code}`} underline="always" size="sm">
                    {error.code}
                  </Anchor>
                </Text>
              )}
            </Stack>,
            <Subject key="of" ids={[resultId, ...Object.values(related)]} isThere={isThere(kind, status)} />,
            <Time key="at" at={createdAt} />,
            completedAt ? <Time key="end" at={completedAt} /> : 'not yet',
            <Anchor key="cause" component={Link} to={`/debugger/${requestId}`} underline="always" size="sm">
              request
            </Anchor>,
          ]}
          empty={{ title: 'No operations', todo: 'Create a configuration, and its operation appears here.' }}
        />
      </Section>
      <Imports />
    </Page>
  )
}

/** Whether there is still, or ever was, what an operation is about. */
function isThere(kind: string, status: string): boolean {
  return !(kind.endsWith('.delete') && status === 'COMPLETED') && !(kind.endsWith('.create') && status !== 'COMPLETED')
}

/** The first id that it is about; one of a configuration or conversation leads there. */
function Subject({ ids, isThere }: { ids: (string | null)[]; isThere: boolean }) {
  const id = ids.find((one) => one !== null)
  if (!id) return null
  const to = !isThere
    ? undefined
    : id.startsWith('conv_configuration')
      ? `/configurations/${id}`
      : id.startsWith('conv_conversation')
        ? `/conversations/${id}`
        : undefined
  return to ? (
    <Anchor component={Link} to={to} underline="always" size="sm" className="wrap-anywhere">
      {id}
    </Anchor>
  ) : (
    <Text size="sm" className="wrap-anywhere">
      {id}
    </Text>
  )
}
