import '@mantine/charts/styles.css'
import { AreaChart, BarChart } from '@mantine/charts'
import { SimpleGrid } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Fetched } from '../../api/types.ts'
import { Section } from '../../parts/section.tsx'

export type Statistics = Fetched<'/skein/v1/Statistics'>
type Step = Statistics['steps'][number]

const height = 190
const colors = {
  SMS: 'teal.7',
  WHATSAPP: 'lime.7',
  VOICE: 'blue.6',
  RCS: 'violet.6',
  CHAT: 'orange.6',
  VIDEO: 'pink.6',
}
const common = {
  h: height,
  dataKey: 'at',
  withLegend: true,
  // As many lines as it needs.
  legendProps: { verticalAlign: 'bottom' as const, height: 'auto' },
  yAxisProps: { allowDecimals: false, width: 40 },
  tickLine: 'none' as const,
}

/** What is open, comes in and goes out, over the period. */
export default function Charts({ statistics }: { statistics: Statistics }) {
  const { steps, totals, open, period } = statistics
  const label = labelOf(period)
  const channels = open.byChannel.map(({ channel }) => channel)
  const seen = [
    ...new Set([...channels, ...steps.flatMap((step) => step.open?.byChannel.map((one) => one.channel) ?? [])]),
  ]
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Chart title="Open conversations by state" says={`${open.active} active and ${open.inactive} inactive now.`}>
        <AreaChart
          {...common}
          type="stacked"
          withDots={false}
          curveType="stepAfter"
          areaChartProps={quiet}
          data={steps.map((step) => ({
            at: label(step),
            Active: step.open?.active ?? null,
            Inactive: step.open?.inactive ?? null,
          }))}
          series={[
            { name: 'Active', color: 'teal.7' },
            { name: 'Inactive', color: 'yellow.6' },
          ]}
        />
      </Chart>
      <Chart
        title="Open conversations by channel"
        says={open.byChannel.map((one) => `${one.channel}: ${one.active + one.inactive}`).join(', ') || 'None now.'}
      >
        <AreaChart
          {...common}
          curveType="stepAfter"
          withDots={false}
          fillOpacity={0.15}
          areaChartProps={quiet}
          data={steps.map((step) => ({ at: label(step), ...perChannel(step, seen) }))}
          series={seen.map((channel) => ({ name: channel, color: colors[channel] }))}
        />
      </Chart>
      <Chart
        title="What came in"
        says={`${totals.communications} communications and ${totals.conversations} new conversations in the period.`}
      >
        <BarChart
          {...common}
          barChartProps={quiet}
          data={steps.map((step) => ({
            at: label(step),
            Communications: step.communications,
            'New conversations': step.conversations,
          }))}
          series={[
            { name: 'Communications', color: 'teal.7' },
            { name: 'New conversations', color: 'blue.6' },
          ]}
        />
      </Chart>
      <Chart
        title="What went out, and what failed"
        says={`${totals.delivered} webhooks delivered, ${totals.failed} failed attempts, ${totals.givenUp} given up; ${totals.notCaptured} messages not captured, ${totals.refused} refused.`}
      >
        <BarChart
          {...common}
          type="stacked"
          barChartProps={quiet}
          data={steps.map((step) => ({
            at: label(step),
            Delivered: step.delivered,
            Failed: step.failed,
            'Given up': step.givenUp,
            'Not captured': step.notCaptured,
            Refused: step.refused,
          }))}
          series={[
            { name: 'Delivered', color: 'teal.7' },
            { name: 'Failed', color: 'orange.6' },
            { name: 'Given up', color: 'red.7' },
            { name: 'Not captured', color: 'gray.6' },
            { name: 'Refused', color: 'grape.6' },
          ]}
        />
      </Chart>
    </SimpleGrid>
  )
}

/** The sentence below a chart says the same, so the drawing takes no part in walking by Tab. */
const quiet = { accessibilityLayer: false }

function Chart({ title, says, children }: { title: string; says: string; children: ReactNode }) {
  return (
    <Section title={title} lead={says}>
      <div aria-hidden>{children}</div>
    </Section>
  )
}

function perChannel({ open }: Step, channels: readonly string[]): Record<string, number | null> {
  const counts = new Map(open?.byChannel.map(({ channel, active, inactive }) => [channel as string, active + inactive]))
  return Object.fromEntries(channels.map((channel) => [channel, open === null ? null : (counts.get(channel) ?? 0)]))
}

function labelOf(period: Statistics['period']): (step: Step) => string {
  const format = new Intl.DateTimeFormat(
    undefined,
    period === 'MONTH'
      ? { day: 'numeric', month: 'short', hour: 'numeric' }
      : { hour: '2-digit', minute: '2-digit', hour12: false },
  )
  return ({ at }) => format.format(new Date(at))
}
