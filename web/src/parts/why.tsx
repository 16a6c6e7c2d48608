import { List, Text } from '@mantine/core'
import type { Trace } from '../api/types.ts'

/** The decision of the server in sentences, from the trace that it keeps. */
export function Why({ trace }: { trace: Trace }) {
  return (
    <List size="sm" spacing={2} className="wrap-anywhere">
      {reasonsOf(trace).map((reason) => (
        <List.Item key={reason}>{reason}</List.Item>
      ))}
      {trace.keys.length > 0 && (
        <List.Item>
          Grouping keys:{' '}
          {trace.keys.map((key) => (
            <Text span ff="monospace" size="xs" key={key}>
              {key}{' '}
            </Text>
          ))}
        </List.Item>
      )}
    </List>
  )
}

const groupings = {
  GROUP_BY_PROFILE: 'by profile',
  GROUP_BY_PARTICIPANT_ADDRESSES: 'by the addresses of participants',
  GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE: 'by addresses and channel',
} as const

function reasonsOf({
  rule,
  mode,
  decision,
  groupingType,
  joinedBy,
  parties,
  shadowedRules,
  clock,
  diagnostics,
}: Trace): string[] {
  return [
    rule
      ? `Rule ${rule.index + 1} of ${rule.channel} matched: from ${rule.from} to ${rule.to}.`
      : `It came by way of ${mode.toLowerCase().replaceAll('_', ' ')}, without a capture rule.`,
    ...(shadowedRules.length > 0 ? [`${shadowedRules.length} other rules matched too, but this one comes first.`] : []),
    ...parties.map(
      ({ address, type, profileId, foundBy }) =>
        `${address} is ${type}${profileId ? `, profile ${profileId}${foundBy ? ` found by ${foundBy}` : ''}` : ''}.`,
    ),
    decision === 'CREATED'
      ? `Grouped ${groupings[groupingType]}: no open conversation held its keys, so a new one began.`
      : `Grouped ${groupings[groupingType]}: it joined the open conversation${joinedBy ? ` that holds ${joinedBy}` : ''}.`,
    `The clock of ${clock.channel} started anew${clock.liveUntil ? `: quiet from ${clock.liveUntil}` : ''}${clock.doneAt ? `, over at ${clock.doneAt}` : ''}.`,
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ]
}
