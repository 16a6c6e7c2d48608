import { Badge, Tooltip } from '@mantine/core'
import type { Liveness } from '../api/live.ts'

const said = {
  connecting: { color: 'gray', text: 'Connecting', meaning: 'The event stream is being opened.' },
  live: { color: 'teal', text: 'Live', meaning: 'What happens on the server appears here at once.' },
  broken: { color: 'orange', text: 'Reconnecting', meaning: 'The event stream broke; the browser opens it again.' },
} as const

export function LiveBadge({ liveness }: { liveness: Liveness }) {
  const { color, text, meaning } = said[liveness]
  return (
    <Tooltip label={meaning}>
      <Badge color={color} variant="outline" visibleFrom="xs" role="status" autoContrast>
        {text}
      </Badge>
    </Tooltip>
  )
}
