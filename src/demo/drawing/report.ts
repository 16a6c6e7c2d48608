import type { Findings } from '../findings.ts'
import type { Story } from '../story.ts'
import type { Summary } from '../summary.ts'
import { drawBar, drawSparkline } from './bars.ts'
import { drawFindings } from './findings.ts'
import { drawStory } from './story.ts'
import { drawTable } from './table.ts'

const barWidth = 48

/** The whole report, as text. */
export function drawReport({
  summary,
  findings,
  story,
}: {
  summary: Summary
  findings: Findings
  story: Story | undefined
}): string {
  const parts: [heading: string, lines: string[]][] = [
    ['The day', drawDay(summary)],
    ['Conversations per grouping type', drawGroupings(summary)],
    ['Messages per channel, at all three desks', drawChannels(summary)],
    ...(summary.refusals.length > 0 ? [['Not taken, and why', drawRefusals(summary)] as [string, string[]]] : []),
    ['States over time, all three desks', drawStates(summary)],
    ['Open conversations, hour by hour', drawCurves(summary)],
    ['What was found', drawFindings(findings)],
    ...(story ? [['One conversation', drawStory(story)] as [string, string[]]] : []),
  ]
  return parts.map(([heading, lines]) => [heading, '─'.repeat(heading.length), ...lines, ''].join('\n')).join('\n')
}

function drawDay({ seed, from, to, dialogues, customers }: Summary): string[] {
  const skipped = dialogues.malformedLines
  return [
    `From ${from.slice(0, 16)} to ${to.slice(0, 16)} UTC, with seed ${seed}.`,
    `Dialogues: ${dialogues.played} of ${dialogues.found}${skipped > 0 ? `, and malformed lines that were skipped: ${skipped}` : ''}.`,
    `Customers: ${customers.came}. Known to memory: ${customers.known}. With two numbers: ${customers.withTwoNumbers}.`,
    'Each of three desks heard all of it, and wound it by a grouping type of its own.',
  ]
}

function drawGroupings({ groupings }: Summary): string[] {
  return drawTable(
    [
      { heading: 'grouping type' },
      ...[
        'conversations',
        'messages',
        'per conversation',
        'longest',
        'several channels',
        'several numbers',
        'closed',
      ].map(right),
    ],
    groupings.map((one) => [
      one.groupingType,
      one.conversations,
      one.messages,
      one.conversations === 0 ? '' : (one.messages / one.conversations).toFixed(1),
      one.longest,
      one.onSeveralChannels,
      one.fromSeveralNumbers,
      one.statuses.CLOSED,
    ]),
  )
}

function drawChannels({ channels }: Summary): string[] {
  return drawTable(
    [{ heading: 'channel' }, ...['captured', 'repeated, dropped', 'not captured', 'refused'].map(right)],
    channels.map((one) => [one.channel, one.CAPTURED, one.DUPLICATE, one.NOT_CAPTURED, one.REFUSED]),
  )
}

function drawRefusals({ refusals }: Summary): string[] {
  return drawTable(
    [right('times'), { heading: 'reason' }],
    refusals.map(({ times, reason }) => [times, reason]),
  )
}

function drawStates({ states }: Summary): string[] {
  const rows = states.map(({ at, groupings }) => {
    const sum = (status: 'ACTIVE' | 'INACTIVE' | 'CLOSED') => groupings.reduce((all, one) => all + one[status], 0)
    return { at, active: sum('ACTIVE'), inactive: sum('INACTIVE'), closed: sum('CLOSED') }
  })
  const most = Math.max(1, ...rows.map(({ active, inactive }) => active + inactive))
  return drawTable(
    [{ heading: 'hour' }, ...['ACTIVE', 'INACTIVE', 'CLOSED'].map(right), { heading: '█ active ░ inactive' }],
    rows.map(({ at, active, inactive, closed }) => [
      at.slice(11, 16),
      active,
      inactive,
      closed,
      drawBar({ full: active, shaded: inactive }, { most, width: barWidth }),
    ]),
  )
}

function drawCurves({ groupings, states }: Summary): string[] {
  const curves = groupings.map(({ name }, place) => {
    const open = states.map(({ groupings: all }) => (all[place]?.ACTIVE ?? 0) + (all[place]?.INACTIVE ?? 0))
    return [name, drawSparkline(open), `at most ${Math.max(0, ...open)}`]
  })
  return drawTable([{ heading: '' }, { heading: '' }, { heading: '' }], curves).slice(1)
}

function right(heading: string) {
  return { heading, align: 'right' as const }
}
