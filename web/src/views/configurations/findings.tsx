import { Alert, List } from '@mantine/core'
import type { Finding } from './lint.ts'

const looks = {
  error: { color: 'red', title: 'The server will refuse this' },
  warning: { color: 'yellow', title: 'This may not do what you mean' },
  info: { color: 'gray', title: 'To know' },
} as const

/** What is odd about rules, the gravest first. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  return (['error', 'warning', 'info'] as const).map((level) => {
    const some = findings.filter((finding) => finding.level === level)
    if (some.length === 0) return null
    const { color, title } = looks[level]
    return (
      <Alert
        key={level}
        color={color}
        variant="outline"
        title={title}
        styles={{ title: { color: 'var(--mantine-color-text)' } }}
      >
        <List size="sm" spacing={4} className="wrap-anywhere">
          {some.map(({ channel, rule, message }) => (
            <List.Item key={`${channel} ${rule} ${message}`}>
              {channel}
              {rule === undefined ? '' : `, rule ${rule + 1}`}: {message}
            </List.Item>
          ))}
        </List>
      </Alert>
    )
  })
}
