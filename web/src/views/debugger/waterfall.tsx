import { Anchor, Box, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { fetchCorrelation, type Step } from './correlation.ts'

/** One request, drawn from the first thing that it caused to the last answer of a webhook. */
export default function Waterfall() {
  const { requestId = '' } = useParams()
  const found = useQuery({ queryKey: ['events', 'correlation', requestId], queryFn: () => fetchCorrelation(requestId) })
  if (found.isPending) return <Loading />
  if (found.isError) return <TroublePage title="Request" error={found.error} onRetry={() => void found.refetch()} />
  const { steps, later, events } = found.data
  const lead = (
    <span className="wrap-anywhere">
      {requestId}, the Twilio-Request-Id of its answer and of the webhooks that it caused.
    </span>
  )
  return (
    <Page title="One request" lead={lead}>
      {events.length === 0 ? (
        <Empty title="Nothing is known of it">
          It changed nothing, or what it changed has been forgotten. What failed is answered with its reason at once.
        </Empty>
      ) : (
        <Section title="From request to webhook" lead="By wall time, from the first thing that it caused.">
          <Bars steps={steps} />
        </Section>
      )}
      {later.length > 0 && (
        <Section title="What followed by itself" lead="By business time.">
          {later.map(({ id, timestamp, message }) => (
            <Text size="sm" key={id}>
              <Time at={timestamp} /> {message}
            </Text>
          ))}
        </Section>
      )}
    </Page>
  )
}

const colors = {
  request: 'var(--mantine-color-gray-6)',
  event: 'var(--mantine-color-teal-7)',
  webhook: 'var(--mantine-color-blue-6)',
} as const

function Bars({ steps }: { steps: Step[] }) {
  const start = Math.min(...steps.map(({ at }) => at))
  const span = Math.max(1, ...steps.map(({ at, ms }) => at + ms - start))
  return (
    <Table.ScrollContainer
      minWidth={640}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Waterfall', role: 'region' } }}
    >
      <Table verticalSpacing={4} aria-label="Waterfall">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="38%">What</Table.Th>
            <Table.Th>After</Table.Th>
            <Table.Th>Took</Table.Th>
            <Table.Th w="38%">{span} ms</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map(({ key, kind, label, outcome, to, at, ms }) => (
            <Table.Tr key={key}>
              <Table.Td className="wrap-anywhere">
                {to ? (
                  <Anchor component={Link} to={to} underline="always" size="sm">
                    {label}
                  </Anchor>
                ) : (
                  label
                )}{' '}
                <Status of={outcome} />
              </Table.Td>
              <Table.Td>{at - start} ms</Table.Td>
              <Table.Td>{ms === 0 ? '' : `${ms} ms`}</Table.Td>
              <Table.Td>
                <Box
                  aria-hidden
                  h={10}
                  miw={4}
                  style={{
                    background: colors[kind],
                    borderRadius: 3,
                    marginLeft: `${(96 * (at - start)) / span}%`,
                    width: `${(96 * ms) / span}%`,
                  }}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
