import { Code, Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'

/** What an account may have and do on this server, and how much of it is used. */
export default function Limits() {
  const found = useQuery({ queryKey: ['limits'], queryFn: () => ask(api.GET('/skein/v1/Limits')) })
  const limits = found.data?.limits ?? []
  const sorted = limits.toSorted((a, b) => share(b) - share(a) || Number(a.isDefault) - Number(b.isDefault))
  return (
    <Page title="Limits" lead="Set by whoever runs the server. What is used most comes first.">
      {found.data && <Bounds {...found.data} />}
      <Section title="Limits">
        <Listing
          label="Limits"
          source={{ ...found, items: sorted }}
          columns={['What', 'Limit', 'Used', 'Set by']}
          rowKey={({ name }) => name}
          row={({ meaning, value, used, variable, isDefault }) => [
            meaning,
            value,
            used === null ? (
              ''
            ) : (
              <div key="used">
                <Text size="sm">{used}</Text>
                <Progress
                  value={value === 0 ? 0 : (100 * used) / value}
                  color={used >= value ? 'red' : 'teal'}
                  aria-label={meaning}
                  w={120}
                />
              </div>
            ),
            <Text size="xs" key="by" component="div" className="wrap-anywhere">
              <Code>{variable}</Code>
              {isDefault ? '' : ' (changed)'}
            </Text>,
          ]}
          empty={{ title: 'No limits', todo: 'This server bounds nothing.' }}
        />
      </Section>
    </Page>
  )
}

function share({ used, value }: { used: number | null; value: number }): number {
  return used === null || value === 0 ? -1 : used / value
}

interface Given {
  requests: { perSecond: number | null; bodyBytes: number }
  retention: Record<'eventDays' | 'deliveryDays' | 'diagnosticDays' | 'importDays' | 'sessionHours', number>
}

function Bounds({ requests, retention }: Given) {
  const days = (count: number) => (count === 0 ? 'for ever' : `${count} days`)
  const rows = [
    ['Requests a second', requests.perSecond ?? 'no limit'],
    ['Size of a request', `${Math.round(requests.bodyBytes / 1024)} KiB`],
    ['Events of closed conversations are kept', days(retention.eventDays)],
    ['Deliveries are kept after their last attempt', days(retention.deliveryDays)],
    ['Diagnostics are kept', days(retention.diagnosticDays)],
    ['Imports are kept after their end', days(retention.importDays)],
    ['A sign-in lasts', `${retention.sessionHours} hours`],
  ] as const
  return (
    <Section title="Rates and retention">
      {rows.map(([what, much]) => (
        <Text size="sm" key={what}>
          {what}: <b>{much}</b>
        </Text>
      ))}
    </Section>
  )
}
