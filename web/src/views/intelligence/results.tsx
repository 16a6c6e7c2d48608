import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { Found } from './found.tsx'
import { nameOf, useOperators } from './operators.ts'

interface Filter {
  conversationId?: string
  intelligenceConfigurationId?: string
  operatorId?: string
}

/** What operators found, the newest first. */
export function Results(filter: Filter) {
  const operators = useOperators()
  const source = usePages(
    ['results', filter],
    (pageToken) => ask(api.GET('/v3/OperatorResults', { params: { query: given({ ...filter, pageToken }) } })),
    ({ items }) => items,
  )
  return (
    <Listing
      label="Operator results"
      source={source}
      columns={['Operator', 'Found', 'In', 'When']}
      rowKey={({ id }) => id}
      row={({ operator, result, conversationId, executionDetails, dateCreated, metadata }) => [
        <Anchor key="operator" component={Link} to={`/operators/${operator.id}`} underline="always">
          {nameOf(operators.data, operator.id)}
        </Anchor>,
        <div key="result">
          <Found result={result} />
          <Text size="xs" c="dimmed">
            {metadata.system.resolvedModel}, {metadata.system.latencyMs} ms, {metadata.system.inputCharacters}{' '}
            characters read{metadata.system.inputTruncated ? ', of more' : ''}
          </Text>
        </div>,
        <Anchor key="in" component={Link} to={`/conversations/${conversationId}`} underline="always">
          conversation
        </Anchor>,
        <div key="at">
          <Time at={dateCreated} />
          <Text size="xs" c="dimmed">
            {executionDetails.trigger.on.toLowerCase().replaceAll('_', ' ')}
          </Text>
        </div>,
      ]}
      empty={{
        title: 'No results',
        todo: 'An intelligence configuration that a conversation configuration names runs operators, and what they find is listed here.',
      }}
    />
  )
}
